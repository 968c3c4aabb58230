/** A whole audit over a real workspace, decoder and engine, and what becomes of it when it is broken off. */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Engine, EngineMethod } from '../../../../src/shared/contract/engine.ts';
import { auditSchema } from '../../../../src/shared/contract/audit.ts';
import { failed } from '../../../../src/shared/kernel/errors.ts';
import { startBackend } from '../../../../src/main/engine/backend/index.ts';
import { engineMethods } from '../../../../src/main/hosts/worker/methods.ts';
import { createImageDecoder, type ImageDecoder } from '../../../../src/main/imaging/index.ts';
import { runAudit, verifyAudit, type AuditOptions, type AuditRun } from '../../../../src/main/services/audit/index.ts';
import { importImages, previewImport } from '../../../../src/main/services/import/index.ts';
import { openWorkspace, type Workspace } from '../../../../src/main/store/index.ts';
import { launchImaging } from '../../../support/imageDecoders.ts';
import { testCard, writeTinyModel } from '../../../support/modelPackages.ts';

const DEMO = join(import.meta.dirname, '../../../../resources/demo/images');
const LABELS = ['ISIC_0012099,mel', 'ISIC_0012151,mel', 'ISIC_0012143,bkl', 'ISIC_0001769,nv', 'ISIC_0001852,'];
const clock = { now: () => '2026-01-31T09:30:00.000Z' };

let folder: string;
let decoder: ImageDecoder;
let engine: Engine;
let options: AuditOptions;
let unbroken: AuditRun;
/** Calls of the engine since the test began. */
let calls: EngineMethod[];
let workspaces = 0;

/** The engine's own methods, without a process between. */
function engineHere(): Engine {
  const methods = engineMethods();
  return {
    width: 1,
    call: (method, params, { signal, onEvent } = {}) => {
      calls.push(method);
      const context = { signal: signal ?? new AbortController().signal, emit: onEvent ?? (() => undefined) };
      return methods[method](params, context);
    },
    close: () => Promise.resolve(),
  };
}

async function workspaceWithImages(): Promise<{ path: string; workspace: Workspace }> {
  const path = join(folder, `workspace-${(workspaces += 1)}`);
  const workspace = await openAgain(path);
  const plan = await previewImport(join(folder, 'images'), join(folder, 'labels.csv'));
  await importImages(workspace, plan, { decoder });
  return { path, workspace };
}

async function openAgain(path: string): Promise<Workspace> {
  const workspace = await openWorkspace(path, { clock, command: 'epsiloscope test' });
  onTestFinished(() => {
    workspace.close();
  });
  return workspace;
}

const auditWith = (
  by: Engine,
  workspace: Workspace,
  control: Parameters<typeof runAudit>[2] = {},
  changes: Partial<AuditOptions> = {},
) => runAudit({ workspace, engine: by, decoder, clock, app: 'epsiloscope test' }, { ...options, ...changes }, control);

const audit = (workspace: Workspace, changes: Partial<AuditOptions> = {}) => auditWith(engine, workspace, {}, changes);

const isWork = (method: EngineMethod) => method !== 'describe' && method !== 'loadModel';

/** Runs an audit that is stopped when it has begun the unit after so many; null where it was finished before. */
function stoppedAfter(units: number, workspace: Workspace): Promise<unknown> {
  const controller = new AbortController();
  let left = units;
  const stopping: Engine = {
    ...engine,
    call: (method, ...rest) => {
      if (isWork(method) && left-- === 0) controller.abort();
      return engine.call(method, ...rest);
    },
  };
  return auditWith(stopping, workspace, { signal: controller.signal }).then(
    () => null,
    (error: unknown) => error,
  );
}

