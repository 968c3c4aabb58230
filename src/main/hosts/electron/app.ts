import { app, dialog, Menu, session } from 'electron';
import type { Api } from '../../api/index.ts';
import { serveApi } from './apiPort.ts';
import { denyPermissions, lockNameResolution, lockNavigation, lockNetwork } from './locks.ts';
import { registerPageScheme, servePage } from './protocol.ts';
import { openWindow } from './window.ts';

export interface ElectronAppParts {
  readonly api: Api;
  /** Folder of the built page. */
  readonly page: string;
  /** Path of the built preload. */
  readonly preload: string;
  /** Called once when the app quits; must begin its work at once, since nothing waits for it. */
  readonly onQuit: () => void;
}

/** Runs the app: one instance, one window. A second start brings the first one's window to the front and ends. */
export function runElectronApp(parts: ElectronAppParts): void {
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  registerPageScheme();
  lockNameResolution(app);
  lockNavigation(app);
  app.on('window-all-closed', () => {
    app.quit();
  });
  app.on('will-quit', parts.onQuit);
  void app
    .whenReady()
    .then(() => {
      start(parts);
    })
    .catch((error: unknown) => {
      dialog.showErrorBox('Epsiloscope cannot start', String(error));
      app.exit(1);
    });
}

function start({ api, page, preload }: ElectronAppParts): void {
  const devTools = !app.isPackaged;
  // Electron's default menu opens web sites. On macOS, copy and paste live in the menu.
  Menu.setApplicationMenu(
    process.platform === 'darwin' ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }]) : null,
  );
  denyPermissions(session.defaultSession);
  lockNetwork(session.defaultSession, devTools);
  servePage(session.defaultSession, page);
  serveApi(api);
  const window = openWindow(preload, devTools);
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore();
    window.focus();
  });
}
