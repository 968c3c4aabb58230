import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { ListedCase } from '../../../../shared/contract/app/library.ts';
import type { LibraryQuery } from '../../../../shared/domain/library.ts';
import { useCaseAhead } from '../../api/caseAhead.ts';
import { useNavigation } from '../../app/navigation.tsx';
import { useCases, useListIds } from './libraryData.ts';
import { recallPlace, rememberPlace } from './place.ts';
import { queryKey } from './query.ts';
import type { Chosen } from './selection.ts';
import { useBrowsing } from './useBrowsing.ts';
import { useFocusFollows } from './useFocusFollows.ts';
import { type Rows, useRows } from './useRows.ts';

/** Cases as the grid and the table show them. */
export interface CaseListProps {
  readonly query: LibraryQuery;
  /** How many cases the query finds; at least 1. */
  readonly total: number;
  /** Place of the case with the focus: 0, 1, 2, ... */
  readonly active: number;
  readonly setActive: (index: number) => void;
  readonly chosen: Chosen;
  readonly setChosen: (chosen: Chosen) => void;
  /** Other cases are on their way. */
  readonly busy: boolean;
}

export interface ListLayout {
  readonly columns: number;
  readonly rowHeight: number;
  /** Inner height of the scroller. */
  readonly viewport: number;
}

interface CaseList {
  readonly rows: Rows;
  readonly caseAt: (index: number) => ListedCase | undefined;
  /** Why cases in view are missing; null: they are not. */
  readonly error: Error | null;
  readonly retry: () => void;
  readonly handlers: ReturnType<typeof useBrowsing>;
}

/** What grid and table have in common: the rows in view, their cases, focus, selection, and the place to come back to. */
export function useCaseList(
  props: CaseListProps,
  scroller: RefObject<HTMLElement | null>,
  { columns, rowHeight, viewport }: ListLayout,
): CaseList {
  const { query, total, active, setActive, chosen, setChosen } = props;
  const { go } = useNavigation();
  const askAhead = useCaseAhead();
  const [cameBack] = useState(() => recallPlace(queryKey(query)));
  const listIds = useListIds();
  const count = Math.ceil(total / columns);
  const activeRow = Math.floor(active / columns);
  const rows = useRows({ scroller, viewport, count, rowHeight, kept: activeRow });
  // A little more than is seen, so that slow scrolling meets no empty card.
  const first = Math.max(0, rows.first - 2) * columns;
  const last = Math.min(total, (rows.last + 5) * columns) - 1;
  const { caseAt, error, retry } = useCases(query, first, last);
  const handlers = useBrowsing(
    {
      total,
      active,
      setActive,
      chosen,
      setChosen,
      caseAt,
      listIds: (from, to) => listIds(query, from, to),
      open: (listed) => {
        askAhead(listed);
        go({ view: 'case', caseId: listed.caseId });
      },
    },
    { columns, rowsSeen: rows.seen },
  );
  useFocusFollows(scroller, { active, columns }, cameBack !== null);
  useViewFollows(rows, { row: activeRow, columns, rowHeight, query: queryKey(query) }, cameBack?.top ?? 0);
  useEffect(() => {
    rememberPlace({ query: queryKey(query), index: active, top: rows.top() * columns });
  });
  return { rows, caseAt, error, retry, handlers };
}

interface ViewState {
  /** The one with the focus. */
  readonly row: number;
  readonly columns: number;
  readonly rowHeight: number;
  readonly query: string;
}

/**
 * Scrolls: at first to where the reviewer comes back to (in cases), then to the row with the focus as it moves, to the top
 * for another query, and to the same cases in a window of another width.
 */
function useViewFollows(rows: Rows, now: ViewState, firstTop: number): void {
  const before = useRef<(ViewState & { readonly top: number }) | null>(null);
  useLayoutEffect(() => {
    const last = before.current;
    if (last === null) rows.scrollTo(firstTop / now.columns);
    else if (last.query !== now.query) rows.scrollTo(0);
    else if (last.columns !== now.columns || last.rowHeight !== now.rowHeight) rows.scrollTo(last.top / now.columns);
    else if (last.row !== now.row) rows.show(now.row);
    before.current = { ...now, top: rows.top() * now.columns };
  });
}