beforeAll(async () => {
  await startBackend();
  folder = mkdtempSync(join(tmpdir(), 'epsiloscope-'));
  mkdirSync(join(folder, 'images'));
  for (const row of LABELS) {
    const name = `${row.split(',')[0] ?? ''}.jpg`;
    copyFileSync(join(DEMO, name), join(folder, 'images', name));
  }
  writeFileSync(join(folder, 'labels.csv'), ['image_id,dx', ...LABELS, ''].join('\n'));
  const modelDirectories = ['standard', 'pgd'].map((id) => join(folder, id));
  const training = testCard().training;
  await writeTinyModel(join(folder, 'standard'), 1, { id: 'standard' });
  await writeTinyModel(join(folder, 'pgd'), 2, { id: 'pgd', training: { ...training, recipe: 'pgd' } });
  options = {
    modelDirectories,
    attacks: ['noise', 'fgsm'],
    epsilons: [1 / 255, 4 / 255],
    norm: 'linf',
    budget: 'basic',
    certificate: false,
    sample: null,
    seed: 3,
    keepAdversarials: true,
    originalIds: false,
  };
  decoder = createImageDecoder(launchImaging());
  calls = [];
  engine = engineHere();
});
afterAll(() => {
  decoder.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  calls = [];
});

describe('an audit', () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await openWorkspace(join(folder, 'unbroken'), { clock, command: 'epsiloscope test' });
    const plan = await previewImport(join(folder, 'images'), join(folder, 'labels.csv'));
    await importImages(workspace, plan, { decoder });
    unbroken = await audit(workspace);
  });
  afterAll(() => {
    workspace.close();
  });

  it('is what the contract says, and passes its own verification', () => {
    auditSchema.parse(unbroken.audit);
    const { ok, checks } = verifyAudit(JSON.stringify(unbroken.audit));
    expect(checks.filter((check) => !check.ok)).toEqual([]);
    expect(ok).toBe(true);
    const { content, run } = unbroken.audit;
    expect(content.cases).toHaveLength(5);
    expect(content.sample).toMatchObject({ n: 5, unlabelled: 1 });
    expect(content.models.map(({ id, recipe }) => [id, recipe])).toEqual([
      ['standard', 'standard'],
      ['pgd', 'pgd'],
    ]);
    expect(run).toMatchObject({ resumed: false, startedAt: clock.now() });
  });

  it('names no image as the labels file does, but tells the terminal', () => {
    expect(JSON.stringify(unbroken.audit)).not.toContain('ISIC_');
    expect([...unbroken.originalIds].sort()).toEqual(LABELS.map((row) => row.split(',')[0]).sort());
  });

  it('gives the clean and the attacked inputs in the order of its cases', async () => {
    const size = 16 * 16 * 3;
    const clean = await unbroken.cleanInputs('standard');
    expect(clean.length).toBe(5 * size);
    for (const epsilon of options.epsilons) {
      const attacked = unbroken.adversarials('standard', 'fgsm', epsilon);
      unbroken.audit.content.cases.forEach((_, at) => {
        const distance = attacked
          .slice(at * size, (at + 1) * size)
          .reduce((most, value, pixel) => Math.max(most, Math.abs(value - (clean[at * size + pixel] ?? NaN))), 0);
        expect(distance).toBeLessThanOrEqual(epsilon + 1e-7);
      });
    }
    expect(() => unbroken.adversarials('standard', 'fgsm', 2 / 255)).toThrow();
  });

  it('tells how far a verdict is from the next one, at the very input that it was given on', async () => {
    const [epsilon = NaN] = options.epsilons;
    for (const [position, one] of unbroken.audit.content.cases.entries()) {
      const [entry] = one.models;
      const [first = NaN, second = NaN] = (entry?.clean.probabilities ?? []).toSorted((a, b) => b - a);
      const clean = await unbroken.logitMargin('standard', position, { attack: 'clean' });
      expect(clean).toBeCloseTo(Math.log(first / second), 3);
      const attacked = entry?.attacked.find((each) => each.attack === 'fgsm' && each.epsilon === epsilon);
      const probability = attacked?.probability ?? NaN;
      const margin = await unbroken.logitMargin('standard', position, { attack: 'fgsm', epsilon });
      // The next of the seven has at most all that is left, at least a sixth of it.
      const least = Math.log(probability / (1 - probability));
      expect(margin).toBeGreaterThanOrEqual(Math.max(0, least) - 1e-4);
      expect(margin).toBeLessThanOrEqual(least + Math.log(6) + 1e-4);
    }
  });

  it('tells how far the attack towards a benign verdict is from the other direction', async () => {
    const malignant = unbroken.audit.content.cases.findIndex(({ label }) => label === 'mel');
    const [first = NaN] = options.epsilons;
    const at = { attack: 'fgsm', epsilon: first } as const;
    const margins = new Map<boolean, number>();
    for (const directed of [true, false]) {
      margins.set(directed, await unbroken.logitMargin('standard', malignant, { ...at, directed }));
    }
    expect(margins.get(true)).toBeGreaterThan(0);
    expect(margins.get(true)).toBeLessThan(Infinity);
    expect(margins.get(false)).toBe(await unbroken.logitMargin('standard', malignant, at));
    const benign = unbroken.audit.content.cases.findIndex(({ label }) => label === 'df' || label === 'nv');
    await expect(unbroken.logitMargin('standard', benign, { ...at, directed: true })).rejects.toThrow();
  });

  it('computes nothing when it is asked for again', async () => {
    const again = await audit(workspace);
    expect(again.fromFile).toBe(true);
    expect(again.audit.contentSha256).toBe(unbroken.audit.contentSha256);
    expect(new Set(calls)).toEqual(new Set(['describe', 'loadModel']));
  });

  it('refuses two models of one name', async () => {
    const [first = ''] = options.modelDirectories;
    await expect(audit(workspace, { modelDirectories: [first, first] })).rejects.toMatchObject({
      code: 'MODEL_NAMED_TWICE',
    });
  });

  it('calls its cases by their original ids where that is asked for, and computes nothing for it', async () => {
    const named = await audit(workspace, { originalIds: true });
    expect(named.fromFile).toBe(true);
    expect(named.audit.content.cases.map(({ imageId }) => imageId)).toEqual(unbroken.originalIds);
    expect(named.audit.content.results).toEqual(unbroken.audit.content.results);
  });
});

