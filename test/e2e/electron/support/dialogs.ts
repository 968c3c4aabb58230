/** Answers the system's dialogs in a person's place: no test can click on them. */
import type { ElectronApplication } from '@playwright/test';

export interface DialogAnswers {
  /** The folder that is chosen; absent: the dialog is closed. */
  readonly folder?: string;
  /** The button that is pressed. */
  readonly button?: string;
}

export interface DialogSeen {
  readonly kind: 'open' | 'message';
  /** Whether it belongs to a window, and so cannot be lost behind it. */
  readonly ofWindow: boolean;
  readonly message?: string;
  readonly properties?: readonly string[];
}

interface Answering {
  answers: DialogAnswers;
  seen?: DialogSeen[];
}

/** From now on dialogs are answered so. */
export async function answerDialogs(app: ElectronApplication, answers: DialogAnswers): Promise<void> {
  await app.evaluate(({ dialog, BrowserWindow }, given) => {
    const state = globalThis as unknown as { dialogs?: Answering };
    const before = state.dialogs;
    const now: Answering = { seen: [], ...before, answers: given };
    state.dialogs = now;
    if (before !== undefined) {
      before.answers = given;
      state.dialogs = before;
      return;
    }
    const optionsOf = (args: readonly unknown[]) => {
      const ofWindow = args[0] instanceof BrowserWindow;
      return { ofWindow, options: args[ofWindow ? 1 : 0] as Electron.OpenDialogOptions & Electron.MessageBoxOptions };
    };
    Object.assign(dialog, {
      showOpenDialog: (...args: unknown[]) => {
        const { ofWindow, options } = optionsOf(args);
        now.seen?.push({ kind: 'open', ofWindow, properties: options.properties ?? [] });
        const { folder } = now.answers;
        return Promise.resolve({ canceled: folder === undefined, filePaths: folder === undefined ? [] : [folder] });
      },
      showMessageBox: (...args: unknown[]) => {
        const { ofWindow, options } = optionsOf(args);
        now.seen?.push({ kind: 'message', ofWindow, message: options.message });
        const response = (options.buttons ?? []).indexOf(now.answers.button ?? '');
        return Promise.resolve({
          response: response === -1 ? (options.cancelId ?? 0) : response,
          checkboxChecked: false,
        });
      },
    });
  }, answers);
}

/** The dialogs since the last look. */
export const dialogsSeen = (app: ElectronApplication): Promise<readonly DialogSeen[]> =>
  app.evaluate(() => (globalThis as unknown as { dialogs?: { seen: DialogSeen[] } }).dialogs?.seen.splice(0) ?? []);
