import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modelCardSchema, type Recipe } from '../../../src/shared/contract/modelCard.ts';
import { auditSchema } from '../../../src/shared/contract/audit.ts';
import { writeTinyModel } from '../../support/modelPackages.ts';

const ENTRY = fileURLToPath(new URL('../../../src/main/hosts/cli/index.ts', import.meta.url));
const DEMO = fileURLToPath(new URL('../../../resources/demo/images/', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** The command as a process. */
export interface Running {
  readonly pid: number;
  /** Resolves when standard error has this; rejects when the command ends without it. */
  said(pattern: RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  readonly finished: Promise<Finished>;
}

/** Starts in a second on any machine, where native TensorFlow takes a few; for the tiny models it is fast enough. */
export const WASM = { EPSILOSCOPE_BACKEND: 'wasm' };

/** A process that starts others takes seconds, and many of them on a machine that has much to do. */
export const PATIENCE = { timeout: 240_000 };

/** Starts `epsiloscope ...args` as a person's shell would, with neither stream a terminal. */
export function start(args: readonly string[], env: NodeJS.ProcessEnv = WASM): Running {
  const child = spawn(process.execPath, [ENTRY, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  const listeners = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    for (const listener of listeners) listener();
  });
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code, signal, out, err });
    });
  });
  const said = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!pattern.test(err)) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      look();
      void finished.then(() => {
        reject(new Error(`It ended without saying ${String(pattern)}: ${err}`));
      }, reject);
    });
  return { pid: child.pid ?? NaN, said, kill: (signal) => child.kill(signal), finished };
}

export const run = (args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Finished> => start(args, env).finished;

/** A folder for the tests of a file, and its removal. */
export function workFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'epsiloscope-cli-'));
  return {
    folder,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Two untrained models of different recipes, `tiny-standard` and `tiny-pgd`, as `--models` takes them. */
export async function tinyModels(folder: string): Promise<string> {
  const model = async (recipe: Recipe, seed: number): Promise<string> => {
    const directory = join(folder, `tiny-${recipe}`);
    await writeTinyModel(directory, seed);
    const path = join(directory, 'card.json');
    const card = modelCardSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    writeFileSync(path, JSON.stringify({ ...card, id: `tiny-${recipe}`, training: { ...card.training, recipe } }));
    return directory;
  };
  return [await model('standard', 1), await model('pgd', 2)].join(',');
}

export interface Cohort {
  readonly images: string;
  readonly labels: string;
}

/** Verdicts of the tiny models, so that they are right about some images, and the two kinds of any audit. */
const LABELS = ['akiec', 'df', 'mel', 'nv'];

/** A folder of a few images of the demo, with a CSV of made-up diagnoses. */
export function someImages(folder: string, count: number): Cohort {
  const images = join(folder, 'images');
  mkdirSync(images, { recursive: true });
  const names = readdirSync(DEMO).sort().slice(0, count);
  for (const name of names) copyFileSync(join(DEMO, name), join(images, name));
  const rows = names.map((name, at) => `${name.replace('.jpg', '')},${LABELS[at % LABELS.length] ?? ''}`);
  return { images, labels: writeLabels(folder, ['image_id,dx', ...rows]) };
}

export function writeLabels(folder: string, lines: readonly string[], name = 'labels.csv'): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

/** The audit.json in a folder, its form checked. */
export const readAudit = (out: string) => auditSchema.parse(JSON.parse(readFileSync(join(out, 'audit.json'), 'utf8')));

/** All files under a folder. */
export const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
