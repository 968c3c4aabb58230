import type { CurrentAnnotation } from '../../../../../shared/contract/app/annotations.ts';
import type { Annotation } from '../../../../../shared/domain/annotation.ts';
import { codeOf } from '../../../api/explanation.ts';
import { isSameAnswer, toBeStored } from '../answer/edits.ts';

/** Where an answer is kept. */
export interface AnswerStore {
  /**
   * Stores a revision on top of `base`.
   *
   * @throws an explained error; `ANNOTATION_CONFLICT` where another window stored one since
   */
  readonly save: (base: number, answer: Annotation) => Promise<CurrentAnnotation>;
  /** The newest revision of the same reviewer. */
  readonly current: () => Promise<CurrentAnnotation>;
}

/** How far what is on the screen is on the disk. */
export type Saving =
  /** All of it; `at` is the time of the newest revision, null where nothing was said yet. */
  | { readonly kind: 'saved'; readonly at: string | null }
  | { readonly kind: 'saving' }
  /** It is tried again after a while, by itself; said until it worked. */
  | { readonly kind: 'failed'; readonly error: Error }
  /** Another window stored something else; nothing is sent until the reviewer chose. */
  | { readonly kind: 'conflict'; readonly theirs: CurrentAnnotation };

/** A pause in typing after which what was typed is sent, in milliseconds. */
export const TYPING_PAUSE = 400;

const SHORTEST_RETRY = 1000;
const LONGEST_RETRY = 30_000;

interface AutosaveParts {
  readonly store: AnswerStore;
  readonly current: CurrentAnnotation;
  /** `saving` changed. */
  readonly onChange: () => void;
  /** A revision was stored, or found to be stored. */
  readonly onAcknowledged: (current: CurrentAnnotation) => void;
}

/**
 * Sends what the reviewer enters, one revision after the other: the newest answer wins, and each is based on the one
 * acknowledged before it. What could not be stored is kept, and tried again.
 */
export class Autosave {
  readonly #parts: AutosaveParts;
  #acknowledged: CurrentAnnotation;
  #wanted: Annotation;
  #saving: Saving;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isSending = false;
  #failures = 0;
  #waiting: ((saved: boolean) => void)[] = [];

  constructor(parts: AutosaveParts) {
    this.#parts = parts;
    this.#acknowledged = parts.current;
    this.#wanted = parts.current.content;
    this.#saving = { kind: 'saved', at: parts.current.at };
  }

  get saving(): Saving {
    return this.#saving;
  }

  /** The newest revision known to be on the disk. */
  get acknowledged(): CurrentAnnotation {
    return this.#acknowledged;
  }

  /** @param pause milliseconds during which more is expected; 0: none */
  want(answer: Annotation, pause: number): void {
    this.#wanted = answer;
    if (this.#saving.kind === 'conflict') return;
    this.#tellUnderWay();
    this.#sendAfter(pause);
  }

  /** Sends what is not sent yet, at once; whether all of it is acknowledged then. */
  flush(): Promise<boolean> {
    if (this.#saving.kind === 'saved') return Promise.resolve(true);
    if (this.#saving.kind === 'conflict') return Promise.resolve(false);
    const settled = new Promise<boolean>((resolve) => this.#waiting.push(resolve));
    this.#tell({ kind: 'saving' });
    this.#sendAfter(0);
    return settled;
  }

  /** Another revision is known to be on the disk: what is said from now on is based on it. */
  rebase(current: CurrentAnnotation, answer: Annotation): void {
    this.#stopTimer();
    this.#acknowledged = current;
    this.#wanted = answer;
    this.#failures = 0;
    if (isSameAnswer(answer, current.content)) {
      this.#tell({ kind: 'saved', at: current.at });
      return;
    }
    this.#tell({ kind: 'saving' });
    this.#sendAfter(0);
  }

  #tell(saving: Saving): void {
    const isNews = saving.kind !== 'saving' || this.#saving.kind !== 'saving';
    this.#saving = saving;
    if (saving.kind !== 'saving') {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const settle of waiting) settle(saving.kind === 'saved');
    }
    if (isNews) this.#parts.onChange();
  }

  /** What failed is told until it worked: tried again by itself, it is no news. */
  #tellUnderWay(): void {
    if (this.#saving.kind !== 'failed') this.#tell({ kind: 'saving' });
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #sendAfter(milliseconds: number): void {
    this.#stopTimer();
    if (milliseconds === 0) {
      void this.#send();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#tellUnderWay();
      void this.#send();
    }, milliseconds);
  }

  /** One at a time: what is wanted meanwhile is sent when this one is acknowledged. */
  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      await this.#sendUntilAllIsStored();
    } catch (error) {
      this.#failures += 1;
      this.#tell({ kind: 'failed', error: error instanceof Error ? error : new Error(String(error)) });
      this.#sendAfter(Math.min(LONGEST_RETRY, SHORTEST_RETRY * 2 ** (this.#failures - 1)));
    }
    this.#isSending = false;
    // Something was entered between the last acknowledgement and this line.
    if (this.#saving.kind === 'saving' && this.#timer === undefined) await this.#send();
  }

  async #sendUntilAllIsStored(): Promise<void> {
    // A timer that runs means that the reviewer is typing: it sends what is missing.
    while (this.#timer === undefined) {
      if (isSameAnswer(this.#wanted, this.#acknowledged.content)) {
        this.#tell({ kind: 'saved', at: this.#acknowledged.at });
        return;
      }
      if (!(await this.#storeWanted())) return;
    }
  }

  /** False: another window was faster, and the reviewer has to choose. */
  async #storeWanted(): Promise<boolean> {
    const { store, onAcknowledged } = this.#parts;
    const current = await this.#saveOrMeet(store, toBeStored(this.#wanted));
    this.#failures = 0;
    if (current.kind === 'met' && !isSameAnswer(this.#wanted, current.annotation.content)) {
      this.#stopTimer();
      this.#tell({ kind: 'conflict', theirs: current.annotation });
      return false;
    }
    this.#acknowledged = current.annotation;
    onAcknowledged(current.annotation);
    return true;
  }

  async #saveOrMeet(
    store: AnswerStore,
    answer: Annotation,
  ): Promise<{ readonly kind: 'stored' | 'met'; readonly annotation: CurrentAnnotation }> {
    try {
      return { kind: 'stored', annotation: await store.save(this.#acknowledged.revision, answer) };
    } catch (error) {
      if (codeOf(error) !== 'ANNOTATION_CONFLICT') throw error;
      return { kind: 'met', annotation: await store.current() };
    }
  }
}
