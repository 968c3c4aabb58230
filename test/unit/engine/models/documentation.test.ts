/** What docs/models.md promises to those who bring a model of their own. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBackend } from '../../../../src/main/engine/backend/index.ts';
import { compileClassifier } from '../../../../src/main/engine/models/compile.ts';
import { openModelPackage } from '../../../../src/main/engine/models/package.ts';
import { residualNet } from '../../../../src/main/engine/models/residualNet.ts';
import { disturb, images } from './networks.ts';

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../../../docs/models.md'), 'utf8');
let folder: string;

beforeAll(async () => {
  await startBackend();
  folder = mkdtempSync(join(tmpdir(), 'epsiloscope-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Saves a model as the converter of TensorFlow.js does: weights in several files and groups. */
async function saveInShards(model: tf.LayersModel, directory: string): Promise<void> {
  mkdirSync(directory);
  const saving = tf.io.withSaveHandler(({ modelTopology, weightSpecs = [], weightData }) => {
    const data = Buffer.from(weightData instanceof ArrayBuffer ? weightData : new ArrayBuffer());
    const first = weightSpecs.slice(0, 5);
    const bytes = first.reduce((sum, { shape }) => sum + 4 * shape.reduce((size, side) => size * side, 1), 0);
    const shards = [data.subarray(0, bytes), data.subarray(bytes, bytes + 1000), data.subarray(bytes + 1000)];
    shards.forEach((shard, at) => {
      writeFileSync(join(directory, `shard${at}.bin`), shard);
    });
    const weightsManifest = [
      { paths: ['shard0.bin'], weights: first },
      { paths: ['shard1.bin', 'shard2.bin'], weights: weightSpecs.slice(5) },
    ];
    writeFileSync(join(directory, 'model.json'), JSON.stringify({ modelTopology, weightsManifest }));
    return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
  });
  await model.save(saving);
}

it('the script makes a package that opens, of a model that was saved in several files', async () => {
  const [, script = ''] = /```js\n(.*?)```/s.exec(DOCUMENT) ?? [];
  writeFileSync(join(folder, 'package.mjs'), script);
  const model = disturb(residualNet({ input: 64, stem: 4, widths: [4, 8] }, 1), 2);
  await saveInShards(model, join(folder, 'saved'));
  execFileSync(process.execPath, [join(folder, 'package.mjs'), join(folder, 'saved'), join(folder, 'my-model')]);

  const { card, classifier } = await openModelPackage(join(folder, 'my-model'));
  expect(card).toMatchObject({ id: 'my-model', architecture: { parameters: model.countParams() } });
  const direct = compileClassifier(model);
  const inputs = images(2, 64);
  tf.tidy(() => {
    expect(classifier.logits(inputs).dataSync()).toEqual(direct.logits(inputs).dataSync());
  });
  inputs.dispose();
  for (const each of [classifier, direct, model]) each.dispose();
});

it('the table of refusals names every one that opening a package may end in', () => {
  const source = readFileSync(join(import.meta.dirname, '../../../../src/main/engine/models/package.ts'), 'utf8');
  const codes = new Set(source.match(/MODEL_[A-Z_]+/g));
  expect(codes.size).toBe(9);
  for (const code of codes) expect(DOCUMENT).toContain(`\`${code}\``);
});

it('the table of layers names every kind that is compiled', () => {
  const source = readFileSync(join(import.meta.dirname, '../../../../src/main/engine/models/compile.ts'), 'utf8');
  const kinds = [...source.matchAll(/case '([A-Z]\w+)':/g)]
    .map(([, kind]) => kind)
    .filter((kind) => kind !== 'Softmax');
  expect(kinds.length).toBeGreaterThan(10);
  for (const kind of kinds) expect(DOCUMENT).toContain(`\`${kind ?? ''}\``);
});
