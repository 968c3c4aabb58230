/** The columns of the table, and which of them order the cases. */
import type { LibraryOrder, LibraryQuery } from '../../../../shared/domain/library.ts';

export type TableColumn =
  'imageId' | 'reference' | 'firstVerdict' | 'firstEpsilon' | 'secondVerdict' | 'secondEpsilon' | 'state' | 'flag';

/** The order that a click on a header asks for; the other columns order nothing. */
const ORDERS: Readonly<Partial<Record<TableColumn, LibraryOrder>>> = {
  imageId: 'name',
  firstEpsilon: 'firstFragility',
  secondEpsilon: 'secondFragility',
};

export type Sorting =
  /** The cases cannot be ordered by this column. */
  | { readonly kind: 'none' }
  | {
      readonly kind: 'sortable';
      readonly direction: 'ascending' | 'descending' | 'none';
      /** The query once the header was clicked. */
      readonly next: LibraryQuery;
    };

/** @param hidden orders that are not to be had now */
export function sortingOf(column: TableColumn, query: LibraryQuery, hidden: readonly LibraryOrder[]): Sorting {
  const order = ORDERS[column];
  if (order === undefined || hidden.includes(order)) return { kind: 'none' };
  if (query.order !== order) {
    return { kind: 'sortable', direction: 'none', next: { ...query, order, descending: false } };
  }
  const { descending } = query;
  return {
    kind: 'sortable',
    direction: descending ? 'descending' : 'ascending',
    next: { ...query, descending: !descending },
  };
}
