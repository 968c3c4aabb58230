import { type RefObject, useLayoutEffect, useRef } from 'react';

/**
 * Moves the browser's focus along with the active case, where the focus is among the cases; and to it at first where the
 * reviewer comes back from a case.
 */
export function useFocusFollows(cases: RefObject<HTMLElement | null>, active: number, atFirst: boolean): void {
  const wanted = useRef(atFirst);
  const before = useRef(active);
  useLayoutEffect(() => {
    const moved = before.current !== active;
    before.current = active;
    const container = cases.current;
    if (container === null || (!moved && !wanted.current)) return;
    if (!hasFocus(container) && !(wanted.current && isNowhere(document.activeElement))) return;
    const next = container.querySelector<HTMLElement>(`[data-index="${active}"]`);
    // Not drawn yet: the next drawing comes here again.
    if (next === null) return;
    wanted.current = false;
    next.focus({ preventScroll: true });
  });
}

const hasFocus = (container: HTMLElement): boolean =>
  container.contains(document.activeElement) && document.activeElement?.closest('[data-index]') !== null;

const isNowhere = (element: Element | null): boolean => element === null || element === document.body;
