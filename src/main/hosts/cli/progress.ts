/** A share of work done, as the services report it. */
export interface Progress {
  readonly phase: string;
  /** 0..1 */
  readonly fraction: number;
  /** Null until it can be told. */
  readonly secondsLeft: number | null;
}

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const REDRAW_MS = 100;
const PLAIN_LINE_MS = 10_000;
const PLAIN_LINE_SHARE = 0.1;
const BAR_WIDTH = 24;
const CLEAR_LINE = '\r\x1b[2K';

/**
 * On a terminal one line, drawn over itself at most ten times a second; elsewhere a plain line at the first report and then
 * after ten seconds or ten percent. Own, since cli-progress and its peers draw on a terminal only, or print every report.
 */
export class ProgressLine {
  readonly #stream: Stream;
  readonly #now: () => number;
  #drawn = false;
  #last: { readonly at: number; readonly fraction: number } | null = null;

  /** @param now monotonic milliseconds */
  constructor(stream: Stream, now: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#now = now;
  }

  show(progress: Progress): void {
    const at = this.#now();
    if (!this.#isDue(at, progress.fraction)) return;
    this.#last = { at, fraction: progress.fraction };
    if (this.#stream.isTTY === true) {
      const line = barLine(progress).slice(0, (this.#stream.columns ?? 80) - 1);
      this.#stream.write(`${CLEAR_LINE}${line}`);
      this.#drawn = true;
    } else {
      this.#stream.write(`${plainLine(progress)}\n`);
    }
  }

  /** Takes the line off the terminal, so that text can be written; the next report draws it again. */
  clear(): void {
    if (this.#drawn) this.#stream.write(CLEAR_LINE);
    this.#drawn = false;
  }

  #isDue(at: number, fraction: number): boolean {
    if (this.#last === null) return true;
    const elapsed = at - this.#last.at;
    if (this.#stream.isTTY === true) return elapsed >= REDRAW_MS;
    return elapsed >= PLAIN_LINE_MS || Math.abs(fraction - this.#last.fraction) >= PLAIN_LINE_SHARE;
  }
}

const percentOf = (fraction: number): string => `${Math.floor(100 * fraction).toFixed(0)} %`;

function barLine(progress: Progress): string {
  const filled = Math.round(BAR_WIDTH * Math.min(1, progress.fraction));
  const bar = `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}]`;
  return [bar, percentOf(progress.fraction).padStart(5), timeLeft(progress).padEnd(11), progress.phase].join(' ');
}

const plainLine = (progress: Progress): string =>
  [`${percentOf(progress.fraction)}: ${progress.phase}`, timeLeft(progress)].filter((part) => part !== '').join(', ');

function timeLeft({ secondsLeft }: Progress): string {
  if (secondsLeft === null || !Number.isFinite(secondsLeft)) return '';
  const seconds = Math.ceil(secondsLeft);
  if (seconds < 100) return `${seconds} s left`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} min left` : `${(minutes / 60).toFixed(1)} h left`;
}

/** Progress over items of about equal cost, the time left judged by the speed so far. */
export function countingProgress(
  phase: string,
  now: () => number = () => performance.now(),
): (done: number, total: number) => Progress {
  const startedAt = now();
  return (done, total) => ({
    phase: `${phase}, ${done} of ${total}`,
    fraction: total === 0 ? 1 : done / total,
    secondsLeft: done === 0 ? null : ((total - done) * (now() - startedAt)) / done / 1000,
  });
}
