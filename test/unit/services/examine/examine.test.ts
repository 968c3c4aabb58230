/** One case under attack, over a real workspace, decoder and engine. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ArrayStore,
  examine,
  explainCase,
  type ExamineDependencies,
} from '../../../../src/main/services/examine/index.ts';
import { ModelInputs } from '../../../../src/main/services/pictures/index.ts';
import { hashOf, listCases, type CaseRecord, type Workspace } from '../../../../src/main/store/index.ts';
import { FIRST_ATTACK, type AttackChoice, type Examination } from '../../../../src/shared/contract/app/cases.ts';
import type { EngineMethod, LoadedModel } from '../../../../src/shared/contract/engine.ts';
import { DIAGNOSES, isMalignantDiagnosis } from '../../../../src/shared/domain/diagnosis.ts';
import { auditLab, clock, engineHere, type AuditLab } from '../../../support/auditLab.ts';
import { preprocessing } from '../../../support/imageDecoders.ts';

const EPSILONS = [1, 4, 64].map((k) => k / 255);
const SIDE = 16;

let lab: AuditLab;
let workspace: Workspace;
let cases: CaseRecord[];
let models: LoadedModel[];
let calls: EngineMethod[];
let dependencies: ExamineDependencies;

beforeAll(async () => {
  lab = await auditLab(['ISIC_0012099,mel', 'ISIC_0001769,nv']);
  workspace = await lab.workspace('workspace');
  cases = listCases(workspace.db);
  calls = [];
  const engine = engineHere((method) => calls.push(method));
  models = await Promise.all(
    ['standard', 'pgd'].map((id) => engine.call('loadModel', { directory: join(lab.folder, id) })),
  );
  dependencies = {
    engine,
    workspace,
    inputs: new ModelInputs(lab.decoder),
    arrays: new ArrayStore(),
    modelOf: (sha256) => Promise.resolve(models.find((model) => model.sha256 === sha256) ?? null),
  };
});
afterAll(() => {
  lab.close();
});

/** The first case, by the first model. */
const target = () => ({ caseId: cases[0]?.id ?? '', modelSha256: models[0]?.sha256 ?? hashOf('') });
const look = (attack: AttackChoice = FIRST_ATTACK, changes: Partial<Parameters<typeof examine>[1]> = {}) =>
  examine(dependencies, { ...target(), attack, epsilons: EPSILONS, ...changes });

const floats = (bytes: Uint8Array | undefined): Float32Array =>
  new Float32Array((bytes ?? new Uint8Array()).slice().buffer);
const arrayOf = (hash: string | undefined) => dependencies.arrays.get(hash as never);
/** Towards the group that the clean verdict is not in. */
const across = async (): Promise<AttackChoice['criterion']> => {
  const { clean } = await look();
  return { kind: isMalignantDiagnosis(clean.verdict) ? 'malignantToBenign' : 'benignToMalignant' };
};

