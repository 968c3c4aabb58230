// Run by Node.js 24 as a process of its own, since a library that does not fit ends its process: loads the native
// backend, computes one convolution and its gradient, and prints what it found as JSON.
import { createRequire } from 'node:module';
import { loadNativeBackend } from '../../src/main/engine/backend/native.ts';

loadNativeBackend();
/** @type {typeof import('@tensorflow/tfjs')} */
const tf = createRequire(import.meta.url)('@tensorflow/tfjs');

const image = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
const kernel = tf.tensor4d([2, 0, 0, 1], [2, 2, 1, 1]);
/** @param {import('@tensorflow/tfjs').Tensor} input */
const convolve = (input) => tf.conv2d(input.as4D(1, 2, 2, 1), kernel, 1, 'valid').sum();
const [output] = await convolve(image).data();
const gradient = [...(await tf.grad(convolve)(image).data())];
if (tf.getBackend() !== 'tensorflow' || output !== 6 || gradient.join() !== '2,0,0,1') {
  throw new Error(`the backend ${tf.getBackend()} computed ${String(output)} with gradient ${gradient.join()}`);
}
/** @type {unknown} */
const backend = tf.backend();
const { binding } = /** @type {{ binding: { TF_Version: string } }} */ (backend);
process.stdout.write(`${JSON.stringify({ libtensorflow: binding.TF_Version })}\n`);
