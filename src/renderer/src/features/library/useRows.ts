import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useReducer } from 'react';
import { scrollScale } from './geometry.ts';

interface RowsOptions {
  readonly scroller: RefObject<HTMLElement | null>;
  /** Inner height of the scroller, in pixels. */
  readonly viewport: number;
  readonly count: number;
  /** From the top of one row to the top of the next, in pixels. */
  readonly rowHeight: number;
  /** A row that is drawn wherever the view is: the one with the focus. */
  readonly kept: number;
}

export interface DrawnRow {
  readonly row: number;
  /** In the element that holds the rows, in pixels. */
  readonly top: number;
}

export interface Rows {
  readonly drawn: readonly DrawnRow[];
  /** Of the element that holds the rows, in pixels; less than all rows where they are taller than an element may be. */
  readonly height: number;
  /** Rows in view, the first and last of them in part. */
  readonly first: number;
  readonly last: number;
  /** How many rows fit into the view as a whole. */
  readonly seen: number;
  /** Where the view begins now, in rows: 2.5 is the middle of the third row. */
  readonly top: () => number;
  readonly scrollTo: (top: number) => void;
  /** Scrolls no further than needed to see the whole row. */
  readonly show: (row: number) => void;
}

const OVERSCAN = 2;

/** Of many rows of one height, those that are in view, and where to draw them. */
export function useRows({ scroller, viewport, count, rowHeight, kept }: RowsOptions): Rows {
  const whole = count * rowHeight;
  const scale = scrollScale(whole, viewport);
  const inView = Math.ceil(viewport / rowHeight);
  const virtualizer = useVirtualizer<HTMLElement, HTMLElement>({
    count,
    getScrollElement: () => scroller.current,
    // In scrolled pixels, of which each stands for `scale` pixels of the rows.
    estimateSize: () => rowHeight / scale,
    // The last view is as high as any, though its rows count for less.
    paddingEnd: viewport - viewport / scale,
    overscan: OVERSCAN,
    rangeExtractor: useCallback((range: Range) => drawnRows(range, inView, kept), [inView, kept]),
  });
  useLayoutEffect(() => {
    virtualizer.measure();
  }, [virtualizer, rowHeight, scale]);
  useDrawAtEachScroll(scroller, scale > 1);

  const scrolled = () => scroller.current?.scrollTop ?? 0;
  const scrollToPixel = (pixel: number) => {
    scroller.current?.scrollTo({ top: pixel / scale });
  };
  const shift = scrolled() * (scale - 1);
  const first = Math.floor((scrolled() * scale) / rowHeight);
  return {
    drawn: virtualizer.getVirtualIndexes().map((row) => ({ row, top: row * rowHeight - shift })),
    height: (whole - viewport) / scale + viewport,
    first,
    last: Math.min(count - 1, first + inView),
    seen: Math.floor(viewport / rowHeight),
    top: () => (scrolled() * scale) / rowHeight,
    scrollTo: (top) => {
      scrollToPixel(top * rowHeight);
    },
    show: (row) => {
      const offset = scrolled() * scale;
      const before = row * rowHeight;
      const after = before + rowHeight - viewport;
      if (before < offset) scrollToPixel(before);
      else if (after > offset) scrollToPixel(after);
    },
  };
}

/** Where each scrolled pixel stands for several, the virtualizer would draw more rows than are seen. */
function drawnRows(range: Range, inView: number, kept: number): number[] {
  const endIndex = Math.min(range.endIndex, range.startIndex + inView);
  const rows = defaultRangeExtractor({ ...range, endIndex });
  if (kept < 0 || kept >= range.count || rows.includes(kept)) return rows;
  return kept < (rows[0] ?? 0) ? [kept, ...rows] : [...rows, kept];
}

/** The virtualizer draws when other rows come into view; scaled rows move against their element between that too. */
function useDrawAtEachScroll(scroller: RefObject<HTMLElement | null>, needed: boolean): void {
  const draw = useReducer((count: number) => count + 1, 0)[1];
  useEffect(() => {
    const scrolling = scroller.current;
    if (!needed || scrolling === null) return undefined;
    scrolling.addEventListener('scroll', draw);
    return () => {
      scrolling.removeEventListener('scroll', draw);
    };
  }, [scroller, needed, draw]);
}
