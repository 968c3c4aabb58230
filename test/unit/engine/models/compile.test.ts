import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../../src/main/engine/backend/index.ts';
import { compileClassifier, UnsupportedModel } from '../../../../src/main/engine/models/compile.ts';
import { residualNet } from '../../../../src/main/engine/models/residualNet.ts';
import { REFERENCE_SIZE } from '../../../../src/main/engine/training/recipes.ts';
import { chain, convolution, dense, depthwise, disturb, images, network, type ConvolutionOptions } from './networks.ts';

const { layers } = tf;
const normalisation = (options = {}) => layers.batchNormalization(options);

beforeAll(() => startBackend());

interface Judged {
  readonly logits: Float32Array;
  /** Per image, of a fixed weighted sum of the logits. */
  readonly gradients: Float32Array[];
}

/** Logits and input gradients of a function of the inputs. */
function judge(inputs: tf.Tensor4D, logitsOf: (inputs: tf.Tensor4D) => tf.Tensor): Judged {
  const count = inputs.shape[0];
  const results = tf.tidy(() => {
    const weights = tf.tensor1d([1, -2, 3, 0.5, -1, 2, -3]);
    const gradient = tf.grad((x: tf.Tensor): tf.Tensor => tf.sum(tf.mul(logitsOf(x as tf.Tensor4D), weights)));
    return [logitsOf(inputs), gradient(inputs)] as const;
  });
  const [logits, gradients] = results.map((tensor) => tensor.dataSync<'float32'>());
  tf.dispose([...results]);
  if (!logits || !gradients) throw new Error('expected results');
  const size = gradients.length / count;
  return { logits, gradients: Array.from({ length: count }, (_, at) => gradients.slice(at * size, (at + 1) * size)) };
}

