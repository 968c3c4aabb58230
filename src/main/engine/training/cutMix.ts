import type { RandomStream } from '../randomness.ts';

/**
 * CutMix (Yun 2019, arXiv 1905.04899, eq. 1): every picture of a batch gets a square from the next one, the same square for
 * all, and as much of its label as that covers. The share that stays is uniform in [0, 1] (Beta(1, 1)). The square lies
 * inside the picture, where the paper cuts it off at the border. Items of a batch are drawn independently, so the next one
 * is a random one.
 *
 * @param pixels `[n, size, size, 3]`, changed in place
 * @param labels `[n, classes]`, changed in place
 */
export function cutMix(pixels: Float32Array, labels: Float32Array, size: number, random: RandomStream): void {
  const side = Math.floor(size * Math.sqrt(1 - random.next()));
  const top = random.integer(size - side + 1);
  const left = random.integer(size - side + 1);
  const image = size * size * 3;
  const count = pixels.length / image;
  const classes = labels.length / count;
  const original = { pixels: pixels.slice(), labels: labels.slice() };
  const share = side ** 2 / size ** 2;
  for (let at = 0; at < count; at += 1) {
    const next = (at + 1) % count;
    for (let row = top; row < top + side; row += 1) {
      const from = (row * size + left) * 3;
      const source = original.pixels.subarray(next * image + from, next * image + from + side * 3);
      pixels.set(source, at * image + from);
    }
    for (let k = 0; k < classes; k += 1) {
      const [own, other] = [at * classes + k, next * classes + k];
      labels[own] = (1 - share) * (original.labels[own] ?? 0) + share * (original.labels[other] ?? 0);
    }
  }
}
