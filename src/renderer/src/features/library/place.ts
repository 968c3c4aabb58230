/** Where the reviewer was in the library: a visit to a case, or a reload, comes back to it. */

export const LAYOUTS = ['grid', 'table'] as const;
export type Layout = (typeof LAYOUTS)[number];

export interface LibraryPlace {
  /** Of which query this is the place; another query begins at its first case. */
  readonly query: string;
  /** Place of the focused case in what the query finds: 0, 1, 2, ... */
  readonly index: number;
  /** Where the view began, in cases; a fraction of a row counts as so many of its cases. */
  readonly top: number;
}

const PLACE_KEY = 'epsiloscope.library.place';
const LAYOUT_KEY = 'epsiloscope.library.layout';

export function rememberPlace(place: LibraryPlace): void {
  sessionStorage.setItem(PLACE_KEY, JSON.stringify(place));
}

/** Null: the reviewer was not in this query's cases. */
export function recallPlace(query: string): LibraryPlace | null {
  const place = placeIn(sessionStorage.getItem(PLACE_KEY));
  return place?.query === query ? place : null;
}

/** What another version of the page wrote is not a place. */
function placeIn(text: string | null): LibraryPlace | null {
  try {
    const { query, index, top } = (JSON.parse(text ?? '{}') ?? {}) as Partial<LibraryPlace>;
    if (typeof query !== 'string' || !Number.isInteger(index) || !Number.isFinite(top)) return null;
    return { query, index: Math.max(0, Number(index)), top: Math.max(0, Number(top)) };
  } catch {
    return null;
  }
}

export function rememberLayout(layout: Layout): void {
  sessionStorage.setItem(LAYOUT_KEY, layout);
}

export const recallLayout = (): Layout =>
  LAYOUTS.find((layout) => layout === sessionStorage.getItem(LAYOUT_KEY)) ?? 'grid';
