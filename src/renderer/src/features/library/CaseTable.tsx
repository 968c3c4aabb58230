import { createColumnHelper, tableFeatures, useTable } from '@tanstack/react-table';
import { type RefObject, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListedCase } from '../../../../shared/contract/app/library.ts';
import { Failure } from '../../components/Failure.tsx';
import { FlagCell, IdCell, EpsilonCell, ReferenceCell, StateCell, VerdictCell } from './caseCells.tsx';
import { ColumnHeader } from './ColumnHeader.tsx';
import { TABLE_ROW_HEIGHT } from './geometry.ts';
import { isChosen } from './selection.ts';
import type { TableColumn } from './tableColumns.ts';
import { useCaseWords } from './useCaseWords.ts';
import { type CaseListProps, useCaseList } from './useCaseList.ts';
import { useModelNames } from './useModelNames.ts';
import { type Size, useSize } from './useSize.ts';
import lists from './CaseList.module.css';
import classes from './CaseTable.module.css';

/** A case in view; undefined: on its way. */
interface TableRow {
  readonly index: number;
  readonly top: number;
  readonly listed: ListedCase | undefined;
}

const features = tableFeatures({});
const { display } = createColumnHelper<typeof features, TableRow>();

/** A column whose cells are drawn once their case is there. */
const column = (id: TableColumn, cellOf: (listed: ListedCase) => React.ReactNode) =>
  display({ id, cell: ({ row: { original } }) => original.listed && cellOf(original.listed) });

const COLUMNS = [
  column('imageId', (listed) => <IdCell listed={listed} />),
  column('reference', (listed) => <ReferenceCell listed={listed} />),
  column('firstVerdict', ({ first, withheld }) => <VerdictCell verdict={first} withheld={withheld} />),
  column('firstEpsilon', ({ first, withheld }) => <EpsilonCell verdict={first} withheld={withheld} />),
  column('secondVerdict', ({ second, withheld }) => <VerdictCell verdict={second} withheld={withheld} />),
  column('secondEpsilon', ({ second, withheld }) => <EpsilonCell verdict={second} withheld={withheld} />),
  column('state', (listed) => <StateCell listed={listed} />),
  column('flag', (listed) => <FlagCell listed={listed} />),
];

/** Cases as rows of a table, under headers that order them. */
export function CaseTable(props: CaseListProps) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const size = useSize(scroller);
  return (
    <div
      role="grid"
      className={classes['table']}
      aria-label={t('library.card.cases')}
      aria-description={t('library.card.keys')}
      aria-multiselectable
      aria-rowcount={props.total + 1}
      aria-colcount={COLUMNS.length}
      aria-busy={props.busy}
    >
      <Rows {...props} scroller={scroller} size={size} />
    </div>
  );
}

interface RowsProps extends CaseListProps {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly size: Size | null;
}

function Rows({ scroller, size, ...props }: RowsProps) {
  const { t } = useTranslation();
  const words = useCaseWords();
  const models = useModelNames();
  const { active, chosen } = props;
  const { rows, caseAt, error, retry, handlers } = useCaseList(props, scroller, {
    columns: 1,
    rowHeight: TABLE_ROW_HEIGHT,
    viewport: size?.height ?? 0,
  });
  const data = rows.drawn.map(({ row, top }): TableRow => ({ index: row, top, listed: caseAt(row) }));
  const table = useTable({ features, columns: COLUMNS, data, getRowId: ({ index }) => String(index) });
  return (
    <>
      <div role="rowgroup" className={classes['head']}>
        {table.getHeaderGroups().map((group) => (
          <div key={group.id} role="row" className={classes['row']} aria-rowindex={1}>
            {group.headers.map(({ id }) => (
              <ColumnHeader key={id} column={id as TableColumn} />
            ))}
          </div>
        ))}
      </div>
      <div ref={scroller} role="rowgroup" className={lists['scroller']} {...handlers}>
        {error !== null && (
          <div className={lists['failure']}>
            <Failure error={error} onRetry={retry} />
          </div>
        )}
        <div role="presentation" className={lists['rows']} style={{ height: rows.height }}>
          {table.getRowModel().rows.map((row) => {
            const { index, top, listed } = row.original;
            return (
              <div
                key={row.id}
                role="row"
                className={classes['row']}
                data-index={index}
                tabIndex={index === active ? 0 : -1}
                aria-rowindex={index + 2}
                aria-selected={listed !== undefined && isChosen(chosen, listed.caseId)}
                aria-busy={listed === undefined}
                aria-label={
                  listed === undefined ? t('library.card.waiting', { position: index + 1 }) : words(listed, models)
                }
                style={{ top, height: TABLE_ROW_HEIGHT }}
              >
                {row.getAllCells().map((cell) => (
                  <div key={cell.id} role="gridcell" className={classes['cell']}>
                    <table.FlexRender cell={cell} />
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}
