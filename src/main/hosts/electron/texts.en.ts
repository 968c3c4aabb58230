/** What the system's own menus and dialogs say, in English. All else is said by the page. */
import type { FolderPurpose } from '../../../shared/contract/app/program.ts';

export const menuTexts = {
  file: '&File',
  importImages: 'Import images ...',
  openWorkspace: 'Open workspace ...',
  openDemo: 'Open the demo',
  settings: 'Settings',
  quit: 'Quit Epsiloscope',
  edit: '&Edit',
  undo: 'Undo',
  redo: 'Redo',
  view: '&View',
  help: '&Help',
  shortcuts: 'Keyboard shortcuts',
  about: 'About Epsiloscope',
} as const;

export const folderTexts: Readonly<Record<FolderPurpose, { readonly title: string; readonly button: string }>> = {
  images: { title: 'Folder of the images and their CSV', button: 'Look at this folder' },
  workspace: { title: 'Folder of the workspace, or an empty one for a new workspace', button: 'Open workspace' },
  model: { title: 'Folder of the model', button: 'Check this model' },
};

export const quitTexts = {
  message: 'Work is under way.',
  detail: 'What is done so far is stored. If you quit, the rest goes on at the next start.',
  quit: 'Quit',
  stay: 'Stay',
} as const;

export const unsavedTexts = {
  message: 'What was entered last is not saved.',
  detail:
    'The page says why, and what to do. If you quit, everything that was marked as saved is kept, and this is lost.',
  quit: 'Quit and lose it',
  stay: 'Stay',
} as const;

export const unresponsiveTexts = {
  message: 'The page does not answer.',
  detail: 'What was marked as saved is stored. Work in the background goes on.',
  wait: 'Wait',
  loadAgain: 'Load the page again',
} as const;

export const crashTexts = {
  message: 'The page stopped working several times within a minute.',
  detail:
    'What was marked as saved is stored. Close programs that need much memory, then load the page again. If it stops ' +
    'again, quit and start Epsiloscope with --browser.',
  loadAgain: 'Load the page again',
  quit: 'Quit',
} as const;

export const startTexts = {
  title: 'Epsiloscope cannot start',
  notOpened: 'The workspace was not opened',
} as const;
