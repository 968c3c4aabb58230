import { type KeyboardEvent, type MouseEvent, useRef } from 'react';
import type { ListedCase } from '../../../../shared/contract/app/library.ts';
import { useActionKeys } from '../../app/shortcuts.ts';
import { indexAfterKey } from './geometry.ts';
import { type Chosen, toggled, withRun } from './selection.ts';

export interface BrowsingOptions {
  readonly total: number;
  /** Place of the case with the focus. */
  readonly active: number;
  readonly setActive: (index: number) => void;
  readonly chosen: Chosen;
  readonly setChosen: (chosen: Chosen) => void;
  readonly caseAt: (index: number) => ListedCase | undefined;
  /** Asks for the ids of the cases from `first` to `last`, both included. */
  readonly listIds: (first: number, last: number) => Promise<readonly string[]>;
  readonly open: (listed: ListedCase) => void;
}

interface Layout {
  readonly columns: number;
  /** Rows that are seen at once. */
  readonly rowsSeen: number;
}

/** From which case a run is selected by Shift, and what was selected before it. */
interface Run {
  readonly anchor: number;
  readonly before: Chosen;
}

/** What keys and clicks do in the grid and in the table: one focus, one selection. */
export function useBrowsing(options: BrowsingOptions, { columns, rowsSeen }: Layout) {
  const { total, active, setActive, chosen, setChosen, caseAt, listIds, open } = options;
  const run = useRef<Run>(null);
  const latestRun = useRef(0);

  const extendTo = async (index: number) => {
    const { anchor, before } = (run.current ??= { anchor: active, before: chosen });
    setActive(index);
    latestRun.current += 1;
    const number = latestRun.current;
    const [first, last] = anchor < index ? [anchor, index] : [index, anchor];
    const ids = idsAtHand(caseAt, first, last) ?? (await listIds(first, last));
    // Another key may have been pressed while the ids were on their way.
    if (number === latestRun.current) setChosen(withRun(before, ids));
  };

  const moveTo = (index: number) => {
    run.current = null;
    setActive(index);
  };
  const toggle = (index: number) => {
    moveTo(index);
    const listed = caseAt(index);
    if (listed !== undefined) setChosen(toggled(chosen, listed.caseId));
  };
  const openAt = (index: number) => {
    const listed = caseAt(index);
    if (listed !== undefined) open(listed);
  };

  const onActionKey = useActionKeys({
    openSelected: () => {
      openAt(active);
    },
  });
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (placeOf(event.target) === null) return;
    onActionKey(event);
    if (event.altKey || event.defaultPrevented) return;
    if (event.key === ' ') {
      event.preventDefault();
      if (event.shiftKey) void extendTo(active);
      else toggle(active);
      return;
    }
    const next = indexAfterKey(event.key, { index: active, total, columns, rowsSeen });
    if (next === null) return;
    event.preventDefault();
    if (event.shiftKey) void extendTo(next);
    else moveTo(next);
  };
  const onClick = (event: MouseEvent<HTMLElement>) => {
    const index = placeOf(event.target);
    if (index === null) return;
    if (event.shiftKey) void extendTo(index);
    else if (event.ctrlKey || event.metaKey || isChoosing(event.target)) toggle(index);
    else {
      moveTo(index);
      openAt(index);
    }
  };
  return { onKeyDown, onClick };
}

/** The place of the case whose card or row this is part of; null outside of one. */
function placeOf(target: EventTarget): number | null {
  const element = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
  return element === null ? null : Number(element.dataset['index']);
}

const isChoosing = (target: EventTarget): boolean =>
  target instanceof Element && target.closest('[data-choose]') !== null;

/** Undefined where one of the cases is not at hand. */
function idsAtHand(caseAt: BrowsingOptions['caseAt'], first: number, last: number): readonly string[] | undefined {
  const ids: string[] = [];
  for (let index = first; index <= last; index += 1) {
    const listed = caseAt(index);
    if (listed === undefined) return undefined;
    ids.push(listed.caseId);
  }
  return ids;
}
