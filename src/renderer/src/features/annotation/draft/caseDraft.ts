import type { CurrentAnnotation } from '../../../../../shared/contract/app/annotations.ts';
import type { Annotation } from '../../../../../shared/domain/annotation.ts';
import type { Edit } from '../answer/edits.ts';
import { type AnswerStore, Autosave, type Saving, TYPING_PAUSE } from './autosave.ts';
import { after, begun, type Gesture, type Step, type Undoable } from './undo.ts';

export interface DraftState {
  readonly answer: Annotation;
  readonly saving: Saving;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

interface CaseDraftParts {
  readonly caseId: string;
  readonly reviewerId: string;
  /** What this reviewer said of the case last. */
  readonly current: CurrentAnnotation;
  readonly store: AnswerStore;
  readonly onAcknowledged: (current: CurrentAnnotation) => void;
}

/** What one reviewer says of one case while they say it: kept by itself, undone without end, never lost. */
export class CaseDraft {
  readonly caseId: string;
  readonly reviewerId: string;
  readonly #autosave: Autosave;
  readonly #listeners = new Set<() => void>();
  #undoable: Undoable;
  #state: DraftState;

  constructor({ caseId, reviewerId, current, store, onAcknowledged }: CaseDraftParts) {
    this.caseId = caseId;
    this.reviewerId = reviewerId;
    this.#undoable = begun(current.content);
    this.#autosave = new Autosave({
      store,
      current,
      onAcknowledged,
      onChange: () => {
        // What was sent is a step of its own: undo goes back to it.
        if (this.#autosave.saving.kind === 'saved') this.#undoable = after(this.#undoable, { kind: 'rest' });
        this.#tell();
      },
    });
    this.#state = this.#seen();
  }

  readonly state = (): DraftState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** @param gesture of which the change is a part; it is sent when the hand rests. Null: sent at once. */
  edit(edit: Edit, gesture: Gesture | null = null): void {
    this.#step({ kind: 'edit', answer: edit(this.#undoable.present), gesture }, gesture === null ? 0 : TYPING_PAUSE);
  }

  undo(): void {
    this.#step({ kind: 'undo' }, 0);
  }

  redo(): void {
    this.#step({ kind: 'redo' }, 0);
  }

  /** The hand rests (a field was left): what was typed is sent at once, and is a step of its own. */
  rest(): void {
    this.#undoable = after(this.#undoable, { kind: 'rest' });
    if (this.state().saving.kind === 'saving') void this.flush();
  }

  /** Sends what is not sent yet; whether all of it is on the disk then. */
  flush(): Promise<boolean> {
    return this.#autosave.flush();
  }

  /** The program tells which revision is the newest: one of another window is shown where nothing here would be lost. */
  meet(current: CurrentAnnotation): void {
    const isNewer = current.revision > this.#autosave.acknowledged.revision;
    if (!isNewer || this.#state.saving.kind !== 'saved') return;
    this.#undoable = after(this.#undoable, { kind: 'begin', answer: current.content });
    this.#autosave.rebase(current, current.content);
  }

  /** Ends a conflict. The answer that gives way can be had again: one's own by undo, the other by the history. */
  settle(whose: 'mine' | 'theirs'): void {
    const { saving } = this.#state;
    if (saving.kind !== 'conflict') return;
    const { theirs } = saving;
    if (whose === 'theirs') {
      this.#undoable = after(this.#undoable, { kind: 'edit', answer: theirs.content, gesture: null });
    }
    this.#autosave.rebase(theirs, this.#undoable.present);
  }

  #step(step: Step, pause: number): void {
    const before = this.#undoable.present;
    this.#undoable = after(this.#undoable, step);
    if (this.#undoable.present === before) return;
    this.#autosave.want(this.#undoable.present, pause);
    this.#tell();
  }

  #seen(): DraftState {
    return {
      answer: this.#undoable.present,
      saving: this.#autosave.saving,
      canUndo: this.#undoable.past.length > 0,
      canRedo: this.#undoable.future.length > 0,
    };
  }

  #tell(): void {
    this.#state = this.#seen();
    for (const listener of this.#listeners) listener();
  }
}