describe('an examination by a gradient attack', () => {
  it('has a point for each epsilon, with every step, and says what made it', async () => {
    const { shape, attack, clean, points, provenance } = await look();
    expect(shape).toEqual({ height: SIDE, width: SIDE });
    expect(attack).toMatchObject({ id: 'pgd', steps: 20, relativeStepSize: 1 / 8, restarts: 1 });
    expect(clean.probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
    expect(clean.probabilities.indexOf(Math.max(...clean.probabilities))).toBe(DIAGNOSES.indexOf(clean.verdict));
    expect(points.map(({ epsilon }) => epsilon)).toEqual(EPSILONS);
    for (const point of points) {
      expect(point.trajectory).toHaveLength(21);
      expect(point.trajectory?.[0]).toEqual(clean.probabilities);
      expect(point.success).toBe(point.verdict !== clean.verdict);
      expect(point.successStep === null).toBe(!point.success);
      expect(point.linf).toBeLessThanOrEqual(point.epsilon + 1e-6);
    }
    expect(points.at(-1)?.success).toBe(true);
    const facts = await dependencies.engine.call('describe', undefined);
    expect(provenance).toEqual({
      modelSha256: target().modelSha256,
      attack:
        'pgd(criterion=verdictChanged, loss=crossEntropy, norm=linf, randomStart=true, relativeStepSize=0.125, restarts=1, steps=20)',
      seed: 1,
      backend: facts.backend,
      device: facts.device,
      threads: facts.threads,
      numericsFingerprint: facts.numericsFingerprint,
      at: clock.now(),
    });
  });

  it('hands over the clean and the attacked inputs by hash', async () => {
    const { clean, points } = await look();
    const bytes = await workspace.images.read(cases[0]?.imageSha256 ?? hashOf(''));
    const input = await lab.decoder.modelInput({ bytes }, { height: SIDE, width: SIDE, preprocessing });
    const cleanInput = arrayOf(clean.inputArray);
    expect(cleanInput).toEqual(input);
    for (const { attackedArray, linf, l2 } of points) {
      const changes = [...floats(arrayOf(attackedArray))].map((value, at) =>
        Math.abs(value - Math.fround((input[at] ?? NaN) / 255)),
      );
      expect(changes).toHaveLength(input.length);
      expect(Math.max(...changes)).toBe(linf);
      expect(Math.hypot(...changes)).toBeCloseTo(l2, 6);
    }
  });

  it('is the same again, and does not depend on which epsilons are asked for together, in which order or twice', async () => {
    const together = await look();
    expect(await look()).toEqual(together);
    const [first, , last] = EPSILONS;
    const few = await look(FIRST_ATTACK, { epsilons: [last ?? 0, first ?? 0, last ?? 0] });
    expect(few.points).toEqual([together.points[0], together.points[2]]);
  });

  it('decodes an image once for all attacks on it', async () => {
    let decodings = 0;
    const inputs = new ModelInputs({
      modelInput: (...asked) => {
        decodings += 1;
        return lab.decoder.modelInput(...asked);
      },
    });
    const [standard, robust] = models.map(({ sha256 }) => sha256);
    const ask = (modelSha256 = standard) =>
      examine(
        { ...dependencies, inputs },
        { ...target(), ...(modelSha256 && { modelSha256 }), attack: FIRST_ATTACK, epsilons: EPSILONS },
      );
    await Promise.all([ask(), ask(robust)]);
    await ask();
    expect(decodings).toBe(1);
  });

  it('tells how far it is, and stops when it is told to', async () => {
    const told: { done: number; total: number }[] = [];
    await examine(
      dependencies,
      { ...target(), attack: FIRST_ATTACK, epsilons: EPSILONS },
      { onProgress: (progress) => told.push(progress) },
    );
    expect(told.at(-1)).toEqual({ done: 21, total: 21 });
    const controller = new AbortController();
    const work = examine(
      dependencies,
      { ...target(), attack: FIRST_ATTACK, epsilons: EPSILONS },
      {
        signal: controller.signal,
        onProgress: ({ done }) => {
          if (done === 3) controller.abort();
        },
      },
    );
    await expect(work).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});

const OTHERS: readonly AttackChoice[] = [
  { id: 'apgd-ce', norm: 'linf', steps: 5, restarts: 1, criterion: { kind: 'verdictChanged' } },
  { id: 'apgd-dlr', norm: 'l2', steps: 5, restarts: 1, criterion: { kind: 'verdictChanged' } },
  { id: 'square', norm: 'linf', queries: 30, criterion: { kind: 'verdictChanged' } },
  { id: 'noise', norm: 'linf', distribution: 'uniform', draws: 5, criterion: { kind: 'verdictChanged' } },
];

describe.each(OTHERS.map((attack) => [attack.id, attack] as const))('an examination by %s', (_, choice) => {
  it('has a point for each epsilon, each its own run, without steps', async () => {
    calls = [];
    const { clean, points } = await look(choice);
    expect(calls.filter((method) => method === 'attack')).toHaveLength(1);
    expect(points.map(({ epsilon }) => epsilon)).toEqual(EPSILONS);
    for (const { success, successStep, trajectory, verdict, attackedArray } of points) {
      expect({ successStep, trajectory }).toEqual({ successStep: null, trajectory: null });
      expect(success).toBe(verdict !== clean.verdict);
      expect(floats(arrayOf(attackedArray))).toHaveLength(SIDE * SIDE * 3);
    }
    const [only] = (await look(choice, { epsilons: EPSILONS.slice(1, 2) })).points;
    expect(only).toEqual(points[1]);
  });
});

describe('an attack with an aim', () => {
  it('across the groups is made where the clean verdict lets it', async () => {
    const criterion = await across();
    const { clean, points } = await look({ ...FIRST_ATTACK, criterion });
    for (const { success, verdict } of points) {
      expect(success).toBe(isMalignantDiagnosis(verdict) !== isMalignantDiagnosis(clean.verdict));
    }
  });

  it('that is met already, or cannot be had from this verdict, is refused rather than shown as a result', async () => {
    const { clean } = await look();
    const target = DIAGNOSES.indexOf(clean.verdict);
    const wrongWay = isMalignantDiagnosis(clean.verdict) ? 'benignToMalignant' : 'malignantToBenign';
    for (const criterion of [{ kind: 'targeted', target }, { kind: wrongWay }] as const) {
      for (const choice of [FIRST_ATTACK, ...OTHERS]) {
        await expect(look({ ...choice, criterion })).rejects.toMatchObject({
          code: 'CRITERION_NOT_APPLICABLE',
          kind: 'badInput',
        });
      }
    }
  });
});

describe('what cannot be examined', () => {
  it('is refused with the reason: an unknown case, an unknown model, an image that is gone', async () => {
    await expect(look(FIRST_ATTACK, { caseId: randomUUID() })).rejects.toMatchObject({ code: 'CASE_UNKNOWN' });
    const strange = look(FIRST_ATTACK, { modelSha256: hashOf('no model') });
    await expect(strange).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
    const robbed = await lab.workspace('robbed');
    const [first] = listCases(robbed.db);
    rmSync(robbed.images.pathOf(first?.imageSha256 ?? hashOf('')));
    const without = { ...dependencies, workspace: robbed, inputs: new ModelInputs(lab.decoder) };
    const asked = { ...target(), caseId: first?.id ?? '', attack: FIRST_ATTACK, epsilons: EPSILONS };
    await expect(examine(without, asked)).rejects.toMatchObject({ code: 'IMAGE_FILE_MISSING' });
  });
});

describe('a map of an examined case', () => {
  let examination: Examination;
  beforeAll(async () => {
    examination = await look();
  });
  const attackedArray = () => examination.points.at(-1)?.attackedArray ?? hashOf('');
  const explain = (changes: Partial<Parameters<typeof explainCase>[1]> = {}) =>
    explainCase(dependencies, { ...target(), map: 'effect', attackedArray: attackedArray(), ...changes });

  it('of the effect sums to the change of the margin between the two verdicts', async () => {
    const { shape, array, smallest, largest, from, to, completeness, provenance } = await explain();
    const { clean, points } = examination;
    expect([from, to]).toEqual([clean.verdict, points.at(-1)?.verdict]);
    const values = floats(arrayOf(array));
    expect(values).toHaveLength(shape.height * shape.width);
    expect([smallest, largest]).toEqual([Math.min(...values), Math.max(...values)]);
    expect(values.reduce((sum, value) => sum + value, 0)).toBe(completeness?.sum);
    expect(completeness?.sum).toBeLessThan(0);
    expect(provenance).toMatchObject({ modelSha256: target().modelSha256, seed: 1, at: clock.now() });
    expect(provenance.attack).toContain('steps=64');
  });

  it.each(['saliency', 'gradCam'] as const)('of %s is of the attacked input, or of the clean one', async (map) => {
    const attacked = await explain({ map });
    const clean = await explain({ map, attackedArray: null });
    expect([attacked.from, clean.from]).toEqual([examination.points.at(-1)?.verdict, examination.clean.verdict]);
    for (const { smallest, to, completeness, array } of [attacked, clean]) {
      expect(smallest).toBeGreaterThanOrEqual(0);
      expect([to, completeness]).toEqual([null, null]);
      expect(floats(arrayOf(array))).toHaveLength(SIDE * SIDE);
    }
  });

  it('is refused without what it explains', async () => {
    await expect(explain({ attackedArray: hashOf('gone') })).rejects.toMatchObject({ code: 'ARRAY_GONE' });
    await expect(explain({ attackedArray: null })).rejects.toMatchObject({ code: 'EFFECT_NEEDS_ATTACK' });
    await expect(explain({ caseId: randomUUID() })).rejects.toMatchObject({ code: 'CASE_UNKNOWN' });
    await expect(explain({ modelSha256: hashOf('none') })).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
  });

  it('is refused for an array that is no attacked input of the model', async () => {
    const { inputArray } = examination.clean;
    const ofAnotherSize = dependencies.arrays.put(new Uint8Array(SIDE * SIDE));
    const noInput = dependencies.arrays.put(new Uint8Array(SIDE * SIDE * 3 * 4).fill(200));
    for (const array of [inputArray, ofAnotherSize, noInput]) {
      await expect(explain({ attackedArray: array })).rejects.toMatchObject({ code: 'ARRAY_MISFIT' });
    }
  });
});
