import * as tf from '@tensorflow/tfjs';
import type { SelfTest } from '../../shared/contract/engine.ts';
import { CLASS_COUNT } from '../../shared/domain/diagnosis.ts';
import { type Control, nextTurn } from './attacks/control.ts';
import type { Classifier } from './models/classifier.ts';
import { compileClassifier } from './models/compile.ts';
import { residualNet } from './models/residualNet.ts';
import { REFERENCE_SIZE } from './training/recipes.ts';
import { randomStream } from './randomness.ts';

const IMAGES = 32;
/** The first run prepares kernels and memory; the fastest of the others is the least disturbed one. */
const REPETITIONS = 5;

/**
 * Times and repeats forward passes and input gradients of the reference network (random weights, made-up images): is
 * this engine's arithmetic fast, and repeatable? Times are the fastest repetition's, per image at a batch of 32.
 * Throws `INTERRUPTED` within one repetition of a cancel.
 */
export async function runSelfTest(control: Control): Promise<SelfTest> {
  const model = residualNet(REFERENCE_SIZE, 0);
  const classifier = compileClassifier(model);
  model.dispose();
  const inputs = madeUpImages(classifier);
  try {
    const forward = await repeat(() => classifier.logits(inputs), control);
    const gradient = await repeat(() => inputGradient(classifier, inputs), control);
    return {
      images: IMAGES,
      forwardMsPerImage: forward.fastestMs / IMAGES,
      gradientMsPerImage: gradient.fastestMs / IMAGES,
      repeatable: forward.repeatable && gradient.repeatable,
      rssBytes: process.memoryUsage.rss(),
    };
  } finally {
    inputs.dispose();
    classifier.dispose();
  }
}

function madeUpImages({ height, width }: Classifier): tf.Tensor4D {
  const stream = randomStream('self-test images');
  const values = Float32Array.from({ length: IMAGES * height * width * 3 }, () => stream.next());
  return tf.tensor4d(values, [IMAGES, height, width, 3]);
}

/** Gradient of the summed cross-entropy against class 0. */
function inputGradient(classifier: Classifier, inputs: tf.Tensor4D): tf.Tensor {
  const labels = tf.oneHot(tf.zeros([IMAGES], 'int32'), CLASS_COUNT);
  const loss = (x: tf.Tensor): tf.Tensor =>
    tf.neg(tf.sum(tf.mul(tf.logSoftmax(classifier.logits(x as tf.Tensor4D)), labels)));
  return tf.grad(loss)(inputs);
}

async function repeat(compute: () => tf.Tensor, control: Control): Promise<{ fastestMs: number; repeatable: boolean }> {
  let fastestMs = Number.POSITIVE_INFINITY;
  let first: Buffer | null = null;
  let repeatable = true;
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    await nextTurn(control);
    const startedAt = performance.now();
    const result = tf.tidy(compute);
    const values = result.dataSync();
    const elapsed = performance.now() - startedAt;
    result.dispose();
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    if (first === null) {
      first = Buffer.from(bytes);
    } else {
      fastestMs = Math.min(fastestMs, elapsed);
      repeatable &&= first.equals(bytes);
    }
  }
  return { fastestMs, repeatable };
}
