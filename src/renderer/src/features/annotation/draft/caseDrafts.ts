/**
 * The drafts of the page. A draft outlives the case's view until all of it is on the disk, so that going on to the next
 * case never waits for a disk, and never loses a word to one.
 */
import type { CaseDraft } from './caseDraft.ts';

type Key = `${string} ${string}`;

const keyOf = ({ caseId, reviewerId }: Pick<CaseDraft, 'caseId' | 'reviewerId'>): Key => `${caseId} ${reviewerId}`;

const drafts = new Map<Key, CaseDraft>();
const onScreen = new Map<CaseDraft, number>();
const listeners = new Set<() => void>();
let left: readonly CaseDraft[] = [];

/** The draft of this reviewer and case: the one that is not stored yet, where there is one. */
export function draftOf(whose: Pick<CaseDraft, 'caseId' | 'reviewerId'>, make: () => CaseDraft): CaseDraft {
  const known = drafts.get(keyOf(whose));
  if (known !== undefined) return known;
  const made = make();
  made.subscribe(lookAgain);
  drafts.set(keyOf(whose), made);
  return made;
}

/** The draft is on the screen, until the function returned is called: then it is sent, and forgotten once stored. */
export function show(draft: CaseDraft): () => void {
  drafts.set(keyOf(draft), draft);
  onScreen.set(draft, (onScreen.get(draft) ?? 0) + 1);
  lookAgain();
  return () => {
    onScreen.set(draft, (onScreen.get(draft) ?? 1) - 1);
    void draft.flush();
    lookAgain();
  };
}

/** Those that could not be stored when their case left the screen. */
export const draftsLeft = (): readonly CaseDraft[] => left;

/** All that is not on the disk. */
export const unsavedDrafts = (): readonly CaseDraft[] => [...drafts.values()].filter(isUnsaved);

/** Told whenever `draftsLeft` changes. */
export function subscribeToDraftsLeft(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

const isUnsaved = (draft: CaseDraft): boolean => draft.state().saving.kind !== 'saved';

/** What is on its way will be there. */
const isStuck = (draft: CaseDraft): boolean => isUnsaved(draft) && draft.state().saving.kind !== 'saving';

const isOnScreen = (draft: CaseDraft): boolean => (onScreen.get(draft) ?? 0) > 0;

function lookAgain(): void {
  for (const [key, draft] of drafts) {
    if (isOnScreen(draft) || isUnsaved(draft)) continue;
    drafts.delete(key);
    onScreen.delete(draft);
  }
  const now = [...drafts.values()].filter((draft) => !isOnScreen(draft) && isStuck(draft));
  if (now.length === left.length && now.every((draft, index) => draft === left[index])) return;
  left = now;
  for (const listener of listeners) listener();
}
