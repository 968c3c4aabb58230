import * as tf from '@tensorflow/tfjs';

/**
 * Operations that tfjs composes of many kernels, while native TensorFlow has one for each. This is the one place that asks
 * which backend computes: native TensorFlow runs its own kernel, every other backend the composition.
 */

/** The part of tfjs-node's backend that runs an operation of TensorFlow by its name. */
interface NativeBackend {
  readonly binding: Readonly<Record<`TF_ATTR_${'TYPE' | 'FLOAT' | 'STRING' | 'BOOL'}` | 'TF_FLOAT', number>>;
  executeMultipleOutputs(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly tf.Tensor[],
    outputs: number,
  ): tf.Tensor[];
}

interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | string | boolean;
}

const native = (): NativeBackend | null =>
  tf.getBackend() === 'tensorflow' ? (tf.backend() as unknown as NativeBackend) : null;

const float32 = ({ binding }: NativeBackend, name: 'T' | 'U'): Attribute => ({
  name,
  type: binding.TF_ATTR_TYPE,
  value: binding.TF_FLOAT,
});

/**
 * ReLU with the gradient `dy` where its output is positive, 0 elsewhere. tfjs writes that as `dy * cast(step(x))`, where step
 * is a kernel that tfjs-node composes of four.
 */
export const relu = tf.customGrad((x, save) => {
  const value = tf.relu(x as tf.Tensor);
  (save as tf.GradSaveFunc)([value]);
  return { value, gradFunc: (dy: tf.Tensor, [output]: tf.Tensor[]) => reluGradient(dy, output ?? value) };
});

function reluGradient(dy: tf.Tensor, output: tf.Tensor): tf.Tensor {
  const backend = native();
  const [gradient] = backend?.executeMultipleOutputs('ReluGrad', [float32(backend, 'T')], [dy, output], 1) ?? [];
  return gradient ?? tf.mul(dy, tf.sign(output));
}

/** Receives mean and variance per channel, of all values of the batch (their number is the divisor of the variance). */
export type OnStatistics = (mean: tf.Tensor1D, variance: tf.Tensor1D) => void;

/**
 * Batch normalisation by the statistics of the batch itself (Ioffe & Szegedy 2015, arXiv 1502.03167, algorithm 1),
 * differentiable with respect to `x`, `gamma` and `beta`.
 *
 * @param x `[n, height, width, channels]`
 * @param gamma scale per channel
 * @param beta shift per channel
 * @param epsilon is added to the variance
 * @param onStatistics what it is given is disposed of when it returns
 */
export function normaliseBatch(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
  onStatistics: OnStatistics,
): tf.Tensor4D {
  const backend = native();
  return backend
    ? nativeNormaliseBatch(backend, x, gamma, beta, epsilon, onStatistics)
    : composedNormaliseBatch(x, gamma, beta, epsilon, onStatistics);
}

/** The composition, exported to be compared with the kernel. */
export function composedNormaliseBatch(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
  onStatistics: OnStatistics,
): tf.Tensor4D {
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  onStatistics(mean as tf.Tensor1D, variance as tf.Tensor1D);
  return tf.batchNorm4d(x, mean as tf.Tensor1D, variance as tf.Tensor1D, beta, gamma, epsilon);
}

function nativeNormaliseBatch(
  backend: NativeBackend,
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
  onStatistics: OnStatistics,
): tf.Tensor4D {
  const { binding } = backend;
  const attributes: readonly Attribute[] = [
    float32(backend, 'T'),
    float32(backend, 'U'),
    { name: 'epsilon', type: binding.TF_ATTR_FLOAT, value: epsilon },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: binding.TF_ATTR_BOOL, value: true },
  ];
  const normalise = tf.customGrad((...args) => {
    const [input, scale, shift, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    // Running statistics are no input in training.
    const none = tf.tensor1d([]);
    const inputs = [input, scale, shift, none, none];
    const [value, mean, unbiased, ...reserved] = backend.executeMultipleOutputs(
      'FusedBatchNormV3',
      attributes,
      inputs,
      6,
    );
    if (!value || !mean || !unbiased) throw new Error('FusedBatchNormV3 gave too little.');
    // TensorFlow gives the variance that divides by one value less.
    const count = input.size / scale.size;
    onStatistics(mean as tf.Tensor1D, tf.mul<tf.Tensor1D>(unbiased, (count - 1) / count));
    save([input, scale, ...reserved]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        backend.executeMultipleOutputs('FusedBatchNormGradV3', attributes, [dy, ...saved], 5).slice(0, 3),
    };
  });
  return normalise(x, gamma, beta) as tf.Tensor4D;
}
