import { app, type BrowserWindow, dialog } from 'electron';
import type { Program } from '../../api/host.ts';
import { quitTexts, unsavedTexts } from './texts.en.ts';
import { hasNothingUnsaved } from './unsaved.ts';
import { placeOf } from './window.ts';
import { writePlace } from './windowPlace.ts';

/** Longer than an engine takes between two points at which it can stop. */
const MOST_MILLISECONDS_TO_CLOSE = 8000;

/** A signal is no question: the session ends, or who started the app from a terminal pressed Ctrl-C. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Ends the app so that nothing is lost: asks where work is under way or an answer is not saved, then stops the work at a
 * safe point, closes the workspace and ends the processes, within some seconds. What could not be stopped in time goes on
 * from its last stored result.
 *
 * @param coming the program, once what shall be open in it is
 * @param placeFile keeps where the window was
 */
export function quitSafely(
  window: BrowserWindow,
  coming: Promise<Pick<Program, 'busy' | 'close'>>,
  placeFile: string,
): void {
  let isBusy = () => false;
  let state: 'running' | 'asking' | 'closing' = 'running';
  const close = async () => {
    state = 'closing';
    writePlace(placeFile, placeOf(window));
    window.hide();
    await within(
      MOST_MILLISECONDS_TO_CLOSE,
      coming.then((program) => program.close()),
    );
    app.exit(0);
  };
  const quit = async () => {
    if (state !== 'running') return;
    state = 'asking';
    const mayEnd =
      (!isBusy() || (await wantsToQuit(window, quitTexts))) &&
      ((await hasNothingUnsaved(window.webContents)) || (await wantsToQuit(window, unsavedTexts)));
    if (mayEnd) await close();
    else state = 'running';
  };
  void coming.then(
    (program) => {
      isBusy = () => program.busy;
    },
    // A program that cannot start is told of by who made it.
    () => undefined,
  );
  app.on('before-quit', (event) => {
    event.preventDefault();
    void quit();
  });
  window.on('close', (event) => {
    event.preventDefault();
    void quit();
  });
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (state !== 'closing') void close();
    });
  }
}

async function wantsToQuit(
  window: BrowserWindow,
  { message, detail, quit, stay }: typeof quitTexts | typeof unsavedTexts,
): Promise<boolean> {
  const buttons = [quit, stay];
  const { response } = await dialog.showMessageBox(window, { type: 'question', message, detail, buttons, cancelId: 1 });
  return response === 0;
}

/** Waits for the work, but not for longer; why it failed stands in the log of who did it. */
const within = (milliseconds: number, work: Promise<void>): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    work
      .catch(() => undefined)
      .finally(() => {
        clearTimeout(timer);
        resolve();
      });
  });
