import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Opening } from '../../../api/host.ts';
import { createProgram } from '../../../program.ts';
import { loopbackCapabilities, runLoopback } from '../../loopback/host.ts';
import { enginesForAudits } from '../../node/engines.ts';
import { nodeImagingLauncher } from '../../node/imagingLauncher.ts';
import { nodeEngineLauncher } from '../../node/launcher.ts';
import { runtimeVersions } from '../../node/runtime.ts';
import { APP_FOLDER, WORKERS } from '../machinery.ts';

export interface BrowserRun {
  readonly opening: Opening;
  readonly userFolder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly why: string;
  /** Whether to open the system's browser, or only to say where to open it. */
  readonly openBrowser: boolean;
  /** Aborted when the person ends it from the terminal. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/**
 * Runs the program in this process, and its page in a browser, until the signal.
 *
 * @throws EpsiloscopeError where what shall be opened cannot be
 */
export async function runInBrowser(run: BrowserRun): Promise<void> {
  const { opening, userFolder, environment, why, openBrowser, signal, say } = run;
  const program = createProgram({
    host: loopbackCapabilities(why),
    engineLauncher: (added) => nodeEngineLauncher(join(WORKERS, 'engine.ts'), added),
    imagingLauncher: nodeImagingLauncher(join(WORKERS, 'imaging.ts')),
    engines: enginesForAudits(environment),
    appFolder: APP_FOLDER,
    userFolder,
    runtime: runtimeVersions(process.versions),
  });
  const lines = process.stdin.isTTY ? createInterface({ input: process.stdin }) : null;
  try {
    await program.open(opening);
    await runLoopback({
      program,
      page: join(APP_FOLDER, 'out', 'renderer'),
      openBrowser,
      signal,
      say,
      onAsked: lines === null ? null : (open) => void lines.on('line', open),
    });
  } finally {
    lines?.close();
    await program.close();
  }
}
