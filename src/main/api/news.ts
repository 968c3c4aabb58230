import { EventEmitter, on } from 'node:events';
import type { News } from '../../shared/contract/app/program.ts';

/** What happens in the program without being asked for, for every page that listens. */
export class NewsDesk {
  readonly #emitter = new EventEmitter<{ news: [News] }>();
  readonly #waiting = new Map<News['kind'], NodeJS.Timeout>();

  constructor() {
    // One listener for each page, and one for each call that waits.
    this.#emitter.setMaxListeners(0);
  }

  tell(news: News): void {
    this.#emitter.emit('news', news);
  }

  /** Tells it within a tenth of a second, once for all that ask until then. */
  tellSoon(news: Extract<News, { kind: 'library' | 'session' | 'models' }>): void {
    if (this.#waiting.has(news.kind)) return;
    this.#waiting.set(
      news.kind,
      setTimeout(() => {
        this.#waiting.delete(news.kind);
        this.tell(news);
      }, 100),
    );
  }

  /** Begins by asking for all again: what happened before this listener was there is not told to it. */
  async *follow(signal: AbortSignal | undefined): AsyncGenerator<News, void> {
    const heard = on(this.#emitter, 'news', signal ? { signal } : {});
    yield { kind: 'session' };
    for await (const [news] of heard) yield news as News;
  }

  close(): void {
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }
}
