/** `epsiloscope open --browser --no-open` as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from './app.ts';

export interface RunningProgram {
  readonly pid: number;
  /** Address of the file that leads a browser to the page, as the program says it at the terminal. */
  readonly redirectFile: Promise<string>;
  /** Process ids of the engines at work. */
  readonly engines: () => readonly number[];
  /** Ends it as Ctrl-C does. */
  close(): Promise<Ended>;
  /** Ends it as a crash does. */
  kill(): Promise<Ended>;
  readonly ended: Promise<Ended>;
}

export interface Ended {
  readonly code: number | null;
  /** All that it said at the terminal. */
  readonly said: string;
}

/** @param workspace folder of the workspace to open; absent: the demo */
export function startProgram({ folder, home }: Installation, workspace?: string): RunningProgram {
  const entry = join(folder, 'src', 'main', 'hosts', 'cli', 'index.ts');
  const named = workspace === undefined ? [] : ['--workspace', workspace];
  const child = spawn(process.execPath, [entry, 'open', '--browser', '--no-open', ...named], {
    // The file for the browser is written into the home folder, the rest into that of the program.
    env: { ...process.env, HOME: home, EPSILOSCOPE_HOME: home, EPSILOSCOPE_BACKEND: 'wasm' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const pid = child.pid ?? NaN;
  let said = '';
  const heard: (() => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      for (const listener of heard) listener();
    });
  }
  const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, said }));
  const redirectFile = new Promise<string>((resolve, reject) => {
    heard.push(() => {
      const address = /Open this file in a browser within \d+ s: (\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
    void ended.then(() => {
      reject(new Error(`The program ended before it said where its page is: ${said}`));
    });
  });
  // Where nobody waits for it, its failure is told by `ended`.
  redirectFile.catch(() => undefined);
  return {
    pid,
    redirectFile,
    engines: () => childrenOf(pid).filter((each) => commandOf(each).includes(join('worker', 'engine.ts'))),
    close: () => end(child, 'SIGINT', ended),
    kill: () => end(child, 'SIGKILL', ended),
    ended,
  };
}

function end(child: ChildProcess, signal: NodeJS.Signals, ended: Promise<Ended>): Promise<Ended> {
  child.kill(signal);
  return ended;
}

function childrenOf(pid: number): readonly number[] {
  const text = readdirSync(`/proc/${pid}/task`).map((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8'),
  );
  return text.join(' ').split(/\s+/).filter(Boolean).map(Number);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It ended meanwhile.
    return '';
  }
}
