/** What happened on the way of some work, then what it came to. */
export type Followed<Progress, Result> =
  { readonly kind: 'progress'; readonly progress: Progress } | { readonly kind: 'done'; readonly result: Result };

/** Between two events to a page; what happens in between is told by the next one. */
const MILLISECONDS_BETWEEN = 100;

/**
 * Follows work as an iterator of events. When the reader goes away, or the signal aborts, the work is told to stop.
 *
 * @param perform does the work; told where to report, and when to stop
 */
export async function* following<Progress, Result>(
  perform: (onProgress: (progress: Progress) => void, stop: AbortSignal) => Promise<Result>,
  signal?: AbortSignal,
): AsyncGenerator<Followed<Progress, Result>, void> {
  const gone = new AbortController();
  const stop = signal === undefined ? gone.signal : AbortSignal.any([gone.signal, signal]);
  let latest: Progress | undefined;
  let ended = false;
  const work = perform((progress) => {
    latest = progress;
  }, stop).finally(() => {
    ended = true;
  });
  // A failure is told where the work is awaited below, also when the reader is gone before that.
  work.catch(() => undefined);
  try {
    for (;;) {
      await Promise.race([settled(work), pause()]);
      if (isTrue(ended)) break;
      if (latest !== undefined) yield { kind: 'progress', progress: latest };
      latest = undefined;
    }
    yield { kind: 'done', result: await work };
  } finally {
    gone.abort();
  }
}

const settled = (work: Promise<unknown>): Promise<void> =>
  work.then(
    () => undefined,
    () => undefined,
  );

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, MILLISECONDS_BETWEEN));

/** A flag that changes elsewhere, while TypeScript believes that it is what it was. */
const isTrue = (flag: boolean): boolean => flag;
