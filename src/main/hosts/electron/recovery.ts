import { app, type BrowserWindow, dialog } from 'electron';
import { ReloadBudget } from './reloadBudget.ts';
import { crashTexts, unresponsiveTexts } from './texts.en.ts';

/** Loads the page again when its process is gone; asks the person when that happens again and again, or it hangs. */
export function recoverPage(window: BrowserWindow): void {
  const budget = new ReloadBudget();
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    if (budget.take()) window.webContents.reload();
    else void askAfterCrashes(window);
  });
  let answered = new AbortController();
  window.on('unresponsive', () => {
    answered.abort();
    answered = new AbortController();
    void askWhileUnresponsive(window, answered.signal);
  });
  window.on('responsive', () => {
    answered.abort();
  });
}

async function askAfterCrashes(window: BrowserWindow): Promise<void> {
  const { message, detail, loadAgain, quit } = crashTexts;
  const buttons = [loadAgain, quit];
  const { response } = await dialog.showMessageBox(window, { type: 'error', message, detail, buttons, cancelId: 1 });
  if (response === 0) window.webContents.reload();
  else app.quit();
}

async function askWhileUnresponsive(window: BrowserWindow, signal: AbortSignal): Promise<void> {
  const { message, detail, wait, loadAgain } = unresponsiveTexts;
  const buttons = [wait, loadAgain];
  const options = { type: 'warning', message, detail, buttons, cancelId: 0, signal } as const;
  const { response } = await dialog.showMessageBox(window, options);
  // A process that hangs hears nothing; ended, it is loaded again like any that crashed.
  if (response === 1 && !signal.aborted) window.webContents.forcefullyCrashRenderer();
}
