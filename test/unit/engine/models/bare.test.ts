import { mkdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../../src/main/engine/backend/index.ts';
import { packBareModel } from '../../../../src/main/engine/models/bare.ts';
import { openModelPackage } from '../../../../src/main/engine/models/package.ts';
import { residualNet } from '../../../../src/main/engine/models/residualNet.ts';
import { TINY_NET } from '../../../support/modelPackages.ts';
import { steppingClock, temporaryFolder } from '../../../integration/store/support.ts';

const DESCRIPTION = {
  id: 'own',
  title: 'Our own',
  data: '2,000 images of one clinic',
  licence: 'internal',
  attribution: 'the clinic',
};

let saved: tf.io.ModelArtifacts;

beforeAll(async () => {
  await startBackend();
  const model = residualNet(TINY_NET, 3);
  await model.save(
    tf.io.withSaveHandler((artifacts) => {
      saved = artifacts;
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
    }),
  );
  model.dispose();
});

/** As converters leave it: model.json, and the weights in shards. */
function writeBare(
  names = ['group1-shard1of2.bin', 'group1-shard2of2.bin'],
  change: (json: string) => string = (json) => json,
) {
  const folder = temporaryFolder();
  const data = Buffer.from(saved.weightData as ArrayBuffer);
  const half = Math.floor(data.length / 8) * 4;
  const shards = [data.subarray(0, half), data.subarray(half)];
  for (const [at, shard] of shards.entries()) {
    const name = names[at];
    if (name !== undefined && !name.includes('/')) writeFileSync(join(folder, name), shard);
  }
  const json = {
    format: 'layers-model',
    modelTopology: saved.modelTopology,
    weightsManifest: [{ paths: names, weights: saved.weightSpecs }],
  };
  writeFileSync(join(folder, 'model.json'), change(JSON.stringify(json)));
  return folder;
}

const pack = (folder: string, out = join(temporaryFolder(), 'own')) => ({
  out,
  card: packBareModel(folder, DESCRIPTION, out, steppingClock()),
});

describe('a bare model', () => {
  it('becomes a package that says what the person said, and computes what the model computes', async () => {
    const { out, card } = pack(writeBare());
    expect(await card).toMatchObject({
      id: 'own',
      input: { height: 16, width: 16 },
      training: { recipe: 'imported', data: '2,000 images of one clinic', seed: null },
      metrics: [],
    });
    const opened = await openModelPackage(out);
    const input = tf.fill<tf.Rank.R4>([1, 16, 16, 3], 0.5);
    const model = residualNet(TINY_NET, 3);
    const expected = model.predict(input) as tf.Tensor;
    const got = opened.classifier.logits(input);
    const difference = tf.max(tf.abs(tf.sub(expected, got))).dataSync()[0];
    expect(difference).toBeLessThan(1e-4);
    tf.dispose([input, expected, got]);
    model.dispose();
    opened.classifier.dispose();
  });

  it('is refused where its weights lie elsewhere, and nothing is left', async () => {
    const { out, card } = pack(writeBare(['../weights.bin', 'b.bin']));
    await expect(card).rejects.toMatchObject({ code: 'MODEL_UNREADABLE' });
    expect(existsSync(out)).toBe(false);
  });

  it('is refused where model.json is a graph model, no JSON, or missing', async () => {
    const graph = writeBare(
      undefined,
      () => '{"format":"graph-model","modelTopology":{"node":[]},"weightsManifest":[]}',
    );
    await expect(pack(graph).card).rejects.toMatchObject({ code: 'MODEL_UNREADABLE' });
    await expect(pack(writeBare(undefined, () => '{')).card).rejects.toMatchObject({ code: 'MODEL_UNREADABLE' });
    const empty = join(temporaryFolder(), 'empty');
    mkdirSync(empty);
    await expect(pack(empty).card).rejects.toMatchObject({ code: 'MODEL_INCOMPLETE' });
  });

  it('that the engine cannot attack leaves no package behind', async () => {
    const model = tf.sequential({
      layers: [tf.layers.flatten({ inputShape: [16, 16, 3] }), tf.layers.dense({ units: 5 })],
    });
    const folder = temporaryFolder();
    await model.save(
      tf.io.withSaveHandler((artifacts) => {
        writeFileSync(join(folder, 'w.bin'), Buffer.from(artifacts.weightData as ArrayBuffer));
        const weightsManifest = [{ paths: ['w.bin'], weights: artifacts.weightSpecs }];
        writeFileSync(
          join(folder, 'model.json'),
          JSON.stringify({ modelTopology: artifacts.modelTopology, weightsManifest }),
        );
        return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
      }),
    );
    model.dispose();
    const { out, card } = pack(folder);
    await expect(card).rejects.toMatchObject({ code: 'MODEL_SHAPE_MISMATCH' });
    expect(existsSync(out)).toBe(false);
    expect(readFileSync(join(folder, 'w.bin')).length).toBeGreaterThan(0);
  });
});
