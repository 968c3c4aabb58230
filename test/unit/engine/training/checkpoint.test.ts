import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import {
  readCheckpoint,
  removeCheckpoint,
  writeCheckpoint,
  type TrainingState,
} from '../../../../src/main/engine/training/checkpoint.ts';

const STATE: TrainingState = {
  plan: 'plan',
  step: 7,
  lossSum: 1.25,
  epochs: [
    {
      ...{ epoch: 1, loss: 2, cleanBalancedAccuracy: 0.5 },
      ...{ robustBalancedAccuracy: null, robustTrainAccuracy: 0.25, fgsmTrainAccuracy: null },
    },
  ],
  // Values that a detour over text would lose.
  weights: [Float32Array.of(0.1, -0, 1e-45), new Float32Array(5)],
  momentum: [Float32Array.of(3)],
  average: [Float32Array.of(4)],
  best: { epoch: 1, score: 0.5, weights: [Float32Array.of(5)] },
};

let folder: string;
const file = () => join(folder, 'checkpoint.bin');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'epsiloscope-'));
  onTestFinished(() => rm(folder, { recursive: true }));
});

it('gives back what was written, bit for bit, in one file', async () => {
  await writeCheckpoint(folder, STATE);
  expect(await readCheckpoint(folder, 'plan')).toEqual(STATE);
  expect(await readdir(folder)).toEqual(['checkpoint.bin']);
});

it('is null where there is none, and after it was removed', async () => {
  expect(await readCheckpoint(folder, 'plan')).toBeNull();
  await writeCheckpoint(folder, STATE);
  await removeCheckpoint(folder);
  expect(await readCheckpoint(folder, 'plan')).toBeNull();
});

it('of another plan is refused, and stays', async () => {
  await writeCheckpoint(folder, STATE);
  await expect(readCheckpoint(folder, 'other')).rejects.toMatchObject({
    code: 'CHECKPOINT_OF_ANOTHER_RUN',
    kind: 'badInput',
  });
  expect(await readCheckpoint(folder, 'plan')).toEqual(STATE);
});

it.each([
  ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  ['empty', () => Buffer.alloc(0)],
  ['something else', () => Buffer.from('not a checkpoint')],
])('%s is refused as damaged, and stays', async (_, damage) => {
  await writeCheckpoint(folder, STATE);
  const damaged = damage(await readFile(file()));
  await writeFile(file(), damaged);
  await expect(readCheckpoint(folder, 'plan')).rejects.toMatchObject({ code: 'CHECKPOINT_DAMAGED' });
  expect(await readFile(file())).toEqual(damaged);
});

it('stays the old one where a new one cannot be written', async () => {
  await writeCheckpoint(folder, STATE);
  const unwritable = { ...STATE, step: 8, epochs: [(() => 0) as never] };
  await expect(writeCheckpoint(folder, unwritable)).rejects.toThrow();
  expect(await readCheckpoint(folder, 'plan')).toEqual(STATE);
});

it('that cannot be read for another reason is no missing one', async () => {
  await mkdir(file());
  await expect(readCheckpoint(folder, 'plan')).rejects.toMatchObject({ code: 'EISDIR' });
});
