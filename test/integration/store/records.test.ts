import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  canonicalJson,
  findRun,
  finishedUnits,
  finishRun,
  hashOf,
  listModels,
  openRun,
  openWorkspace,
  recordUnit,
  registerModel,
  unitData,
  unitResults,
  verifyLog,
} from '../../../src/main/store/index.ts';
import { sql } from '../../../src/main/store/db/schema.ts';
import { modelCardSchema } from '../../../src/shared/contract/modelCard.ts';
import { FIRST_ENTRIES, openedWorkspace, options, temporaryFolder } from './support.ts';

const bytes = Buffer.from('the bytes of an image');
const code = (name: string) => expect.objectContaining({ code: name }) as Error;

describe('an original', () => {
  it('lies under the hash of its bytes and comes back as it was', async () => {
    const { images, folder } = await openedWorkspace();
    const sha256 = await images.put(bytes);
    expect(sha256).toBe(hashOf(bytes));
    expect(images.pathOf(sha256)).toBe(join(folder, 'images', sha256.slice(0, 2), sha256));
    expect((await images.read(sha256)).equals(bytes)).toBe(true);
  });

  it('is stored once, also when two tasks store it at the same time', async () => {
    const { images, folder } = await openedWorkspace();
    const [sha256] = await Promise.all([images.put(bytes), images.put(bytes)]);
    expect(await images.put(bytes)).toBe(sha256);
    expect(readdirSync(join(folder, 'images'), { recursive: true }).sort()).toEqual(
      ['incoming', sha256.slice(0, 2), join(sha256.slice(0, 2), sha256)].sort(),
    );
  });

  it('that a killed process left half written is gone after the next opening', async () => {
    const folder = temporaryFolder();
    (await openWorkspace(folder, options())).close();
    const half = join(folder, 'images', 'incoming', 'half');
    writeFileSync(half, 'half of an im');
    await openedWorkspace(folder);
    expect(existsSync(half)).toBe(false);
  });

  it('that is missing or was changed is named, never handed out and never replaced', async () => {
    const { images } = await openedWorkspace();
    await expect(images.read(hashOf('other'))).rejects.toThrow(code('IMAGE_FILE_MISSING'));
    const path = images.pathOf(await images.put(bytes));
    chmodSync(path, 0o600);
    writeFileSync(path, 'other bytes');
    await expect(images.read(hashOf(bytes))).rejects.toThrow(code('IMAGE_FILE_DAMAGED'));
    await expect(images.put(bytes)).rejects.toThrow(code('IMAGE_FILE_DAMAGED'));
  });
});

describe('a run', () => {
  const plan = { models: ['standard'], epsilon: 4 / 255 };
  const planSha256 = hashOf(canonicalJson(plan));

  it('is opened once for a plan and found again, until and after it is finished', async () => {
    const { db } = await openedWorkspace();
    expect(findRun(db, planSha256)).toBeUndefined();
    const run = openRun(db, planSha256, plan);
    expect(openRun(db, planSha256, plan)).toEqual(run);
    finishRun(db, run.id);
    expect(findRun(db, planSha256)).toMatchObject({ id: run.id, plan, state: 'finished' });
  });

  it('keeps what its units produced, in the order of their keys', async () => {
    const { db } = await openedWorkspace();
    const run = openRun(db, planSha256, plan);
    recordUnit(db, run.id, 'b', { result: { verdict: 'nv' }, data: null });
    recordUnit(db, run.id, 'a', { result: [0.1, null], data: new Uint8Array([1, 2]) });
    expect(finishedUnits(db, run.id)).toEqual(new Set(['a', 'b']));
    expect(finishedUnits(db, 'another run')).toEqual(new Set());
    expect([...unitResults(db, run.id)]).toEqual([
      { unitKey: 'a', result: [0.1, null] },
      { unitKey: 'b', result: { verdict: 'nv' } },
    ]);
    expect(unitData(db, run.id, 'a')).toEqual(Buffer.from([1, 2]));
    expect(unitData(db, run.id, 'b')).toBeNull();
    expect(unitData(db, run.id, 'c')).toBeNull();
  });

  it('refuses a unit twice, a result that JSON cannot hold, and a unit of no run, and logs none of it', async () => {
    const { db } = await openedWorkspace();
    const run = openRun(db, planSha256, plan);
    recordUnit(db, run.id, 'a', { result: 1, data: null });
    const before = verifyLog(db);
    const record = (runId: string, key: string, result: unknown) => () => {
      recordUnit(db, runId, key, { result, data: null });
    };
    expect(record(run.id, 'a', 2)).toThrow(/UNIQUE/);
    expect(record(run.id, 'b', NaN)).toThrow();
    expect(record('no run', 'a', 1)).toThrow(/FOREIGN KEY/);
    expect(verifyLog(db)).toEqual(before);
  });

  it('stands in the log with the hash of each result', async () => {
    const { db } = await openedWorkspace();
    const run = openRun(db, planSha256, plan);
    recordUnit(db, run.id, 'a', { result: { verdict: 'nv' }, data: null });
    finishRun(db, run.id);
    const resultSha256 = hashOf('{"data":null,"result":"{\\"verdict\\":\\"nv\\"}"}');
    expect(
      db.all(sql.selectFrom('log').select(['act', 'details']).where('seq', '>', FIRST_ENTRIES.length).orderBy('seq')),
    ).toEqual([
      { act: 'run.opened', details: canonicalJson({ runId: run.id, planSha256 }) },
      { act: 'unit.recorded', details: canonicalJson({ runId: run.id, unitKey: 'a', resultSha256 }) },
      { act: 'run.finished', details: canonicalJson({ runId: run.id }) },
    ]);
  });
});

describe('a model', () => {
  const card = modelCardSchema.parse({
    format: 'epsiloscope.model',
    formatVersion: 1,
    id: 'standard',
    title: 'Standard training',
    architecture: { name: 'residual', parameters: 1, gflopPerInputGradient: 0.1 },
    input: {
      ...{ height: 64, width: 64, channels: 3, range: [0, 1] },
      preprocessing: { framing: 'centre-square', resize: 'lanczos3', colour: 'sRGB' },
    },
    classes: ['akiec', 'bcc', 'bkl', 'df', 'mel', 'nv', 'vasc'],
    training: {
      ...{ recipe: 'standard', epsilon: null, data: 'HAM10000', dataSha256: null, seed: 1, hyperparameters: {} },
      ...{
        checkpointChoice: 'validation',
        epochs: [],
        chosenEpoch: null,
        numericsFingerprint: null,
        finishedAt: 'now',
      },
    },
    ...{ metrics: [], files: {}, licence: 'CC BY-NC 4.0', attribution: '', intendedUse: 'research', limits: [] },
  });

  it('is registered once', async () => {
    const { db } = await openedWorkspace();
    const model = { sha256: hashOf(canonicalJson(card)), id: card.id, card };
    registerModel(db, model);
    registerModel(db, model);
    expect(listModels(db)).toEqual([model]);
    expect(verifyLog(db)).toMatchObject({ intact: true, head: { seq: FIRST_ENTRIES.length + 1 } });
  });
});
