import { pathToFileURL } from 'node:url';
import type { HostCapabilities, Program } from '../../api/host.ts';
import { CODE_MILLISECONDS } from './pageSession.ts';
import { type RedirectFile, writeRedirectFile } from './redirectFile.ts';
import { type LoopbackServer, startLoopbackServer } from './server.ts';
import { openWithSystem } from './systemOpen.ts';

/** A tab that is loaded again is gone for a moment only. */
const GONE_MILLISECONDS = 10_000;

/** The browser's dialogs know no folders of the disk: the page lets people drop files, and type names. */
export const loopbackCapabilities = (why: string): HostCapabilities => ({
  facts: { kind: 'loopback', platform: process.platform, dialogs: false, why },
  chooseFolder: () => Promise.resolve(null),
  reveal: (folder) => {
    openWithSystem(folder);
  },
});

export interface LoopbackRun {
  readonly program: Program;
  /** Folder of the built page. */
  readonly page: string;
  /** Whether to open the system's browser, or only to say where to open it. */
  readonly openBrowser: boolean;
  /** Aborted when the program shall end. */
  readonly signal: AbortSignal;
  /** A line for the person at the terminal. */
  readonly say: (line: string) => void;
  /** Calls back each time that the person asks for the page again. Null where nobody can. */
  readonly onAsked: ((open: () => void) => void) | null;
}

/** Serves the page until the signal; the program stays when its page goes, since work may be under way. */
export async function runLoopback(run: LoopbackRun): Promise<void> {
  const { program, page, signal } = run;
  const desk = new PageDesk(run);
  const server = await startLoopbackServer({
    program,
    page,
    onPage: (present) => {
      desk.notice(present);
    },
  });
  try {
    desk.open(server);
    run.onAsked?.(() => {
      desk.open(server);
    });
    await aborted(signal);
  } finally {
    await server.close();
    // After the server, which tells of the page that it ends: nothing more is to be said of that.
    desk.close();
  }
}

/** Lets people to the page, and tells them at the terminal how to come back to it. */
class PageDesk {
  readonly #run: LoopbackRun;
  #file: RedirectFile | null = null;
  #expiry: NodeJS.Timeout | undefined;
  #gone: NodeJS.Timeout | undefined;

  constructor(run: LoopbackRun) {
    this.#run = run;
  }

  open(server: LoopbackServer): void {
    this.#removeFile();
    const file = writeRedirectFile(server.newPageAddress());
    this.#file = file;
    this.#expiry = setTimeout(() => {
      this.#removeFile();
      this.#run.say(`Nobody opened the page in time.${this.#howToOpen}`);
    }, CODE_MILLISECONDS);
    const openByHand = () => {
      if (this.#file !== file) return;
      const seconds = CODE_MILLISECONDS / 1000;
      this.#run.say(`Open this file in a browser within ${seconds} s: ${pathToFileURL(file.path).href}`);
    };
    if (this.#run.openBrowser) openWithSystem(file.path, openByHand);
    else openByHand();
  }

  notice(present: boolean): void {
    clearTimeout(this.#gone);
    if (present) {
      this.#removeFile();
      return;
    }
    this.#gone = setTimeout(() => {
      this.#run.say(`The page is closed; Epsiloscope goes on, and so does its work.${this.#howToOpen}`);
    }, GONE_MILLISECONDS);
  }

  get #howToOpen(): string {
    return `${this.#run.onAsked === null ? '' : ' Enter opens the page again.'} Ctrl-C ends Epsiloscope.`;
  }

  close(): void {
    clearTimeout(this.#gone);
    this.#removeFile();
  }

  #removeFile(): void {
    clearTimeout(this.#expiry);
    this.#file?.remove();
    this.#file = null;
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
