import { ProgressLine } from './progress.ts';

type Stream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

export interface Streams {
  readonly out: Stream;
  readonly err: Stream;
}

/** Where a command writes: its answer on standard output, everything else (progress, warnings) on standard error. */
export class Terminal {
  readonly json: boolean;
  readonly progress: ProgressLine;
  readonly #streams: Streams;

  /** @param json the answer is one JSON document, and nothing else is written on standard output */
  constructor(json: boolean, streams: Streams = { out: process.stdout, err: process.stderr }) {
    this.json = json;
    this.#streams = streams;
    this.progress = new ProgressLine(streams.err);
  }

  /** The answer as a person reads it; silent where JSON is wanted. */
  say(lines: string | readonly string[]): void {
    if (!this.json) this.#write(this.#streams.out, lines);
  }

  /** What a person wants to know on the way, and no program reads. */
  note(lines: string | readonly string[]): void {
    this.#write(this.#streams.err, lines);
  }

  /** The answer as a program reads it; silent where JSON is not wanted. */
  answer(value: unknown): void {
    if (this.json) this.#write(this.#streams.out, JSON.stringify(value, null, 2));
  }

  #write(stream: Stream, lines: string | readonly string[]): void {
    if (lines.length === 0) return;
    this.progress.clear();
    const text = typeof lines === 'string' ? lines : lines.join('\n');
    stream.write(`${text}\n`);
  }
}
