import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openWorkspace, type OpenOptions, type Workspace } from '../../../src/main/store/index.ts';
import { MIGRATIONS } from '../../../src/main/store/migrations/index.ts';

/** What the log of a new workspace says. */
export const FIRST_ENTRIES = [...MIGRATIONS.map(() => 'database.migrated'), 'workspace.created'];

/** Every reading is a second after the one before. */
export function steppingClock(): OpenOptions['clock'] {
  let seconds = 0;
  return { now: () => new Date(Date.UTC(2026, 0, 31, 9, 30, seconds++)).toISOString() };
}

export const options = (): OpenOptions => ({ clock: steppingClock(), command: 'epsiloscope test' });

/** A new folder that goes when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'epsiloscope-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A workspace that closes when the test ends. */
export async function openedWorkspace(folder = temporaryFolder(), more: Partial<OpenOptions> = {}): Promise<Workspace> {
  const workspace = await openWorkspace(folder, { ...options(), ...more });
  onTestFinished(() => {
    workspace.close();
  });
  return workspace;
}

export interface TinyDisk {
  readonly folder: string;
  remount(mountOptions: string): void;
}

/** Why there can be no tiny disk here, or null. */
export const noTinyDisk: string | null = (() => {
  if (process.platform !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'needs root, to mount a tiny disk';
  const folder = mkdtempSync(join(tmpdir(), 'epsiloscope-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'pipe' });
    execFileSync('umount', [folder]);
    return null;
  } catch {
    return 'needs the right to mount';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
})();

/** A real file system of the given size, unmounted when the test ends. */
export function tinyDisk(size: string): TinyDisk {
  const folder = mkdtempSync(join(tmpdir(), 'epsiloscope-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    remount: (mountOptions) => {
      execFileSync('mount', ['-o', `remount,${mountOptions}`, folder]);
    },
  };
}
