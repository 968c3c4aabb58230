import { BrowserWindow, screen } from 'electron';
import { PAGE_URL } from './addresses.ts';
import { placeOn, readPlace, type Rectangle, SMALLEST, type WindowPlace } from './windowPlace.ts';

/** The page's ground, so that nothing flashes before its first paint. */
const GROUND = '#0f1113';

export interface WindowParts {
  /** Path of the built preload. */
  readonly preload: string;
  /** Path of the window's icon. */
  readonly icon: string;
  /** Path of the file that keeps where the window was. */
  readonly placeFile: string;
  readonly devTools: boolean;
  /** Told once the page is painted. */
  readonly onShown: () => void;
}

/** Opens the app's window where it was last, and shows it once the page is painted. */
export function openWindow({ preload, icon, placeFile, devTools, onShown }: WindowParts): BrowserWindow {
  const { maximised, ...bounds } = placeOn(workAreas(), readPlace(placeFile));
  const window = new BrowserWindow({
    title: 'Epsiloscope',
    icon,
    ...bounds,
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
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
    if (maximised) window.maximize();
    window.show();
    onShown();
  });
  void window.loadURL(PAGE_URL);
  return window;
}

function workAreas(): [Rectangle, ...Rectangle[]] {
  const first = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== first.id);
  return [first.workArea, ...others.map(({ workArea }) => workArea)];
}

/** Where the window is, and would be if it were not maximised. */
export const placeOf = (window: BrowserWindow): WindowPlace => ({
  ...window.getNormalBounds(),
  maximised: window.isMaximized(),
});