/** The largest difference, as a share of the largest value. */
function difference(actual: Float32Array, expected: Float32Array): number {
  const largest = (values: Float32Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest(actual.map((value, at) => value - (expected[at] ?? 0))) / Math.max(largest(expected), 1e-6);
}

const ROUNDING = 1e-4;

const sameLogits = (compiled: Judged, plain: Judged) => difference(compiled.logits, plain.logits) < ROUNDING;

/** A ReLU whose input lies within rounding of zero may fall on the other side, in some image: all but one must agree. */
const sameGradients = (compiled: Judged, plain: Judged) =>
  compiled.gradients.filter((gradient, at) => {
    const expected = plain.gradients[at];
    return expected === undefined || difference(gradient, expected) >= ROUNDING;
  }).length <= 1;

const isZero = ({ gradients }: Judged) => gradients.every((gradient) => gradient.every((value) => value === 0));

/** The compiled model and the model itself on four images; disposes both. */
function judgeBoth(model: tf.LayersModel): { compiled: Judged; plain: Judged } {
  const inputs = images(4, model.inputs[0]?.shape[1] ?? 0);
  const classifier = compileClassifier(model);
  const compiled = judge(inputs, (x) => classifier.logits(x));
  const plain = judge(inputs, (x) => model.apply(x) as tf.Tensor);
  classifier.dispose();
  model.dispose();
  inputs.dispose();
  return { compiled, plain };
}

const KINDS: Readonly<Record<string, () => tf.LayersModel>> = {
  'a convolution with bias, valid, stride 2': () => network((x) => chain(x, convolution(4, 3, { strides: 2 }))),
  'a convolution without bias, same': () =>
    network((x) => chain(x, convolution(4, 3, { padding: 'same', useBias: false }))),
  'a convolution of another height than width': () =>
    network((x) => chain(x, layers.conv2d({ filters: 3, kernelSize: [1, 5], strides: [2, 1], padding: 'same' }))),
  'a convolution with an activation': () => network((x) => chain(x, convolution(4, 3, { activation: 'relu' }))),
  'a normalisation after a convolution': () =>
    network((x) => chain(x, convolution(4, 3, { useBias: false }), normalisation())),
  'a normalisation after a convolution with bias': () => network((x) => chain(x, convolution(4, 3), normalisation())),
  'two normalisations after a convolution': () =>
    network((x) => chain(x, convolution(4, 3), normalisation(), normalisation())),
  'a normalisation after an activation': () =>
    network((x) => chain(x, convolution(4, 3, { activation: 'relu' }), normalisation())),
  'a normalisation of the input': () => network((x) => chain(x, normalisation({ axis: 3 }))),
  'a normalisation of the pooled features': () =>
    network((x) => chain(x, convolution(4, 3)), {
      head: (x) => chain(x, layers.globalAveragePooling2d({}), normalisation(), dense()),
    }),
  'a depthwise convolution': () => network((x) => chain(x, depthwise(1, 3, { padding: 'same' }))),
  'a depthwise convolution of two outputs a channel, normalised': () =>
    network((x) => chain(x, depthwise(2, 3, { strides: 2, useBias: false }), normalisation())),
  'a depthwise convolution with bias, normalised': () => network((x) => chain(x, depthwise(2, 3), normalisation())),
  rescaling: () => network((x) => chain(x, layers.rescaling({ scale: 5, offset: -3 }), convolution(2, 3))),
  'a ReLU layer': () => network((x) => chain(x, convolution(4, 3), layers.reLU())),
  'a ReLU cut at 6': () =>
    network((x) => chain(x, layers.rescaling({ scale: 20 }), convolution(4, 3), layers.reLU({ maxValue: 6 }))),
  'an activation layer': () => network((x) => chain(x, convolution(4, 3), layers.activation({ activation: 'relu' }))),
  'a linear activation': () => network((x) => chain(x, convolution(4, 3), layers.activation({ activation: 'linear' }))),
  'maximum pooling': () => network((x) => chain(x, layers.maxPooling2d({ poolSize: 2 }))),
  'maximum pooling with overlap, same': () =>
    network((x) => chain(x, layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }))),
  'average pooling': () => network((x) => chain(x, layers.averagePooling2d({ poolSize: [2, 3], strides: 2 }))),
  'average pooling, same': () =>
    network((x) => chain(x, layers.averagePooling2d({ poolSize: 3, strides: 1, padding: 'same' }))),
  'flattening, and dense layers': () =>
    network((x) => chain(x, convolution(4, 3, { strides: 2 })), {
      head: (x) => chain(x, layers.flatten(), dense({ units: 5, activation: 'relu' }), dense({ useBias: false })),
    }),
  'dropout, which does nothing outside training': () => network((x) => chain(x, layers.dropout({ rate: 0.5 }))),
  'a sum of two': () => network((x) => layers.add().apply([chain(x, convolution(3, 1)), x]) as tf.SymbolicTensor),
  'a sum of three': () =>
    network((x) => {
      const y = chain(x, convolution(3, 3, { padding: 'same' }));
      return layers.add().apply([x, y, chain(y, layers.reLU())]) as tf.SymbolicTensor;
    }),
  'a convolution that is used normalised and as it is': () =>
    network((x) => {
      const y = chain(x, convolution(3, 3, { padding: 'same' }));
      return layers.add().apply([y, chain(y, normalisation())]) as tf.SymbolicTensor;
    }),
  'a sequential model': () =>
    tf.sequential({
      layers: [
        layers.rescaling({ inputShape: [12, 12, 3], scale: 2, offset: -1 }),
        convolution(4, 3),
        normalisation(),
        layers.reLU(),
        layers.flatten(),
        dense(),
      ],
    }),
  'the reference network': () => residualNet(REFERENCE_SIZE, 1),
};

