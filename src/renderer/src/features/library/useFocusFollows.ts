import { type RefObject, useLayoutEffect, useRef } from 'react';

interface Followed {
  /** Place of the case that has, or should have, the focus. */
  readonly active: number;
  readonly columns: number;
}

/**
 * Moves the browser's focus along with the active case, where the focus is among the cases; keeps it there when cases are
 * laid out anew; and gives it to the active case at first where the reviewer comes back from one.
 */
export function useFocusFollows(cases: RefObject<HTMLElement | null>, now: Followed, atFirst: boolean): void {
  const wanted = useRef(atFirst);
  const before = useRef({ ...now, hadFocus: false });
  useLayoutEffect(() => {
    const container = cases.current;
    if (container === null) return;
    const { active, columns, hadFocus } = before.current;
    const hasIt = hasFocus(container);
    if (hasIt && active !== now.active) wanted.current = true;
    // Cards of other rows are other elements: the focus went with the one that had it.
    if (hadFocus && columns !== now.columns) wanted.current = true;
    const mayHaveIt = wanted.current && (hasIt || isNowhere(document.activeElement));
    // Where it is not drawn yet, the next drawing comes here again.
    const next = mayHaveIt ? container.querySelector<HTMLElement>(`[data-index="${now.active}"]`) : null;
    if (next !== null) {
      wanted.current = false;
      next.focus({ preventScroll: true });
    }
    before.current = { ...now, hadFocus: hasFocus(container) || wanted.current };
  });
}

const hasFocus = (container: HTMLElement): boolean =>
  container.contains(document.activeElement) && document.activeElement?.closest('[data-index]') !== null;

const isNowhere = (element: Element | null): boolean => element === null || element === document.body;
