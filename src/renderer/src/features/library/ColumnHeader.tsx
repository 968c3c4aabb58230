import { UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../components/Icon.tsx';
import { ModelMark } from '../../components/ModelMark.tsx';
import { sortingOf, type TableColumn } from './tableColumns.ts';
import { useLibraryQuery } from './useLibraryQuery.ts';
import { useModelNames } from './useModelNames.ts';
import classes from './CaseTable.module.css';

/** The head of a column; a button where the cases can be ordered by it. */
export function ColumnHeader({ column }: { column: TableColumn }) {
  const { t } = useTranslation();
  const { query, setQuery, hiddenOrders } = useLibraryQuery();
  const sorting = sortingOf(column, query, hiddenOrders);
  const { name, whole } = useColumnName(column);
  const label = (
    <>
      {column.startsWith('first') && <ModelMark place="first" size={9} />}
      {column.startsWith('second') && <ModelMark place="second" size={9} />}
      <span className={classes['name']}>{name}</span>
    </>
  );
  if (sorting.kind === 'none') {
    return (
      <div role="columnheader" className={classes['header']} title={whole}>
        {label}
      </div>
    );
  }
  return (
    <div role="columnheader" className={classes['header']} aria-sort={sorting.direction}>
      <UnstyledButton
        className={classes['sort'] ?? ''}
        title={t('library.table.sort', { column: whole ?? name })}
        onClick={() => {
          setQuery(sorting.next);
        }}
      >
        {label}
        {sorting.direction !== 'none' && <Icon name={sorting.direction} size={13} />}
      </UnstyledButton>
    </div>
  );
}

/** `whole` says what a short name leaves out. */
function useColumnName(column: TableColumn): { readonly name: string; readonly whole?: string } {
  const { t } = useTranslation();
  const { first, second } = useModelNames();
  const model = column.startsWith('first') ? first : second;
  switch (column) {
    case 'firstVerdict':
    case 'secondVerdict':
      return { name: t('library.table.verdict', { model }), whole: t('library.table.verdictWhole', { model }) };
    case 'firstEpsilon':
    case 'secondEpsilon':
      return { name: t('library.table.epsilon'), whole: t('library.table.epsilonWhole', { model }) };
    case 'imageId':
    case 'reference':
    case 'state':
    case 'flag':
      return { name: t(`library.table.${column}`) };
  }
}
