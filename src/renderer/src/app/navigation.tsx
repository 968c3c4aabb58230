import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { EVERYTHING, type LibraryQuery } from '../../../shared/domain/library.ts';

export const SETTINGS_SECTIONS = ['appearance', 'shortcuts', 'about'] as const;
export type SettingsSection = (typeof SETTINGS_SECTIONS)[number];

/** The views, and what each needs to know. A case is seen as one of the cases that a query found. */
export type Place =
  | { readonly view: 'library' }
  | { readonly view: 'case'; readonly caseId: string }
  | { readonly view: 'models' }
  | { readonly view: 'settings'; readonly section?: SettingsSection };

interface Navigation {
  readonly place: Place;
  /** The place before this one; null at first. */
  readonly cameFrom: Place | null;
  readonly go: (place: Place) => void;
  /** The library's query: it outlives a visit to a case, which is seen as one of those it found. */
  readonly query: LibraryQuery;
  readonly setQuery: (query: LibraryQuery) => void;
}

const NavigationContext = createContext<Navigation | null>(null);

export function useNavigation(): Navigation {
  const navigation = useContext(NavigationContext);
  if (navigation === null) throw new Error('This component stands outside of NavigationProvider.');
  return navigation;
}

const QUERY_KEY = 'epsiloscope.query';

/** Keeps the place in the address (`#/case/...`), so that a reload comes back to it. */
export function NavigationProvider({ children }: { children: ReactNode }) {
  const [{ place, cameFrom }, setPlaces] = useState(firstPlaces);
  const [query, setQuery] = useState(storedQuery);
  useEffect(() => {
    const follow = () => {
      setPlaces((before) => ({ place: placeOf(window.location.hash), cameFrom: before.place }));
    };
    window.addEventListener('hashchange', follow);
    return () => {
      window.removeEventListener('hashchange', follow);
    };
  }, []);
  const navigation = useMemo<Navigation>(
    () => ({
      place,
      cameFrom,
      go: (next) => {
        window.location.hash = hashOf(next);
      },
      query,
      setQuery: (next) => {
        sessionStorage.setItem(QUERY_KEY, JSON.stringify(next));
        setQuery(next);
      },
    }),
    [place, cameFrom, query],
  );
  return <NavigationContext value={navigation}>{children}</NavigationContext>;
}

const firstPlaces = (): Pick<Navigation, 'place' | 'cameFrom'> => ({
  place: placeOf(window.location.hash),
  cameFrom: null,
});

function hashOf(place: Place): string {
  switch (place.view) {
    case 'case':
      return `#/case/${encodeURIComponent(place.caseId)}`;
    case 'settings':
      return place.section === undefined ? '#/settings' : `#/settings/${place.section}`;
    case 'library':
    case 'models':
      return `#/${place.view}`;
  }
}

function placeOf(hash: string): Place {
  const [view, detail] = hash.replace(/^#\//, '').split('/');
  if (view === 'case' && detail !== undefined) return { view, caseId: decodeURIComponent(detail) };
  if (view === 'models') return { view };
  if (view === 'settings') return isSection(detail) ? { view, section: detail } : { view };
  return { view: 'library' };
}

const isSection = (text: string | undefined): text is SettingsSection =>
  (SETTINGS_SECTIONS as readonly (string | undefined)[]).includes(text);

/** What an older page stored may have another form: then all cases are shown. */
function storedQuery(): LibraryQuery {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(QUERY_KEY) ?? 'null');
    return { ...EVERYTHING, ...(stored as LibraryQuery | null) };
  } catch {
    return EVERYTHING;
  }
}
