import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, Menu, session } from 'electron';
import { toWireError } from '../../../shared/kernel/errors.ts';
import type { HostCapabilities, Opening, Program } from '../../api/host.ts';
import { serveApi } from './apiPort.ts';
import { electronCapabilities } from './capabilities.ts';
import { denyPermissions, lockNameResolution, lockNavigation, lockNetwork } from './locks.ts';
import { menuTemplate } from './menu.ts';
import { registerSchemes, serveBytes, servePage } from './protocol.ts';
import { quitSafely } from './quitting.ts';
import { recoverPage } from './recovery.ts';
import { startTexts } from './texts.en.ts';
import { openWindow } from './window.ts';

export interface ElectronAppParts {
  /** Makes the program around what this host can do. Called once. */
  readonly createProgram: (host: HostCapabilities) => Program;
  /** What to have open. Where that cannot be, a dialog says why, and the page asks what to open. */
  readonly opening: Opening;
  /** Folder of the built page. */
  readonly page: string;
  /** Path of the built preload. */
  readonly preload: string;
  /** Path of the window's icon. */
  readonly icon: string;
  /** The person's own folder of the program: holds Chromium's profile and where the window was. */
  readonly userFolder: string;
  /** Why this host and not the other; empty where there is nothing to say. */
  readonly why: string;
  /** Whether Chromium's developer tools can be opened. */
  readonly devTools: boolean;
  /** Told once the window is seen. */
  readonly onShown: () => void;
}

/** Runs the app: one instance, one window. A second start brings the first one's window to the front and ends. */
export function runElectronApp(parts: ElectronAppParts): void {
  const profile = join(parts.userFolder, 'electron');
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  app.setPath('userData', profile);
  if (!app.requestSingleInstanceLock()) {
    console.info('Epsiloscope is open already: its window is in front now.');
    app.quit();
    return;
  }
  registerSchemes();
  lockNameResolution(app);
  lockNavigation(app);
  start(parts).catch((error: unknown) => {
    // Waits until the person has read it.
    dialog.showErrorBox(startTexts.title, inWords(error));
    app.exit(1);
  });
}

function inWords(error: unknown): string {
  const { happened, kept, toDo } = toWireError(error).explanation;
  return `${happened}\n\nKept: ${kept}\n\nTo do: ${toDo}`;
}

/** The program with what a start asks for open in it, where that can be. */
async function openProgram({ createProgram, opening }: ElectronAppParts, host: HostCapabilities): Promise<Program> {
  const program = createProgram(host);
  await program.open(opening).catch((error: unknown) => {
    void dialog.showMessageBox({ type: 'error', message: startTexts.notOpened, detail: inWords(error) });
  });
  return program;
}

async function start(parts: ElectronAppParts): Promise<void> {
  const { page, preload, icon, userFolder, why, devTools, onShown } = parts;
  await app.whenReady();
  const coming = openProgram(parts, electronCapabilities(why));
  denyPermissions(session.defaultSession);
  lockNetwork(session.defaultSession, devTools);
  servePage(session.defaultSession, page);
  serveBytes(session.defaultSession, coming);
  serveApi(coming);
  const placeFile = join(userFolder, 'window.json');
  // Electron's own menu opens web sites. On macOS, copy and paste live in the menu.
  const ask = (command: Parameters<Program['menu']>[0]) => {
    void coming.then((program) => {
      program.menu(command);
    });
  };
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(ask, process.platform)));
  const window = openWindow({ preload, icon, placeFile, devTools, onShown });
  recoverPage(window);
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  quitSafely(window, coming, placeFile);
  await coming;
}
