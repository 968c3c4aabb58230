import * as tf from '@tensorflow/tfjs';
import type { SquareAttack } from '../../src/shared/domain/attack.ts';
import { drawPlace, drawShape, drawSigns, drawStart, sideAt } from '../../src/main/engine/attacks/squares.ts';
import type { Classifier } from '../../src/main/engine/models/classifier.ts';
import { randomStream } from '../../src/main/engine/randomness.ts';
import type { PlainImage, PlainResult } from './reference.ts';

/** The smallest batch whose bits agree with those of larger ones. */
const COPIES = 8;

const limited = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

/**
 * Square Attack on one image at one epsilon as a loop over pixels, in float64: algorithm 1 of Andriushchenko et al. 2020
 * with the samplers of algorithms 2 (L-inf) and 3 (L2).
 */
export function plainSquare(
  classifier: Classifier,
  { values, sha256, objective }: PlainImage,
  attack: SquareAttack,
  epsilon: number,
  seed: number,
): PlainResult & { readonly queries: number } {
  const { height, width } = classifier;
  const streamAt = (query: number) => randomStream(seed, sha256, `square-${attack.norm}`, 0, query);
  const shown = (perturbation: readonly number[]) =>
    perturbation.map((value, at) => limited((values[at] ?? 0) + value, 0, 1));
  const judge = (input: readonly number[]) => {
    const one = tf.tensor4d(Float32Array.from(input), [1, height, width, 3]);
    const logits = Array.from(classifier.logits(tf.tile(one, [COPIES, 1, 1, 1])).dataSync()).slice(0, 7);
    const verdict = logits.indexOf(Math.max(...logits));
    const largest = (group: readonly number[]) => Math.max(...group.map((index) => logits[index] ?? Number.NaN));
    const success = objective.into.some((index) => index === verdict);
    return { verdict, success, margin: largest(objective.from) - largest(objective.into) };
  };
  let best = shown(Array.from(drawStart[attack.norm](streamAt(0), classifier), (value) => value * epsilon));
  let seen = judge(best);
  let queries = 1;
  for (; queries < attack.queries && !seen.success; queries += 1) {
    const stream = streamAt(queries);
    const side = sideAt(queries, attack, classifier);
    const perturbation = best.map((value, at) => value - (values[at] ?? 0));
    const change = attack.norm === 'linf' ? linfChange : l2Change;
    const candidate = shown(change(perturbation, stream, side, classifier, epsilon));
    const next = judge(candidate);
    if (next.success || next.margin < seen.margin) [best, seen] = [candidate, next];
  }
  return { success: seen.success, verdict: seen.verdict, adversarial: Float32Array.from(best), queries };
}

type Change = (
  perturbation: readonly number[],
  stream: ReturnType<typeof randomStream>,
  side: number,
  size: { height: number; width: number },
  epsilon: number,
) => number[];

const within = (pixel: number, width: number, place: { row: number; column: number }, side: number): boolean => {
  const [row, column] = [Math.floor(pixel / width) - place.row, (pixel % width) - place.column];
  return row >= 0 && row < side && column >= 0 && column < side;
};

const linfChange: Change = (perturbation, stream, side, size, epsilon) => {
  const place = drawPlace(stream, side, size);
  const signs = drawSigns(stream);
  return perturbation.map((value, at) => {
    if (!within(Math.floor(at / 3), size.width, place, side)) return value;
    return limited(value + 2 * epsilon * (signs[at % 3] ?? 0), -epsilon, epsilon);
  });
};

const lengthOf = (values: readonly number[]) => Math.hypot(...values);

const l2Change: Change = (perturbation, stream, side, size, epsilon) => {
  const emptied = drawPlace(stream, side, size);
  const filled = drawPlace(stream, side, size);
  const shape = drawShape(stream, side);
  const signs = drawSigns(stream);
  const pixelOf = (at: number) => Math.floor(at / 3);
  const isFilled = (at: number) => within(pixelOf(at), size.width, filled, side);
  const isTouched = (at: number) => isFilled(at) || within(pixelOf(at), size.width, emptied, side);
  const unused = Math.max(epsilon ** 2 - lengthOf(perturbation) ** 2, 0) / 3;
  const next = perturbation.map((value, at) => (isTouched(at) ? 0 : value));
  for (const channel of [0, 1, 2]) {
    const own = [...perturbation.keys()].filter((at) => at % 3 === channel);
    const window = own.filter(isFilled);
    const old = window.map((at) => perturbation[at] ?? 0);
    const fresh = window.map(
      (_, at) => (signs[channel] ?? 0) * (shape[at] ?? 0) + (old[at] ?? 0) / Math.max(lengthOf(old), 1e-12),
    );
    const mass = Math.sqrt(unused + lengthOf(own.filter(isTouched).map((at) => perturbation[at] ?? 0)) ** 2);
    window.forEach((place, at) => (next[place] = ((fresh[at] ?? 0) / lengthOf(fresh)) * mass));
  }
  const length = lengthOf(next);
  return next.map((value) => (value / length) * epsilon);
};
