/** Screening over a real workspace, decoder and engine, and what becomes of it when it is broken off. */
import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { minimalEpsilonAttack } from '../../../../src/main/services/audit/budgets.ts';
import { ModelInputs } from '../../../../src/main/services/pictures/index.ts';
import {
  screen,
  type ScreeningControl,
  type ScreeningProgress,
} from '../../../../src/main/services/screening/index.ts';
import {
  hashOf,
  listImages,
  screenedCounts,
  verdictsOf,
  verifyLog,
  type Workspace,
} from '../../../../src/main/store/index.ts';
import type { Engine, EngineMethod, LoadedModel } from '../../../../src/shared/contract/engine.ts';
import { DIAGNOSES } from '../../../../src/shared/domain/diagnosis.ts';
import { LARGEST_SEARCHED_EPSILON } from '../../../../src/shared/domain/epsilon.ts';
import { failed } from '../../../../src/shared/kernel/errors.ts';
import type { Sha256 } from '../../../../src/shared/kernel/ids.ts';
import { auditLab, engineHere, type AuditLab } from '../../../support/auditLab.ts';
import { preprocessing } from '../../../support/imageDecoders.ts';

let lab: AuditLab;
let engine: Engine;
let models: LoadedModel[];
let calls: EngineMethod[];
let workspaces = 0;

beforeAll(async () => {
  lab = await auditLab(['ISIC_0012099,mel', 'ISIC_0012151,mel', 'ISIC_0012143,bkl', 'ISIC_0001769,nv']);
  engine = engineHere((method) => calls.push(method));
  calls = [];
  models = await Promise.all(
    ['standard', 'pgd'].map((id) => engine.call('loadModel', { directory: join(lab.folder, id) })),
  );
});
beforeEach(() => {
  calls = [];
});
afterAll(() => {
  lab.close();
});

const newWorkspace = () => lab.workspace(`workspace-${(workspaces += 1)}`);
const imagesOf = ({ db }: Workspace): Sha256[] => listImages(db).map(({ sha256 }) => sha256);
const searches = () => calls.filter((method) => method === 'minimalEpsilon').length;

const screenAll = (workspace: Workspace, control: ScreeningControl = {}, by: Engine = engine, chosen = models) =>
  screen(
    { engine: by, workspace, inputs: new ModelInputs(lab.decoder) },
    { images: imagesOf(workspace), models: chosen },
    control,
  );

/** What is stored of all images, by all models. */
const stored = (workspace: Workspace) => imagesOf(workspace).map((image) => verdictsOf(workspace.db, image));

