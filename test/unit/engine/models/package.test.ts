import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EpsiloscopeError } from '../../../../src/shared/kernel/errors.ts';
import { startBackend } from '../../../../src/main/engine/backend/index.ts';
import type { Classifier } from '../../../../src/main/engine/models/classifier.ts';
import { compileClassifier } from '../../../../src/main/engine/models/compile.ts';
import { openModelPackage } from '../../../../src/main/engine/models/package.ts';
import { residualNet } from '../../../../src/main/engine/models/residualNet.ts';
import { noTinyDisk, tinyDisk } from '../../../integration/store/support.ts';
import { TINY_NET, writeTestPackage, writeTinyModel } from '../../../support/modelPackages.ts';
import { DAMAGED, hash, readCard } from './damagedPackages.ts';
import { chain, convolution, dense, disturb, images, network } from './networks.ts';

let folder: string;
let intact: string;
let copies = 0;

beforeAll(async () => {
  await startBackend();
  folder = mkdtempSync(join(tmpdir(), 'epsiloscope-'));
  intact = join(folder, 'intact');
  await writeTinyModel(intact);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const freshPath = () => join(folder, `package-${(copies += 1)}`);

function copyOfIntact(): string {
  const directory = freshPath();
  cpSync(intact, directory, { recursive: true });
  return directory;
}

async function refusalOf(directory: string): Promise<EpsiloscopeError> {
  const outcome = await openModelPackage(directory).then(
    () => 'it was opened',
    (error: unknown) => error,
  );
  if (outcome instanceof EpsiloscopeError) return outcome;
  throw new Error(`Expected a refusal, got: ${String(outcome)}`);
}

function logitsOf(classifier: Classifier): Float32Array {
  const inputs = images(3, classifier.height);
  const logits = tf.tidy(() => classifier.logits(inputs));
  const values = logits.dataSync<'float32'>();
  tf.dispose([inputs, logits]);
  return values;
}

describe('a model package', () => {
  it('gives the written weights back, bit for bit', async () => {
    const model = disturb(residualNet(TINY_NET, 3), 3);
    const directory = freshPath();
    const written = await writeTestPackage(directory, model, { id: 'round-trip' });
    const stored = new Float32Array(new Uint8Array(readFileSync(join(directory, 'weights.bin'))).buffer);
    expect([...stored]).toEqual(model.getWeights().flatMap((weight) => [...weight.dataSync<'float32'>()]));

    const { classifier, card, sha256 } = await openModelPackage(directory);
    expect({ card, sha256 }).toEqual(written);
    expect(sha256).toBe(hash(readFileSync(join(directory, 'card.json'))));
    const direct = compileClassifier(model);
    expect(logitsOf(classifier)).toEqual(logitsOf(direct));
    direct.dispose();
    classifier.dispose();
    model.dispose();
  });

  it('is three files, whose hashes and facts are on the card', () => {
    const card = readCard(intact);
    expect(readdirSync(intact).sort()).toEqual(['card.json', 'model.json', 'weights.bin']);
    for (const name of ['model.json', 'weights.bin']) {
      expect(card.files[name]).toBe(hash(readFileSync(join(intact, name))));
    }
    expect(card.architecture.name).toBe('residual_net');
    expect(card.architecture.parameters * 4).toBe(readFileSync(join(intact, 'weights.bin')).length);
  });

  it('leaves no tensor when it is opened and disposed', async () => {
    const before = tf.memory().numTensors;
    const { classifier } = await openModelPackage(intact);
    expect(tf.memory().numTensors).toBeGreaterThan(before);
    classifier.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('a model package is refused', () => {
  it.each(DAMAGED)('%s', async (_, code, reason, damage) => {
    const directory = copyOfIntact();
    damage(directory);
    const before = tf.memory().numTensors;
    const error = await refusalOf(directory);
    expect(error.code).toBe(code);
    expect(error.kind).toBe('badInput');
    expect(error.explanation.happened).toContain(directory);
    expect(error.explanation.happened).toMatch(reason);
    expect(tf.memory().numTensors).toBe(before);
  });

  it.skipIf(process.platform === 'win32')('with a pipe as weights.bin, which nobody will ever write to', async () => {
    const directory = copyOfIntact();
    rmSync(join(directory, 'weights.bin'));
    execFileSync('mkfifo', [join(directory, 'weights.bin')]);
    expect(await refusalOf(directory)).toMatchObject({ code: 'MODEL_INCOMPLETE' });
  });

  it('with more work for one gradient than keeps the app usable', async () => {
    const layer = () => convolution(64, 3, { padding: 'same' });
    const model = network((x) => chain(x, layer(), layer()), { side: 64 });
    const directory = freshPath();
    await writeTestPackage(directory, model);
    model.dispose();
    const before = tf.memory().numTensors;
    const { code, explanation } = await refusalOf(directory);
    expect(code).toBe('MODEL_TOO_COSTLY');
    // 4 * 64 * 64 pixels * 9 * (3 + 64) inputs * 64 outputs
    expect(explanation.happened).toMatch(/one input gradient costs 0\.63 GFLOP; at most 0\.4/);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('with probabilities in place of logits', async () => {
    const model = network((x) => chain(x, convolution(2, 3)), {
      head: (x) => chain(x, tf.layers.flatten(), dense({ activation: 'softmax' })),
    });
    const directory = freshPath();
    await writeTestPackage(directory, model);
    model.dispose();
    const before = tf.memory().numTensors;
    const { code, explanation } = await refusalOf(directory);
    expect(code).toBe('MODEL_UNSUPPORTED');
    expect(explanation.happened).toContain(directory);
    expect(explanation.happened).toMatch(/softmax; export the model so that it puts out logits/);
    expect(explanation.toDo).toContain('docs/models.md');
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('writing a model package', () => {
  const namesIn = (directory: string) => readdirSync(directory).sort();

  it('leaves nothing where the card cannot be made', async () => {
    const parent = freshPath();
    mkdirSync(parent);
    await expect(writeTinyModel(join(parent, 'tiny'), 1, { id: 'Not An Id' })).rejects.toThrow();
    expect(namesIn(parent)).toEqual([]);
  });

  it('leaves a folder that is there already as it is', async () => {
    const parent = freshPath();
    mkdirSync(join(parent, 'tiny'), { recursive: true });
    writeFileSync(join(parent, 'tiny', 'mine.txt'), 'mine');
    await expect(writeTinyModel(join(parent, 'tiny'))).rejects.toThrow();
    expect(namesIn(parent)).toEqual(['tiny']);
    expect(namesIn(join(parent, 'tiny'))).toEqual(['mine.txt']);
  });

  it.skipIf(noTinyDisk !== null)(
    `leaves nothing on a disk that is full${noTinyDisk ? ` (${noTinyDisk})` : ''}`,
    async () => {
      const disk = tinyDisk('24k');
      await expect(writeTinyModel(join(disk.folder, 'tiny'))).rejects.toThrow(/ENOSPC/);
      expect(namesIn(disk.folder)).toEqual([]);
    },
  );
});
