/** What keys do to a mark that has the focus. */
import type { Point, Shape } from '../../../../../shared/domain/annotation.ts';
import { rounded } from '../geometry.ts';
import { handlesOf, movedBy, placeOf, reshaped, scaledBy, type Size } from './shapes.ts';

export type MarkAct =
  /** One step towards a side. */
  | { readonly kind: 'move'; readonly towards: Point }
  | { readonly kind: 'scale'; readonly factor: number }
  /** On to another of the mark's handles. */
  | { readonly kind: 'handle'; readonly by: 1 | -1 }
  | { readonly kind: 'remove' };

const LARGER = 1.1;

const ACTS: Readonly<Record<string, MarkAct>> = {
  ArrowLeft: { kind: 'move', towards: { x: -1, y: 0 } },
  ArrowRight: { kind: 'move', towards: { x: 1, y: 0 } },
  ArrowUp: { kind: 'move', towards: { x: 0, y: -1 } },
  ArrowDown: { kind: 'move', towards: { x: 0, y: 1 } },
  '+': { kind: 'scale', factor: LARGER },
  '-': { kind: 'scale', factor: 1 / LARGER },
  PageDown: { kind: 'handle', by: 1 },
  PageUp: { kind: 'handle', by: -1 },
  Delete: { kind: 'remove' },
  Backspace: { kind: 'remove' },
};

/** Null: the key means nothing to a mark. */
export function actOfKey(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): MarkAct | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  return ACTS[event.key] ?? null;
}

/** The handle after (or before) this one; null stands for the whole mark, which is one of the round. */
export function nextHandle(mark: Shape, handle: number | null, by: 1 | -1): number | null {
  const places = handlesOf(mark).length + 1;
  const place = handle === null ? 0 : handle + 1;
  const next = (place + by + places) % places;
  return next === 0 ? null : next - 1;
}

interface KeyedMark {
  /** Of a movement, in pixels of the photograph. */
  readonly step: number;
  readonly handle: number | null;
  readonly photograph: Size;
}

/** The mark as the key leaves it; it stays on the photograph. */
export function markAfter(
  mark: Shape,
  act: Extract<MarkAct, { kind: 'move' | 'scale' }>,
  { step, handle: index, photograph }: KeyedMark,
): Shape {
  if (act.kind === 'scale') return scaledBy(mark, act.factor, photograph);
  const by = { x: act.towards.x * step, y: act.towards.y * step };
  const handle = index === null ? undefined : handlesOf(mark)[index];
  const place = handle === undefined ? null : placeOf(mark, handle);
  if (handle === undefined || place === null) return movedBy(mark, by, photograph);
  return reshaped(mark, handle, {
    x: rounded(Math.min(photograph.width, Math.max(0, place.x + by.x))),
    y: rounded(Math.min(photograph.height, Math.max(0, place.y + by.y))),
  });
}
