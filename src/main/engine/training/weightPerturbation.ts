import * as tf from '@tensorflow/tfjs';

/**
 * Adversarial weight perturbation (Wu 2020, arXiv 2004.05884, eq. 9 and 10, one step): does `work` while each kernel is
 * moved along its gradient of `loss` by `gamma` times its own norm, and puts the very same weights back afterwards.
 *
 * @param kernels what is moved; biases and normalisations are not, as in the authors' code
 * @param loss must leave no trace, running statistics among them
 */
export function atPerturbedWeights<T extends tf.TensorContainer>(
  kernels: readonly tf.Variable[],
  gamma: number,
  loss: () => tf.Scalar,
  work: () => T,
): T {
  return tf.tidy(() => {
    const { grads } = tf.variableGrads(loss, [...kernels]);
    const before = kernels.map((kernel) => tf.clone(kernel));
    for (const kernel of kernels) {
      const gradient = grads[kernel.name];
      if (!gradient) throw new Error(`No gradient for ${kernel.name}.`);
      kernel.assign(tf.add(kernel, tf.mul(gradient, perturbationPerGradient(kernel, gradient, gamma))));
    }
    const result = work();
    kernels.forEach((kernel, at) => {
      const weights = before[at];
      if (weights) kernel.assign(weights);
    });
    return result;
  });
}

/** A gradient of zero moves nothing. */
const perturbationPerGradient = (kernel: tf.Tensor, gradient: tf.Tensor, gamma: number): tf.Tensor =>
  tf.div(tf.mul(tf.norm(kernel), gamma), tf.add(tf.norm(gradient), 1e-12));
