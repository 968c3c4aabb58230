import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { FIT, type Place, type Viewport } from './viewport.ts';

interface Linked {
  readonly viewport: Viewport;
  readonly change: (step: (before: Viewport) => Viewport) => void;
  /** A magnifier stands under the pointer, in every picture. */
  readonly lens: boolean;
  /** The pointer stands here now, in frame units; null: on no picture. */
  readonly point: (place: Place | null) => void;
}

const LinkedContext = createContext<Linked | null>(null);
const PointedContext = createContext<Place | null>(null);

export function useLinked(): Linked {
  const linked = useContext(LinkedContext);
  if (linked === null) throw new Error('This component stands outside of LinkedPictures.');
  return linked;
}

/**
 * The place under the pointer, in frame units; null: it is on no picture. Apart from {@link useLinked}, since it changes with
 * every movement.
 */
export const usePointed = (): Place | null => useContext(PointedContext);

/** Pictures within share place, zoom and pointer. Give it the case as `key`: each case is first seen whole. */
export function LinkedPictures({ lens, children }: { lens: boolean; children: ReactNode }) {
  const [viewport, change] = useState(FIT);
  const [place, point] = useState<Place | null>(null);
  const linked = useMemo(() => ({ viewport, change, lens, point }), [viewport, lens]);
  return (
    <LinkedContext value={linked}>
      <PointedContext value={place}>{children}</PointedContext>
    </LinkedContext>
  );
}
