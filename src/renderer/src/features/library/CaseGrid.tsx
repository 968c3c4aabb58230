import { type RefObject, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../components/Failure.tsx';
import { CaseCard } from './CaseCard.tsx';
import { GAP, gridLayout } from './geometry.ts';
import { isChosen } from './selection.ts';
import { type CaseListProps, useCaseList } from './useCaseList.ts';
import { useModelNames } from './useModelNames.ts';
import type { DrawnRow } from './useRows.ts';
import { type Size, useSize } from './useSize.ts';
import classes from './CaseList.module.css';

/** Cases as cards, as many beside each other as fit. */
export function CaseGrid(props: CaseListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const size = useSize(scroller);
  return (
    <div ref={scroller} className={classes['scroller']}>
      {size !== null && <Cards {...props} scroller={scroller} size={size} />}
    </div>
  );
}

interface CardsProps extends CaseListProps {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly size: Size;
}

function Cards({ scroller, size, ...props }: CardsProps) {
  const { t } = useTranslation();
  const { total, active, chosen, busy } = props;
  const { columns, photographHeight, rowHeight } = gridLayout(size.width);
  const { rows, caseAt, error, retry, handlers } = useCaseList(props, scroller, {
    columns,
    rowHeight,
    viewport: size.height,
  });
  const models = useModelNames();
  const cardsOf = ({ row }: DrawnRow) =>
    Array.from({ length: Math.min(columns, total - row * columns) }, (_, column) => {
      const index = row * columns + column;
      const listed = caseAt(index);
      return (
        <CaseCard
          key={index}
          listed={listed}
          index={index}
          column={column}
          chosen={listed !== undefined && isChosen(chosen, listed.caseId)}
          focusable={index === active}
          photographHeight={photographHeight}
          firstModel={models.first}
          secondModel={models.second}
        />
      );
    });
  return (
    <>
      {error !== null && (
        <div className={classes['failure']}>
          <Failure error={error} onRetry={retry} />
        </div>
      )}
      <div
        role="grid"
        className={classes['rows']}
        style={{ height: rows.height }}
        aria-label={t('library.card.cases')}
        aria-description={t('library.card.keys')}
        aria-multiselectable
        aria-rowcount={Math.ceil(total / columns)}
        aria-colcount={columns}
        aria-busy={busy}
        {...handlers}
      >
        {rows.drawn.map((drawn) => (
          <div
            key={drawn.row}
            role="row"
            className={classes['cards']}
            aria-rowindex={drawn.row + 1}
            style={{ top: drawn.top, gap: GAP, gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
          >
            {cardsOf(drawn)}
          </div>
        ))}
      </div>
    </>
  );
}
