/** Where cards and rows lie. All lengths in CSS pixels. */

export const GAP = 12;
/** Below the photograph of a card: id, two lines of verdicts, two bars. The style sheet holds the same number. */
const CARD_TEXT_HEIGHT = 112;
const BORDERS = 2;
/** Height to width of a card's photograph. */
const PHOTOGRAPH_RATIO = 0.64;
export const TABLE_ROW_HEIGHT = 40;

/** A card is at least this wide, and wider on screens where more than a dozen would stand beside each other. */
const NARROWEST_CARD = 168;
const CARDS_IN_A_ROW = 12;
const WIDEST_LEAST_CARD = 260;

export interface GridLayout {
  readonly columns: number;
  readonly photographHeight: number;
  /** From the top of one row to the top of the next. */
  readonly rowHeight: number;
}

/** @param width of the place in which rows stand, without its padding */
export function gridLayout(width: number): GridLayout {
  const least = Math.min(WIDEST_LEAST_CARD, Math.max(NARROWEST_CARD, width / CARDS_IN_A_ROW));
  const columns = Math.max(2, Math.floor((width + GAP) / (least + GAP)));
  const cardWidth = (width - GAP * (columns - 1)) / columns;
  const photographHeight = Math.max(0, Math.round((cardWidth - BORDERS) * PHOTOGRAPH_RATIO));
  return { columns, photographHeight, rowHeight: photographHeight + CARD_TEXT_HEIGHT + BORDERS + GAP };
}

/** Browsers draw no element that is much taller (Firefox ends at 17.9 million, Chromium at 33.5 million). */
export const TALLEST_ELEMENT = 15_000_000;

/** Pixels of all the rows that one scrolled pixel stands for: 1 unless the rows are taller than an element may be. */
export function scrollScale(height: number, viewport: number): number {
  return height <= TALLEST_ELEMENT ? 1 : (height - viewport) / (TALLEST_ELEMENT - viewport);
}

export interface FocusPlace {
  readonly index: number;
  readonly total: number;
  readonly columns: number;
  /** Rows that are seen at once. */
  readonly rowsSeen: number;
}

/**
 * The index that a key moves the focus to; null: the key moves nothing. Home and End go to the first and last of all.
 *
 * @param key as KeyboardEvent tells it
 */
export function indexAfterKey(key: string, { index, total, columns, rowsSeen }: FocusPlace): number | null {
  const inside = (target: number) => Math.min(total - 1, Math.max(0, target));
  switch (key) {
    case 'ArrowLeft':
      return columns === 1 ? null : inside(index - 1);
    case 'ArrowRight':
      return columns === 1 ? null : inside(index + 1);
    case 'ArrowUp':
      return index < columns ? index : index - columns;
    case 'ArrowDown':
      return down(index, columns, total);
    case 'PageUp':
      return inside(index - columns * Math.max(1, rowsSeen - 1));
    case 'PageDown':
      return inside(index + columns * Math.max(1, rowsSeen - 1));
    case 'Home':
      return 0;
    case 'End':
      return total - 1;
    default:
      return null;
  }
}

/** The last row may be shorter than the others: then down leads to its end. */
function down(index: number, columns: number, total: number): number {
  if (index + columns < total) return index + columns;
  const isInLastRow = Math.floor(index / columns) === Math.floor((total - 1) / columns);
  return isInLastRow ? index : total - 1;
}

/** How many cases are asked for at once. */
export const PAGE_SIZE = 100;

/** Numbers of the pages that hold the cases from `first` to `last`; empty where there is none. */
export function pagesOf(first: number, last: number): readonly number[] {
  const from = Math.floor(Math.max(0, first) / PAGE_SIZE);
  const to = Math.floor(last / PAGE_SIZE);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);
}
