import { join, resolve } from 'node:path';

/**
 * The person's own folder of the program: settings, recent workspaces, the workspaces that are given only a name. Every host
 * uses the same one. `EPSILOSCOPE_HOME` names another.
 *
 * @param home the person's home folder
 */
export function userFolder(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string): string {
  const named = environment['EPSILOSCOPE_HOME'] ?? '';
  if (named !== '') return resolve(named);
  if (platform === 'win32') return join(environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Epsiloscope');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Epsiloscope');
  const data = environment['XDG_DATA_HOME'] ?? '';
  return join(data === '' ? join(home, '.local', 'share') : data, 'epsiloscope');
}
