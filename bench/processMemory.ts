/** Resident memory of processes, as Linux tells it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Browser } from '@playwright/test';

interface Process {
  readonly pid: number;
  readonly name: string;
}

/** Why memory of processes cannot be read here, or null. */
export const noMemoryHere = (): string | null =>
  existsSync('/proc/self/status') ? null : 'memory of processes is read where /proc tells it';

/** Resident bytes: all, and those that no file backs. */
export interface Resident {
  readonly all: number;
  readonly anonymous: number;
}

export function residentOf(pid: number): Resident {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const bytes = (field: string) => 1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  return { all: bytes('VmRSS'), anonymous: bytes('RssAnon') };
}

/** The program's processes, from its first one on, named by what they run. */
export function processesOf(first: number): readonly Process[] {
  const children = (pid: number): readonly number[] =>
    readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .map(Number)
      .filter((each) => parentOf(each) === pid);
  const below = (pid: number): readonly number[] => [pid, ...children(pid).flatMap(below)];
  return below(first).map((pid) => ({ pid, name: nameOf(pid, first) }));
}

/** Undefined for one that ended meanwhile. */
function parentOf(pid: number): number | undefined {
  try {
    // The name, in parentheses, may hold anything.
    return Number(
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[1],
    );
  } catch {
    return undefined;
  }
}

function nameOf(pid: number, first: number): string {
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  return /\b(engine|imaging)\.ts\b/.exec(command)?.[1] ?? (pid === first ? 'program' : 'another');
}

/** The process of the page: of several renderers, the one that computed most. */
export async function rendererOf(browser: Browser): Promise<number> {
  const devTools = await browser.newBrowserCDPSession();
  const { processInfo } = await devTools.send('SystemInfo.getProcessInfo');
  await devTools.detach();
  const renderers = processInfo.filter(({ type }) => type === 'renderer').sort((a, b) => b.cpuTime - a.cpuTime);
  if (renderers[0] === undefined) throw new Error('Chromium names no process of the page.');
  return renderers[0].id;
}
