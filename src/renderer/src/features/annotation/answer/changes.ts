/** What changed from one revision of an answer to the next. Words are chosen elsewhere. */
import {
  type Annotation,
  type Confidence,
  EMPTY_ANNOTATION,
  type Opinion,
  type Reading,
  type ReviewState,
  type Shape,
} from '../../../../../shared/domain/annotation.ts';
import type { Revision } from '../../../../../shared/contract/app/annotations.ts';

/** `to` is what is said from then on; null: taken back. */
export type Change =
  | { readonly kind: 'reading'; readonly to: Reading | null }
  | { readonly kind: 'confidence'; readonly to: Confidence | null }
  | { readonly kind: 'opinion'; readonly modelSha256: string; readonly to: Opinion | null }
  | { readonly kind: 'comment'; readonly to: 'written' | 'changed' | 'removed' }
  | { readonly kind: 'tagged' | 'untagged'; readonly tags: readonly string[] }
  | { readonly kind: 'flag'; readonly to: boolean }
  | { readonly kind: 'marksAdded' | 'marksChanged' | 'marksRemoved'; readonly count: number }
  | { readonly kind: 'state'; readonly to: ReviewState };

export const changesBetween = (before: Annotation, after: Annotation): readonly Change[] => [
  ...(readingKey(before.reading) === readingKey(after.reading)
    ? []
    : [{ kind: 'reading', to: after.reading } as const]),
  ...(before.confidence === after.confidence ? [] : [{ kind: 'confidence', to: after.confidence } as const]),
  ...opinionChanges(before, after),
  ...commentChanges(before.comment, after.comment),
  ...tagChanges(before.tags, after.tags),
  ...(before.flagged === after.flagged ? [] : [{ kind: 'flag', to: after.flagged } as const]),
  ...markChanges(before.shapes, after.shapes),
  ...(before.state === after.state ? [] : [{ kind: 'state', to: after.state } as const]),
];

const readingKey = (reading: Reading | null): string =>
  reading === null ? '' : reading.kind === 'diagnosis' ? `dx ${reading.dx}` : `other ${reading.text}`;

function opinionChanges({ opinions: before }: Annotation, { opinions: after }: Annotation): readonly Change[] {
  const models = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...models]
    .filter((modelSha256) => before[modelSha256] !== after[modelSha256])
    .map((modelSha256) => ({ kind: 'opinion', modelSha256, to: after[modelSha256] ?? null }));
}

function commentChanges(before: string, after: string): readonly Change[] {
  if (before === after) return [];
  return [{ kind: 'comment', to: before === '' ? 'written' : after === '' ? 'removed' : 'changed' }];
}

function tagChanges(before: readonly string[], after: readonly string[]): readonly Change[] {
  const added = after.filter((tag) => !before.includes(tag));
  const removed = before.filter((tag) => !after.includes(tag));
  return [
    ...(added.length === 0 ? [] : [{ kind: 'tagged', tags: added } as const]),
    ...(removed.length === 0 ? [] : [{ kind: 'untagged', tags: removed } as const]),
  ];
}

function markChanges(before: readonly Shape[], after: readonly Shape[]): readonly Change[] {
  const earlier = new Map(before.map((mark) => [mark.id, JSON.stringify(mark)]));
  const later = new Set(after.map(({ id }) => id));
  const counts = {
    marksAdded: after.filter(({ id }) => !earlier.has(id)).length,
    marksChanged: after.filter((mark) => (earlier.get(mark.id) ?? JSON.stringify(mark)) !== JSON.stringify(mark))
      .length,
    marksRemoved: before.filter(({ id }) => !later.has(id)).length,
  };
  return (['marksAdded', 'marksChanged', 'marksRemoved'] as const)
    .filter((kind) => counts[kind] > 0)
    .map((kind) => ({ kind, count: counts[kind] }));
}

export interface HistoryEntry {
  readonly revision: Revision;
  /** From the same reviewer's revision before; from an empty answer for the first. */
  readonly changes: readonly Change[];
}

/** Each revision with what it changed, in the order given: the newest first. */
export function historyOf(revisions: readonly Revision[]): readonly HistoryEntry[] {
  const said = new Map<string, Revision>();
  return revisions
    .toReversed()
    .map((revision) => {
      const before = said.get(revision.reviewer.id)?.content ?? EMPTY_ANNOTATION;
      said.set(revision.reviewer.id, revision);
      return { revision, changes: changesBetween(before, revision.content) };
    })
    .reverse();
}