describe('an audit that is broken off', () => {
  it('after each single unit comes to the same content', async () => {
    const { path, workspace } = await workspaceWithImages();
    workspace.close();
    let breaks = 0;
    for (let finished = false; !finished;) {
      const opened = await openAgain(path);
      const error = await stoppedAfter(1, opened);
      finished = error === null;
      if (!finished) {
        expect(error).toMatchObject({ code: 'INTERRUPTED' });
        breaks += 1;
        // One unit was computed, and one was begun; all others were on file.
        expect(calls.filter(isWork)).toHaveLength(2 * breaks);
      }
      opened.close();
    }
    // Verdicts, two attacks of three criteria each and the search, for two models; nothing is left to do after the last.
    expect(breaks).toBe(2 * (1 + 2 * 3 + 1) - 1);
    const again = await audit(await openAgain(path));
    expect(again.fromFile).toBe(true);
    expect(again.audit.contentSha256).toBe(unbroken.audit.contentSha256);
    expect(again.audit.content).toEqual(unbroken.audit.content);
  });

  it('says how much is kept', async () => {
    const { workspace } = await workspaceWithImages();
    expect(await stoppedAfter(3, workspace)).toMatchObject({
      kind: 'interrupted',
      explanation: { kept: '3 of 16 pieces of work, in the workspace.' },
    });
  });

  it('tells in its run that it was resumed', async () => {
    const { workspace } = await workspaceWithImages();
    await stoppedAfter(2, workspace);
    const { audit: resumed } = await audit(workspace);
    expect(resumed.run.resumed).toBe(true);
    expect(resumed.contentSha256).toBe(unbroken.audit.contentSha256);
  });
});

