/** Answers that hold until the database changes; the latest ones are kept. */
export class Remembered<T> {
  readonly #limit: number;
  readonly #answers = new Map<string, T>();
  #version: string | null = null;

  /** @param limit answers kept */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @param version of the database: another one forgets all answers */
  get(version: string, question: string, work: () => T): T {
    if (version !== this.#version) this.#answers.clear();
    this.#version = version;
    const answer = this.#answers.get(question) ?? work();
    this.#answers.delete(question);
    this.#answers.set(question, answer);
    const [oldest] = this.#answers.keys();
    if (oldest !== undefined && this.#answers.size > this.#limit) this.#answers.delete(oldest);
    return answer;
  }
}