describe('a screening', () => {
  it('stores of each image and model the clean verdict and the smallest epsilon that an audit’s search finds', async () => {
    const workspace = await newWorkspace();
    const images = imagesOf(workspace);
    expect(await screenAll(workspace)).toEqual({ images: 4, skipped: [] });
    const facts = await engine.call('describe', undefined);
    for (const model of models) {
      const pixels = await Promise.all(
        images.map(async (image) => {
          const target = { height: 16, width: 16, preprocessing };
          return lab.decoder.modelInput({ bytes: await workspace.images.read(image) }, target);
        }),
      );
      const inputs = { height: 16, width: 16, pixels: new Uint8Array(Buffer.concat(pixels)), imageSha256: images };
      const none = images.map(() => null);
      const request = { modelSha256: model.sha256, inputs, labels: none, knownSuccess: none, seed: 1 };
      const { outcomes } = await engine.call('minimalEpsilon', { ...request, attack: minimalEpsilonAttack() });
      const { probabilities } = await engine.call('predict', request);
      images.forEach((image, at) => {
        const own = [...probabilities.subarray(7 * at, 7 * at + 7)];
        const verdict = outcomes[at]?.verdict ?? null;
        expect(verdictsOf(workspace.db, image).find(({ modelSha256 }) => modelSha256 === model.sha256)).toEqual({
          modelSha256: model.sha256,
          verdict: DIAGNOSES[own.indexOf(Math.max(...own))],
          probabilities: own,
          minimalEpsilon: outcomes[at]?.minimalEpsilon,
          changedTo: verdict === null ? null : DIAGNOSES[verdict],
          survivesRounding: outcomes[at]?.survivesRounding,
          provenance: {
            modelSha256: model.sha256,
            attack:
              'pgd(criterion=verdictChanged, loss=crossEntropy, norm=linf, randomStart=true, relativeStepSize=0.125, restarts=1, steps=20)',
            seed: 1,
            backend: facts.backend,
            device: facts.device,
            threads: facts.threads,
            numericsFingerprint: facts.numericsFingerprint,
            at: '2026-01-31T09:30:00.000Z',
          },
        });
      });
    }
    const found = stored(workspace).flat();
    expect(found.some(({ minimalEpsilon }) => minimalEpsilon !== null)).toBe(true);
    for (const { verdict, minimalEpsilon, changedTo, survivesRounding } of found) {
      expect(minimalEpsilon ?? 0).toBeLessThanOrEqual(LARGEST_SEARCHED_EPSILON);
      expect([changedTo === null, survivesRounding === null]).toEqual([
        minimalEpsilon === null,
        minimalEpsilon === null,
      ]);
      expect(changedTo).not.toBe(verdict);
    }
    expect(verifyLog(workspace.db)).toMatchObject({ intact: true });
  });

  it('computes nothing again that is stored, and what is missing of a model that comes later', async () => {
    const workspace = await newWorkspace();
    await screenAll(workspace, {}, engine, models.slice(0, 1));
    expect(searches()).toBe(1);
    await screenAll(workspace);
    expect(searches()).toBe(2);
    expect(await screenAll(workspace)).toEqual({ images: 0, skipped: [] });
    expect(searches()).toBe(2);
    expect(screenedCounts(workspace.db).map(({ screened }) => screened)).toEqual([4, 4]);
  });

  it('tells how far it is, in images, and when something was stored', async () => {
    const workspace = await newWorkspace();
    const told: ScreeningProgress[] = [];
    let storedBatches = 0;
    await screenAll(workspace, {
      onProgress: (progress) => told.push(progress),
      onStored: () => (storedBatches += 1),
    });
    expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).toSorted((a, b) => a - b));
    expect(told.at(-1)).toEqual({ done: 4, total: 4, secondsLeft: 0 });
    expect(told.some(({ done, secondsLeft }) => done > 0 && done < 4 && (secondsLeft ?? 0) > 0)).toBe(true);
    expect(storedBatches).toBe(2);
  });
});

describe('a screening that is broken off', () => {
  /** What a screening that nothing breaks off stores. */
  let unbroken: ReturnType<typeof stored>;
  beforeAll(async () => {
    calls = [];
    const workspace = await newWorkspace();
    await screenAll(workspace);
    unbroken = stored(workspace);
  });

  it('by the person keeps what was stored, and goes on from there to the same verdicts', async () => {
    const workspace = await newWorkspace();
    const controller = new AbortController();
    const work = screenAll(workspace, {
      signal: controller.signal,
      onStored: () => {
        controller.abort();
      },
    });
    await expect(work).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(screenedCounts(workspace.db).map(({ screened }) => screened)).toEqual([4]);
    calls = [];
    await screenAll(workspace);
    expect(searches()).toBe(1);
    expect(stored(workspace)).toEqual(unbroken);
  });

  it('in the middle of a batch loses that batch alone', async () => {
    const workspace = await newWorkspace();
    const controller = new AbortController();
    const work = screenAll(workspace, {
      signal: controller.signal,
      onProgress: ({ done }) => {
        if (done === 3) controller.abort();
      },
    });
    await expect(work).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(screenedCounts(workspace.db).map(({ screened }) => screened)).toEqual([4]);
  });

  const died = () => failed('ENGINE_DIED', { happened: 'It died.', kept: 'All.', toDo: 'Again.' });
  /** An engine that dies at the searches of these numbers, the first being 0. */
  function dyingAt(...deaths: number[]): Engine {
    let search = 0;
    return {
      ...engine,
      call: (method, ...rest) =>
        method === 'minimalEpsilon' && deaths.includes(search++)
          ? Promise.reject(died())
          : engine.call(method, ...rest),
    };
  }

  it('by the death of the engine repeats the batch once, and gives up where it dies again', async () => {
    const workspace = await newWorkspace();
    await screenAll(workspace, {}, dyingAt(1));
    expect(stored(workspace)).toEqual(unbroken);
    const another = await newWorkspace();
    await expect(screenAll(another, {}, dyingAt(1, 2))).rejects.toMatchObject({ code: 'ENGINE_DIED' });
    expect(screenedCounts(another.db).map(({ screened }) => screened)).toEqual([4]);
  });

  it('works on as many batches at a time as the engine does', async () => {
    const workspace = await newWorkspace();
    let [running, most] = [0, 0];
    const wide: Engine = {
      ...engine,
      width: 2,
      call: async (method, ...rest) => {
        if (method !== 'minimalEpsilon') return engine.call(method, ...rest);
        running += 1;
        most = Math.max(most, running);
        // Both batches get here before one of them goes on.
        await expect.poll(() => most, { timeout: 30_000 }).toBe(2);
        try {
          return await engine.call(method, ...rest);
        } finally {
          running -= 1;
        }
      },
    };
    await screenAll(workspace, {}, wide);
    expect(stored(workspace)).toEqual(unbroken);
  });
});

