import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { failed } from '../../../../shared/kernel/errors.ts';
import { hasDisplay } from '../../loopback/systemOpen.ts';
import { openingIn, START } from '../../node/start.ts';
import { userFolder } from '../../node/userFolder.ts';
import type { CommandContext, Outcome } from '../context.ts';
import { APP_FOLDER } from '../machinery.ts';
import { ensureBuilt } from '../open/build.ts';
import { chooseHost, type HostChoice } from '../open/choice.ts';
import { findElectron } from '../open/electronRuntime.ts';
import { runInBrowser } from '../open/inBrowser.ts';
import { runInElectron } from '../open/inElectron.ts';

export interface OpenFlags {
  readonly workspace?: string;
  readonly browser?: boolean;
  readonly electron?: boolean;
  /** False: only say where to open the page. */
  readonly open: boolean;
}

/** `epsiloscope open`: the page, in Electron or in the browser, until it is ended. */
export async function openCommand(flags: OpenFlags, context: CommandContext): Promise<Outcome> {
  const { terminal, signal } = context;
  const say = (line: string) => {
    terminal.note(line);
  };
  await ensureBuilt({ appFolder: APP_FOLDER, signal, say });
  const choice = await choose(flags, signal, say);
  if (isAborted(signal)) return 'interrupted';
  if (choice.host === 'loopback') return openInBrowser(flags, choice.why, context);
  say(`Opening in Electron (${choice.why}).`);
  const end = await runInElectron({
    ...choice,
    appFolder: APP_FOLDER,
    environment: forElectron(flags, choice),
    signal,
  });
  if (end.kind === 'ended') return end.code === 0 || isAborted(signal) ? 'done' : 'failed';
  if (flags.electron === true) throw electronFailed(end.reason);
  return openInBrowser(flags, `Electron could not start: ${end.reason}`, context);
}

/** Asked anew each time: what was not aborted before an `await` may be after it. */
const isAborted = ({ aborted }: AbortSignal): boolean => aborted;

const choose = (flags: OpenFlags, signal: AbortSignal, say: (line: string) => void): Promise<HostChoice> =>
  chooseHost({
    asked: askedHost(flags),
    display: hasDisplay(process.platform, process.env),
    root: process.getuid?.() === 0,
    findElectron: () =>
      findElectron({
        appFolder: APP_FOLDER,
        environment: process.env,
        insist: flags.electron === true,
        signal,
        say,
        now: Date.now(),
      }),
  });

function askedHost({ browser, electron, open }: OpenFlags): 'electron' | 'loopback' | null {
  if (browser === true || !open) return 'loopback';
  return electron === true ? 'electron' : null;
}

const wishes = ({ workspace }: OpenFlags): NodeJS.ProcessEnv =>
  workspace === undefined ? {} : { [START.workspace]: resolve(workspace) };

const forElectron = (flags: OpenFlags, { why }: HostChoice): NodeJS.ProcessEnv => ({
  ...wishes(flags),
  [START.why]: why,
});

async function openInBrowser(flags: OpenFlags, why: string, { terminal, signal }: CommandContext): Promise<Outcome> {
  terminal.note(`Opening in the browser (${why}). Ctrl-C ends Epsiloscope.`);
  await runInBrowser({
    opening: openingIn({ ...process.env, ...wishes(flags) }),
    userFolder: userFolder(process.env, process.platform, homedir()),
    environment: process.env,
    why,
    openBrowser: flags.open && hasDisplay(process.platform, process.env),
    signal,
    say: (line) => {
      terminal.note(line);
    },
  });
  return 'done';
}

const electronFailed = (reason: string) =>
  failed('ELECTRON_FAILED', {
    happened: `Electron could not start: ${reason}`,
    kept: 'Everything.',
    toDo: 'Leave --electron out: the page then opens in the browser.',
  });
