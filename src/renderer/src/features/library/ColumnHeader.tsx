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
  const name = useColumnName()(column);
  const label = (
    <>
      {column.startsWith('first') && <ModelMark place="first" size={9} />}
      {column.startsWith('second') && <ModelMark place="second" size={9} />}
      <span className={classes['name']}>{name}</span>
    </>
  );
  if (sorting.kind === 'none') {
    return (
      <div role="columnheader" className={classes['header']}>
        {label}
      </div>
    );
  }
  return (
    <div role="columnheader" className={classes['header']} aria-sort={sorting.direction}>
      <UnstyledButton
        className={classes['sort'] ?? ''}
        title={t('library.table.sort', { column: name })}
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

function useColumnName(): (column: TableColumn) => string {
  const { t } = useTranslation();
  const { first, second } = useModelNames();
  return (column) => {
    switch (column) {
      case 'firstVerdict':
        return t('library.table.verdict', { model: first });
      case 'secondVerdict':
        return t('library.table.verdict', { model: second });
      case 'firstEpsilon':
        return t('library.table.epsilon', { model: first });
      case 'secondEpsilon':
        return t('library.table.epsilon', { model: second });
      case 'imageId':
      case 'reference':
      case 'state':
      case 'flag':
        return t(`library.table.${column}`);
    }
  };
}