describe('an engine that dies', () => {
  const died = () => failed('ENGINE_DIED', { happened: 'It died.', kept: 'All.', toDo: 'Again.' });

  /** Dies in the first `deaths` attacks that it is asked for. */
  const dying = (deaths: number): Engine => {
    let left = deaths;
    return {
      ...engine,
      call: (method, ...rest) => {
        if (method === 'attack' && left-- > 0) return Promise.reject(died());
        return engine.call(method, ...rest);
      },
    };
  };

  it('once is asked again, and the audit comes to the same content', async () => {
    const { workspace } = await workspaceWithImages();
    const { audit: finished } = await auditWith(dying(1), workspace);
    expect(finished.contentSha256).toBe(unbroken.audit.contentSha256);
  });

  it('twice at the same piece of work ends the audit, and what is on file stays', async () => {
    const { workspace } = await workspaceWithImages();
    await expect(auditWith(dying(2), workspace)).rejects.toMatchObject({ code: 'ENGINE_DIED' });
    expect(calls.filter((method) => method === 'predict')).toHaveLength(1);
    const { audit: resumed } = await audit(workspace);
    expect(resumed.run.resumed).toBe(true);
    expect(resumed.contentSha256).toBe(unbroken.audit.contentSha256);
    expect(calls.filter((method) => method === 'predict')).toHaveLength(2);
  });
});

describe('an engine that works on several calls at a time', () => {
  /** Blocks of two cases, for two models: six lanes of work. */
  const inBlocks = { casesPerBlock: 2 };

  /** Computes one call after the other, but takes as many as this before it computes the first. */
  function wide(width: number, onCall: (method: EngineMethod, underWay: number) => void = () => undefined): Engine {
    let underWay = 0;
    let previous: Promise<unknown> = Promise.resolve();
    return {
      ...engine,
      width,
      call: async (method, ...rest) => {
        underWay += 1;
        const mine = previous.then(async () => {
          await new Promise((resolve) => setImmediate(resolve));
          onCall(method, underWay);
          return engine.call(method, ...rest);
        });
        previous = mine.catch(() => undefined);
        try {
          return await mine;
        } finally {
          underWay -= 1;
        }
      },
    };
  }

  it('is given as many, and comes to the same content; each image is decoded once', async () => {
    const narrow = await auditWith(engine, (await workspaceWithImages()).workspace, {}, inBlocks);
    let most = 0;
    const decode = vi.spyOn(decoder, 'modelInput');
    const { workspace } = await workspaceWithImages();
    decode.mockClear();
    const engineOfThree = wide(3, (_, underWay) => (most = Math.max(most, underWay)));
    const { audit: several } = await auditWith(engineOfThree, workspace, {}, inBlocks);
    expect(most).toBe(3);
    expect(decode).toHaveBeenCalledTimes(5);
    decode.mockRestore();
    expect(several.contentSha256).toBe(narrow.audit.contentSha256);
  });

  it('ends the audit where one call fails; what the others had finished is kept', async () => {
    const attacksAsked = () => calls.filter((method) => method === 'attack').length;
    await auditWith(engine, (await workspaceWithImages()).workspace, {}, inBlocks);
    const all = attacksAsked();
    const { workspace } = await workspaceWithImages();
    let attacks = 0;
    const failing = wide(3, (method) => {
      if (method === 'attack' && (attacks += 1) === 5) throw new Error('out of luck');
    });
    await expect(auditWith(failing, workspace, {}, inBlocks)).rejects.toThrow('out of luck');
    expect(attacks).toBeLessThan(5 + 3);
    calls = [];
    const { audit: resumed } = await auditWith(engine, workspace, {}, inBlocks);
    expect(resumed.run.resumed).toBe(true);
    expect(attacksAsked()).toBeLessThanOrEqual(all - 4);
  });
});

it('an audit of an original that was damaged stops, and names it', async () => {
  const { path, workspace } = await workspaceWithImages();
  const [first = ''] = readdirSync(join(path, 'images'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /[0-9a-f]{64}$/.test(name),
  );
  rmSync(join(path, 'images', first));
  await expect(audit(workspace)).rejects.toMatchObject({ code: 'IMAGE_FILE_MISSING' });
});
