import { ActionIcon, NativeSelect, SegmentedControl, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LIBRARY_ORDERS, type LibraryOrder } from '../../../../shared/domain/library.ts';
import { Icon } from '../../components/Icon.tsx';
import { LAYOUTS, type Layout } from './place.ts';
import { SearchField } from './SearchField.tsx';
import { useLibraryQuery } from './useLibraryQuery.ts';
import { useModelNames } from './useModelNames.ts';
import classes from './Toolbar.module.css';

interface ToolbarProps {
  readonly layout: Layout;
  readonly onLayout: (layout: Layout) => void;
}

/** Search, order, layout. */
export function Toolbar({ layout, onLayout }: ToolbarProps) {
  const { t } = useTranslation();
  const { query, setQuery } = useLibraryQuery();
  return (
    <div className={classes['toolbar']}>
      <SearchField
        key={query.worklist}
        search={query.search}
        onSearch={(search) => {
          setQuery({ ...query, search });
        }}
      />
      <OrderChoice />
      <SegmentedControl
        size="xs"
        aria-label={t('library.layout')}
        value={layout}
        onChange={(value) => {
          onLayout(LAYOUTS.find((each) => each === value) ?? layout);
        }}
        data={LAYOUTS.map((value) => ({ value, label: t(`library.layouts.${value}`) }))}
      />
    </div>
  );
}

function OrderChoice() {
  const { t } = useTranslation();
  const { query, setQuery, hiddenOrders } = useLibraryQuery();
  const { first, second } = useModelNames();
  const nameOf = (order: LibraryOrder) =>
    t(`library.orders.${order}`, { model: order === 'firstFragility' ? first : second });
  return (
    <div className={classes['order']}>
      <NativeSelect
        size="sm"
        aria-label={t('library.order')}
        value={query.order}
        data={LIBRARY_ORDERS.filter((order) => !hiddenOrders.includes(order)).map((value) => ({
          value,
          label: nameOf(value),
        }))}
        onChange={({ currentTarget: { value } }) => {
          const order = LIBRARY_ORDERS.find((each) => each === value) ?? query.order;
          setQuery({ ...query, order, descending: false });
        }}
      />
      <Tooltip label={t('library.reverse')}>
        <ActionIcon
          variant="default"
          size={30}
          aria-label={t('library.reverse')}
          aria-pressed={query.descending}
          onClick={() => {
            setQuery({ ...query, descending: !query.descending });
          }}
        >
          <Icon name={query.descending ? 'descending' : 'ascending'} size={15} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
