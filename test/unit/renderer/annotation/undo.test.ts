import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_ANNOTATION } from '../../../../src/shared/domain/annotation.ts';
import { toggleFlag, writeComment } from '../../../../src/renderer/src/features/annotation/answer/edits.ts';
import {
  after,
  begun,
  type Gesture,
  type Undoable,
} from '../../../../src/renderer/src/features/annotation/draft/undo.ts';
import { answer, edits } from './answers.ts';

const edited = (
  state: Undoable,
  edit: (said: Undoable['present']) => Undoable['present'],
  gesture: Gesture | null = null,
) => after(state, { kind: 'edit', answer: edit(state.present), gesture });
const typed = (state: Undoable, comment: string) => edited(state, writeComment(comment), 'comment');
const [undo, redo, rest] = [{ kind: 'undo' }, { kind: 'redo' }, { kind: 'rest' }] as const;

describe('undo', () => {
  it('goes back through every step to the first, and redo to the last', () => {
    fc.assert(
      fc.property(fc.array(edits, { maxLength: 40 }), (acts) => {
        const states = [begun(EMPTY_ANNOTATION)];
        for (const act of acts) {
          const state = edited(states.at(-1) ?? begun(EMPTY_ANNOTATION), act);
          if (state !== states.at(-1)) states.push(state);
        }
        let state = states.at(-1) ?? begun(EMPTY_ANNOTATION);
        for (const before of states.slice(0, -1).reverse()) {
          state = after(state, undo);
          expect(state.present).toBe(before.present);
        }
        expect(after(state, undo).present).toBe(EMPTY_ANNOTATION);
        for (const later of states.slice(1)) {
          state = after(state, redo);
          expect(state.present).toBe(later.present);
        }
        expect(after(state, redo).present).toBe(state.present);
      }),
    );
  });

  it('takes back what was typed in one go as one step', () => {
    const state = ['r', 'ro', 'rou', 'round'].reduce(typed, begun(EMPTY_ANNOTATION));
    expect(after(state, undo).present.comment).toBe('');
  });

  it('goes back to each rest of the hand', () => {
    const rested = after(typed(begun(EMPTY_ANNOTATION), 'round'), rest);
    const state = typed(typed(rested, 'round,'), 'round, even');
    expect(after(state, undo).present.comment).toBe('round');
    expect(after(after(state, undo), undo).present.comment).toBe('');
  });

  it('parts what another act came between', () => {
    const state = typed(edited(typed(begun(EMPTY_ANNOTATION), 'round'), toggleFlag), 'round, even');
    expect(after(state, undo).present).toEqual(answer({ comment: 'round', flagged: true }));
  });

  it('parts what is typed after it', () => {
    const state = after(['a', 'ab'].reduce(typed, after(typed(begun(EMPTY_ANNOTATION), 'first'), rest)), undo);
    expect(after(typed(state, 'first and more'), undo).present.comment).toBe('first');
  });

  it('is cut off by a new act: there is nothing to redo then', () => {
    const flagged = edited(begun(EMPTY_ANNOTATION), toggleFlag);
    const other = typed(after(flagged, undo), 'x');
    expect(after(other, redo).present).toBe(other.present);
  });

  it('does not go back behind an answer that came from elsewhere', () => {
    const met = after(typed(begun(EMPTY_ANNOTATION), 'mine'), { kind: 'begin', answer: answer({ comment: 'theirs' }) });
    expect(after(met, undo).present.comment).toBe('theirs');
  });
});
