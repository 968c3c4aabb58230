import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBackend } from '../../../../src/main/engine/backend/index.ts';
import { residualNet, type ResidualNetSize } from '../../../../src/main/engine/models/residualNet.ts';
import { TINY_NET, writeTinyModel } from '../../../support/modelPackages.ts';

let folder: string;
beforeAll(async () => {
  await startBackend();
  folder = mkdtempSync(join(tmpdir(), 'epsiloscope-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const bytes = (name: string) =>
  ['card.json', 'model.json', 'weights.bin'].map((file) => readFileSync(join(folder, name, file), 'utf8'));

it('two packages of equal networks are equal to the byte, whatever else the process built', async () => {
  const first = await writeTinyModel(join(folder, 'first'), 1);
  residualNet({ ...TINY_NET, blocks: [2, 3] }, 7).dispose();
  const second = await writeTinyModel(join(folder, 'second'), 1);
  expect(second.sha256).toBe(first.sha256);
  expect(bytes('second')).toEqual(bytes('first'));
});

function shapeOf(size: ResidualNetSize) {
  const model = residualNet(size, 1);
  const names = model.layers.map(({ name }) => name);
  const sides = model.layers
    .filter((layer) => layer.getClassName() === 'Add')
    .map((layer) => (layer.outputShape as number[]).slice(1));
  model.dispose();
  return { names, sides };
}

it('every stage but the first halves the resolution, in its first block', () => {
  const { sides } = shapeOf({ input: 32, stem: 4, widths: [4, 8, 16], blocks: [1, 2, 3] });
  const [first, second, third] = [
    [16, 16, 4],
    [8, 8, 8],
    [4, 4, 16],
  ];
  expect(sides).toEqual([first, second, second, third, third, third]);
});

it('a stage has one block unless told otherwise', () => {
  expect(shapeOf({ input: 16, stem: 4, widths: [4, 8] })).toEqual(
    shapeOf({ input: 16, stem: 4, widths: [4, 8], blocks: [1, 1] }),
  );
});

it('no layer is named by tfjs', () => {
  for (const name of shapeOf(TINY_NET).names)
    expect(name).not.toMatch(/^(re_lu|add|conv2d|batch_normalization|input)_/);
});