describe('a compiled model computes the same logits and input gradients as the model', () => {
  it.each(Object.entries(KINDS))('%s', (_, make) => {
    const { compiled, plain } = judgeBoth(disturb(make(), 1));
    expect(isZero(plain)).toBe(false);
    expect(sameLogits(compiled, plain)).toBe(true);
    expect(sameGradients(compiled, plain)).toBe(true);
  });

  // tfjs cannot differentiate such a layer (tensorflow/tfjs #2868), so the model itself gives no gradient to compare with.
  it.each([{ scale: false }, { center: false, epsilon: 0.1 }])('logits of a normalisation with %o', (options) => {
    const model = disturb(
      network((x) => chain(x, convolution(4, 3), normalisation(options))),
      1,
    );
    const inputs = images(4);
    const classifier = compileClassifier(model);
    tf.tidy(() => {
      const compiled = classifier.logits(inputs).dataSync<'float32'>();
      const plain = (model.apply(inputs) as tf.Tensor).dataSync<'float32'>();
      expect(difference(compiled, plain)).toBeLessThan(ROUNDING);
    });
    classifier.dispose();
    model.dispose();
    inputs.dispose();
  });

  it('for any small network', () => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 4 }), fc.nat(), (blocks, seed) => {
        const model = network((x) => blocks.reduce(append, x));
        const { compiled, plain } = judgeBoth(disturb(model, seed));
        expect(sameLogits(compiled, plain)).toBe(true);
        expect(sameGradients(compiled, plain)).toBe(true);
      }),
      { numRuns: 25, seed: 7 },
    );
  });
});

const block = fc.record({
  kind: fc.constantFrom('convolution', 'depthwise', 'maximum', 'average', 'residual', 'relu'),
  filters: fc.integer({ min: 1, max: 4 }),
  kernelSize: fc.constantFrom(1, 2, 3),
  strides: fc.constantFrom(1, 2),
  padding: fc.constantFrom('same', 'valid'),
  useBias: fc.boolean(),
  activation: fc.constantFrom<NonNullable<ConvolutionOptions['activation']>[]>('relu', 'linear'),
  normalised: fc.boolean(),
});
type Block = typeof block extends fc.Arbitrary<infer T> ? T : never;

function append(x: tf.SymbolicTensor, block: Block): tf.SymbolicTensor {
  const { kind, filters, kernelSize, strides, useBias, activation, normalised } = block;
  const [, side = 0, , channels = 0] = x.shape;
  const padding = (side ?? 0) < kernelSize ? 'same' : block.padding;
  const options = { strides, padding, useBias, activation } as const;
  const then = (layer: tf.layers.Layer) => (normalised ? chain(x, layer, normalisation()) : chain(x, layer));
  switch (kind) {
    case 'convolution':
      return then(convolution(filters, kernelSize, options));
    case 'depthwise':
      return then(depthwise(1 + (filters % 2), kernelSize, options));
    case 'maximum':
      return then(layers.maxPooling2d({ poolSize: kernelSize, strides, padding }));
    case 'average':
      return then(layers.averagePooling2d({ poolSize: kernelSize, strides, padding }));
    case 'residual': {
      const inner = then(convolution(channels ?? 1, kernelSize, { ...options, strides: 1, padding: 'same' }));
      return layers.add().apply([inner, x]) as tf.SymbolicTensor;
    }
    case 'relu':
      return then(layers.reLU());
  }
}

