/** Whole audits over a real workspace, decoder and engine, without a process for the engine. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBackend } from '../../src/main/engine/backend/index.ts';
import type { EngineImplementation } from '../../src/main/engine/server.ts';
import { engineMethods } from '../../src/main/hosts/worker/methods.ts';
import { createImageDecoder, type ImageDecoder } from '../../src/main/imaging/index.ts';
import type { AuditDependencies, AuditOptions } from '../../src/main/services/audit/index.ts';
import { importImages, previewImport } from '../../src/main/services/import/index.ts';
import { openWorkspace, type Workspace } from '../../src/main/store/index.ts';
import type { Engine, EngineMethod } from '../../src/shared/contract/engine.ts';
import { launchImaging } from './imageDecoders.ts';
import { testCard, writeTinyModel } from './modelPackages.ts';

const DEMO = join(import.meta.dirname, '../../resources/demo/images');

export const clock = { now: () => '2026-01-31T09:30:00.000Z' };

/** The engine's own methods in this process; each call is told to `onCall` first. */
export function engineHere(
  onCall: (method: EngineMethod) => void = () => undefined,
  methods: EngineImplementation = engineMethods(),
): Engine {
  return {
    width: 1,
    call: (method, params, { signal, onEvent } = {}) => {
      onCall(method);
      const context = { signal: signal ?? new AbortController().signal, emit: onEvent ?? (() => undefined) };
      return methods[method](params, context);
    },
    close: () => Promise.resolve(),
  };
}

export interface AuditLab {
  readonly folder: string;
  readonly decoder: ImageDecoder;
  readonly options: AuditOptions;
  /** A new workspace in a folder of this name; it holds the lab's images. */
  workspace(name: string): Promise<Workspace>;
  /** What an audit needs, over this workspace. */
  over(workspace: Workspace, engine?: Engine): AuditDependencies;
  close(): void;
}

/**
 * Images of the demo with made-up labels (rows of `image_id,dx`), and two tiny untrained models, `standard` and `pgd`.
 */
export async function auditLab(rows: readonly string[], changes: Partial<AuditOptions> = {}): Promise<AuditLab> {
  await startBackend();
  const folder = mkdtempSync(join(tmpdir(), 'epsiloscope-'));
  mkdirSync(join(folder, 'images'));
  for (const row of rows) {
    const name = `${row.split(',')[0] ?? ''}.jpg`;
    copyFileSync(join(DEMO, name), join(folder, 'images', name));
  }
  writeFileSync(join(folder, 'labels.csv'), ['image_id,dx', ...rows, ''].join('\n'));
  const training = testCard().training;
  await writeTinyModel(join(folder, 'standard'), 1, { id: 'standard' });
  await writeTinyModel(join(folder, 'pgd'), 2, { id: 'pgd', training: { ...training, recipe: 'pgd' } });
  const decoder = createImageDecoder(launchImaging());
  const opened: Workspace[] = [];
  return {
    folder,
    decoder,
    options: {
      modelDirectories: ['standard', 'pgd'].map((id) => join(folder, id)),
      attacks: ['noise', 'fgsm', 'pgd'],
      epsilons: [1 / 255, 4 / 255],
      norm: 'linf',
      budget: 'quick',
      certificate: false,
      sample: null,
      seed: 3,
      keepAdversarials: false,
      originalIds: false,
      ...changes,
    },
    workspace: async (name) => {
      const workspace = await openWorkspace(join(folder, name), { clock, command: 'epsiloscope test' });
      opened.push(workspace);
      const plan = await previewImport(join(folder, 'images'), join(folder, 'labels.csv'));
      await importImages(workspace, plan, { decoder });
      return workspace;
    },
    over: (workspace, engine = engineHere()) => ({ workspace, engine, decoder, clock, app: 'epsiloscope test' }),
    close: () => {
      for (const workspace of opened) workspace.close();
      decoder.close();
      rmSync(folder, { recursive: true });
    },
  };
}
