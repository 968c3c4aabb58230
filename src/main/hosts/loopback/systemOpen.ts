import { spawn } from 'node:child_process';

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: 'xdg-open',
  darwin: 'open',
  win32: 'explorer.exe',
};

/** Whether this session has a display that something could be opened on. */
export const hasDisplay = (platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): boolean =>
  platform !== 'linux' || [environment['DISPLAY'], environment['WAYLAND_DISPLAY']].some((name) => (name ?? '') !== '');

/**
 * Opens a file or folder with what the system has for it; does not wait for it to close.
 *
 * @param onFailure told where the system has no such program, or it fails
 */
export function openWithSystem(path: string, onFailure: () => void = () => undefined): void {
  const opener = OPENERS[process.platform];
  if (opener === undefined) {
    onFailure();
    return;
  }
  const child = spawn(opener, [path], { detached: true, stdio: 'ignore' });
  child.once('error', onFailure);
  child.once('exit', (code) => {
    // Explorer's code says nothing: it is 1 where all went well.
    if (code !== 0 && process.platform !== 'win32') onFailure();
  });
  child.unref();
}