const REFUSED: readonly [reason: RegExp, make: () => tf.LayersModel][] = [
  [
    /is a softmax; export the model so that it puts out logits/,
    () =>
      network((x) => chain(x, convolution(2, 3)), {
        head: (x) => chain(x, layers.flatten(), dense({ activation: 'softmax' })),
      }),
  ],
  [
    /is a softmax/,
    () =>
      network((x) => chain(x, convolution(2, 3)), {
        head: (x) => chain(x, layers.flatten(), dense(), layers.softmax()),
      }),
  ],
  [/has the activation sigmoid/, () => network((x) => chain(x, convolution(2, 3, { activation: 'sigmoid' })))],
  [/is dilated/, () => network((x) => chain(x, convolution(2, 3), convolution(2, 3, { dilationRate: 2 })))],
  [/is dilated/, () => network((x) => chain(x, depthwise(1, 3, { dilationRate: [1, 2] })))],
  [/is a ReLU cut at 3/, () => network((x) => chain(x, convolution(2, 3), layers.reLU({ maxValue: 3 })))],
  [/normalises axis 1/, () => network((x) => chain(x, convolution(2, 3), normalisation({ axis: 1 })))],
  [
    /shared is used more than once/,
    () =>
      network((x) => {
        const shared = convolution(3, 1, { name: 'shared' });
        return chain(x, shared, shared);
      }),
  ],
  [/of the kind UpSampling2D/, () => network((x) => chain(x, convolution(2, 3), layers.upSampling2d({})))],
  [/of the kind LayerNormalization/, () => network((x) => chain(x, layers.layerNormalization()))],
  [
    /is channels-first/,
    () =>
      network((x) => chain(x, convolution(2, 3)), {
        head: (x) => chain(x, layers.flatten({ dataFormat: 'channelsFirst' }), dense()),
      }),
  ],
  [
    /adds tensors of different shapes/,
    () => network((x) => layers.add().apply([x, chain(x, layers.maxPooling2d({ poolSize: 12 }))]) as tf.SymbolicTensor),
  ],
  [/is dense over an input that is not flat/, () => network((x) => chain(x, dense({ units: 4 })))],
  [
    /maps \[null,12,12,7\].*not \[n, height, width, 3\]/,
    () => {
      const input = tf.input({ shape: [12, 12, 7] });
      return tf.model({ inputs: input, outputs: chain(input, layers.flatten(), dense()) });
    },
  ],
  [/to \[null,12,12,7\], not/, () => network((x) => chain(x, convolution(7, 1)), { head: (x) => x })],
  [
    /2 tensors as its input/,
    () => {
      const inputs = [tf.input({ shape: [4, 4, 3] }), tf.input({ shape: [4, 4, 3] })];
      return tf.model({
        inputs,
        outputs: chain(layers.add().apply(inputs) as tf.SymbolicTensor, layers.flatten(), dense()),
      });
    },
  ],
  [
    /2 tensors as its output/,
    () => {
      const input = tf.input({ shape: [4, 4, 3] });
      const flat = chain(input, layers.flatten());
      return tf.model({ inputs: input, outputs: [chain(flat, dense()), chain(flat, dense())] });
    },
  ],
];

describe('a model that cannot be compiled', () => {
  it.each(REFUSED)('is refused with the reason %s, and leaves no tensor', (reason, make) => {
    const model = make();
    const before = tf.memory().numTensors;
    expect(() => compileClassifier(model)).toThrow(UnsupportedModel);
    expect(() => compileClassifier(model)).toThrow(reason);
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});

describe('the tensors of a compiled model', () => {
  it('go with it, and none is left by a gradient', () => {
    const before = tf.memory().numTensors;
    const model = residualNet({ input: 16, stem: 4, widths: [4, 8] }, 1);
    const inputs = images(2, 16);
    const held = tf.memory().numTensors;
    const classifier = compileClassifier(model);
    expect(tf.memory().numTensors).toBeGreaterThan(held);
    const compiled = tf.memory().numTensors;
    judge(inputs, (x) => classifier.logits(x));
    expect(tf.memory().numTensors).toBe(compiled);
    classifier.dispose();
    expect(tf.memory().numTensors).toBe(held);
    model.dispose();
    inputs.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('outlive the model, and do not follow its training', () => {
    const model = residualNet({ input: 16, stem: 4, widths: [4] }, 1);
    const inputs = images(2, 16);
    const classifier = compileClassifier(model);
    const judged = judge(inputs, (x) => classifier.logits(x));
    disturb(model, 5);
    model.dispose();
    expect(judge(inputs, (x) => classifier.logits(x))).toEqual(judged);
    classifier.dispose();
    inputs.dispose();
  });

  it('may be made inside a tidy of the caller, and stay', () => {
    const model = residualNet({ input: 16, stem: 4, widths: [4] }, 1);
    const inputs = images(1, 16);
    let classifier = compileClassifier(model);
    const judged = judge(inputs, (x) => classifier.logits(x));
    classifier.dispose();
    tf.tidy(() => {
      classifier = compileClassifier(model);
    });
    expect(judge(inputs, (x) => classifier.logits(x))).toEqual(judged);
    classifier.dispose();
    model.dispose();
    inputs.dispose();
  });
});
