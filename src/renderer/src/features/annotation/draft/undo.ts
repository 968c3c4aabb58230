/** Everything the reviewer did to an answer since the case was opened, to be taken back and done again without end. */
import type { Annotation } from '../../../../../shared/domain/annotation.ts';

/** One movement of the hand that takes many changes: typing into a field, moving a mark by keys. */
export type Gesture = 'comment' | 'other' | `label ${string}` | `move ${string}`;

export interface Undoable {
  /** The latest last. */
  readonly past: readonly Annotation[];
  readonly present: Annotation;
  /** The next one last. */
  readonly future: readonly Annotation[];
  /** What the present one is a part of; the next change by the same gesture belongs to the same step. */
  readonly gesture: Gesture | null;
}

export type Step =
  | { readonly kind: 'edit'; readonly answer: Annotation; readonly gesture: Gesture | null }
  /** The hand rests: what comes next is a step of its own. */
  | { readonly kind: 'rest' }
  | { readonly kind: 'undo' }
  | { readonly kind: 'redo' }
  /** Another answer takes the place of this one, which nothing here led to. */
  | { readonly kind: 'begin'; readonly answer: Annotation };

export const begun = (answer: Annotation): Undoable => ({ past: [], present: answer, future: [], gesture: null });

export function after(state: Undoable, step: Step): Undoable {
  switch (step.kind) {
    case 'edit':
      return edited(state, step.answer, step.gesture);
    case 'rest':
      return state.gesture === null ? state : { ...state, gesture: null };
    case 'undo':
      return undone(state);
    case 'redo':
      return redone(state);
    case 'begin':
      return begun(step.answer);
  }
}

function edited(state: Undoable, answer: Annotation, gesture: Gesture | null): Undoable {
  if (answer === state.present) return state;
  const continues = gesture !== null && gesture === state.gesture;
  return { past: continues ? state.past : [...state.past, state.present], present: answer, future: [], gesture };
}

function undone({ past, present, future }: Undoable): Undoable {
  const before = past.at(-1);
  if (before === undefined) return { past, present, future, gesture: null };
  return { past: past.slice(0, -1), present: before, future: [...future, present], gesture: null };
}

function redone({ past, present, future }: Undoable): Undoable {
  const next = future.at(-1);
  if (next === undefined) return { past, present, future, gesture: null };
  return { past: [...past, present], present: next, future: future.slice(0, -1), gesture: null };
}
