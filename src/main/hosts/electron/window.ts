import { BrowserWindow } from 'electron';
import { PAGE_URL } from './pagePolicy.ts';

/** The page's ground, so that nothing flashes before its first paint. */
const GROUND = '#0f1113';

/**
 * Opens the app's window and shows it once the page is painted.
 *
 * @param preload path of the built preload
 */
export function openWindow(preload: string, devTools: boolean): BrowserWindow {
  const window = new BrowserWindow({
    title: 'Epsiloscope',
    width: 1366,
    height: 768,
    minWidth: 960,
    minHeight: 600,
    show: false,
    backgroundColor: GROUND,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      // Chromium would fetch dictionaries.
      spellcheck: false,
      devTools,
    },
  });
  window.once('ready-to-show', () => {
    window.show();
  });
  void window.loadURL(PAGE_URL);
  return window;
}
