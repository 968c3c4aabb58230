/** What the command line and the app that it starts under Electron tell each other. */
import type { Opening } from '../../api/host.ts';

export const START = {
  /** Variable: folder of the workspace to open; absent or empty: the demo. Not an argument, which every user could read. */
  workspace: 'EPSILOSCOPE_WORKSPACE',
  /** Variable: why this host and not the other. */
  why: 'EPSILOSCOPE_HOST_WHY',
  /** Variable: 1 lets Chromium's developer tools be opened. */
  devTools: 'EPSILOSCOPE_DEVTOOLS',
  /** Message from the app: its window is seen. */
  shown: 'shown',
} as const;

export function openingIn(environment: NodeJS.ProcessEnv): Opening {
  const folder = environment[START.workspace] ?? '';
  return folder === '' ? { kind: 'demo' } : { kind: 'folder', folder };
}
