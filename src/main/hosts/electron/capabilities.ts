import { BrowserWindow, dialog, type OpenDialogOptions, shell } from 'electron';
import type { FolderPurpose } from '../../../shared/contract/app/program.ts';
import type { HostCapabilities } from '../../api/host.ts';
import { folderTexts } from './texts.en.ts';

/** What Electron can do that a browser cannot. Dialogs belong to the app's one window. */
export const electronCapabilities = (why: string): HostCapabilities => ({
  facts: { kind: 'electron', platform: process.platform, dialogs: true, why },
  chooseFolder: async (purpose) => {
    const [window] = BrowserWindow.getAllWindows();
    const options = dialogOptions(purpose);
    const { filePaths } = await (window === undefined
      ? dialog.showOpenDialog(options)
      : dialog.showOpenDialog(window, options));
    return filePaths[0] ?? null;
  },
  reveal: (folder) => {
    void shell.openPath(folder);
  },
});

const dialogOptions = (purpose: FolderPurpose): OpenDialogOptions => {
  const { title, button } = folderTexts[purpose];
  return {
    title,
    // macOS shows no title.
    message: title,
    buttonLabel: button,
    properties: purpose === 'workspace' ? ['openDirectory', 'createDirectory', 'promptToCreate'] : ['openDirectory'],
  };
};