describe('images that cannot be read', () => {
  it('are skipped with the reason, once for all models, and the others go on', async () => {
    const workspace = await newWorkspace();
    const [missing, damaged, ...others] = imagesOf(workspace);
    if (!missing || !damaged) throw new Error('expected images');
    rmSync(workspace.images.pathOf(missing));
    chmodSync(workspace.images.pathOf(damaged), 0o600);
    writeFileSync(workspace.images.pathOf(damaged), 'something else');
    const told: ScreeningProgress[] = [];
    const { images, skipped } = await screenAll(workspace, { onProgress: (progress) => told.push(progress) });
    expect(images).toBe(4);
    expect(skipped.map(({ imageSha256, code }) => [imageSha256, code])).toEqual([
      [missing, 'IMAGE_FILE_MISSING'],
      [damaged, 'IMAGE_FILE_DAMAGED'],
    ]);
    expect(skipped[0]?.reason).toContain('missing');
    expect(told.at(-1)).toMatchObject({ done: 4, total: 4 });
    for (const image of others) expect(verdictsOf(workspace.db, image)).toHaveLength(2);
    for (const image of [missing, damaged]) expect(verdictsOf(workspace.db, image)).toEqual([]);
  });

  it('are skipped where decoding refuses them', async () => {
    const workspace = await newWorkspace();
    const text = await workspace.images.put(Buffer.from('no image'));
    const dependencies = { engine, workspace, inputs: new ModelInputs(lab.decoder) };
    const { skipped } = await screen(dependencies, { images: [text], models });
    expect(skipped).toMatchObject([{ imageSha256: text, code: 'IMAGE_NOT_AN_IMAGE' }]);
    expect(searches()).toBe(0);
  });

  it('are not all called missing where the disk of the workspace is gone', async () => {
    const workspace = await newWorkspace();
    const away = `${workspace.folder}-unplugged`;
    renameSync(workspace.folder, away);
    await expect(screenAll(workspace)).rejects.toMatchObject({ code: 'DISK_FAILED' });
    renameSync(away, workspace.folder);
    expect(await screenAll(workspace)).toEqual({ images: 4, skipped: [] });
  });

  it('do not hide a decoder that does not start, or a defect', async () => {
    const workspace = await newWorkspace();
    const notStarted = failed('IMAGE_DECODER_NOT_STARTED', { happened: 'No.', kept: 'All.', toDo: 'Install.' });
    for (const error of [notStarted, new TypeError('a defect')]) {
      const inputs = new ModelInputs({ modelInput: () => Promise.reject(error) });
      const work = screen({ engine, workspace, inputs }, { images: imagesOf(workspace), models });
      await expect(work).rejects.toBe(error);
    }
    const unknown = { engine, workspace, inputs: new ModelInputs(lab.decoder) };
    const { skipped } = await screen(unknown, { images: [hashOf('no image of it')], models });
    expect(skipped).toMatchObject([{ code: 'IMAGE_FILE_MISSING' }]);
  });
});
