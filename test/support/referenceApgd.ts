import * as tf from '@tensorflow/tfjs';
import type { ApgdAttack } from '../../src/shared/domain/attack.ts';
import type { Objective } from '../../src/main/engine/attacks/criteria.ts';
import { lossAt } from '../../src/main/engine/attacks/losses.ts';
import { NORM_FAMILIES } from '../../src/main/engine/attacks/norms.ts';
import type { Classifier } from '../../src/main/engine/models/classifier.ts';
import { randomStream } from '../../src/main/engine/randomness.ts';
import type { PlainImage, PlainResult } from './reference.ts';

/** The smallest batch whose bits agree with those of larger ones. */
const COPIES = 8;

/** The checkpoints w_1, w_2, ... up to `steps`: 22 % of the steps, then each period 3 % shorter, but at least 6 %. */
function checkpoints(steps: number): number[] {
  const share = (part: number) => Math.max(Math.trunc(part * steps), 1);
  const found: number[] = [];
  for (let period = share(0.22), at = period; at <= steps; at += period) {
    found.push(at);
    period = Math.max(period - share(0.03), share(0.06));
  }
  return found;
}

/** All runs of Auto-PGD on one image at one epsilon, one after the other, up to the first that succeeds. */
export function plainApgd(
  classifier: Classifier,
  image: PlainImage,
  attack: ApgdAttack,
  epsilon: number,
  seed: number,
): PlainResult {
  const clean = logitsOf(classifier, copiesOf(classifier, image.values));
  const likeliest = image.objective.into.toSorted((a, b) => (clean[b] ?? 0) - (clean[a] ?? 0));
  const aims: Objective[] =
    attack.loss === 'targetedDlr'
      ? likeliest.slice(0, attack.targets).map((target) => ({ from: image.objective.from, into: [target] }))
      : [image.objective];
  const attempts = aims.flatMap((aim) => Array.from({ length: attack.restarts }, () => aim));
  let result: PlainResult | undefined;
  for (const [attempt, aim] of attempts.entries()) {
    result = plainRun(classifier, image, aim, attack, epsilon, seed, attempt);
    if (result.success) break;
  }
  if (!result) throw new Error('expected an attempt');
  return result;
}

const copiesOf = ({ height, width }: Classifier, one: Float32Array) =>
  tf.tile(tf.tensor4d(one, [1, height, width, 3]), [COPIES, 1, 1, 1]);

const logitsOf = (classifier: Classifier, at: tf.Tensor4D): Float32Array =>
  classifier.logits(at).dataSync<'float32'>().slice(0, classifier.classes);

/** Algorithm 1 of Croce and Hein 2020, line by line, with every loss and every step size written down. */
function plainRun(
  classifier: Classifier,
  { values, sha256, objective }: PlainImage,
  aim: Objective,
  attack: ApgdAttack,
  epsilon: number,
  seed: number,
  attempt: number,
): PlainResult {
  const norm = NORM_FAMILIES[attack.norm];
  const loss = attack.loss === 'targetedDlr' ? 'dlr' : attack.loss;
  const clean = copiesOf(classifier, values);
  const radius = tf.fill<tf.Rank.R4>([COPIES, 1, 1, 1], epsilon);
  const project = (point: tf.Tensor4D): tf.Tensor4D =>
    tf.clipByValue(tf.add(clean, norm.project(tf.sub(point, clean), radius)), 0, 1);
  const judged = (at: tf.Tensor4D) => {
    const logits = logitsOf(classifier, at);
    const verdict = logits.indexOf(Math.max(...logits));
    const success = objective.into.some((index) => index === verdict);
    return { logits, verdict, success, loss: lossAt(logits, aim, loss).value };
  };
  const resultAt = (at: tf.Tensor4D): PlainResult => {
    const { success, verdict } = judged(at);
    return { success, verdict, adversarial: at.dataSync<'float32'>().slice(0, values.length) };
  };
  const gradientAt = (at: tf.Tensor4D): tf.Tensor4D => {
    const weights = tf.tensor1d(lossAt(judged(at).logits, aim, loss).gradient);
    return tf.grad((x) => tf.sum(tf.mul(classifier.logits(x as tf.Tensor4D), weights)))(at) as tf.Tensor4D;
  };

  const stream = randomStream(seed, sha256, `${attack.id}-${attack.norm}`, attempt, 0);
  const direction = copiesOf(classifier, norm.randomDirection(stream, values.length));
  let x = project(tf.add(clean, tf.mul(direction, radius)));
  let previous = x;
  let best = x;
  const losses = [judged(x).loss];
  const bests = [...losses];
  let stepSize = 2;
  const stepSizes: number[] = [];
  const ends = checkpoints(attack.steps);
  if (judged(x).success) return resultAt(x);
  for (let step = 0; step < attack.steps; step += 1) {
    stepSizes.push(stepSize);
    const weight = step === 0 ? 1 : 0.75;
    const z = project(tf.add(x, tf.mul(norm.normalize(gradientAt(x)), tf.mul(radius, stepSize))));
    const along = tf.mul(tf.sub(z, x), weight);
    const next = project(tf.add(tf.add(x, along), tf.mul(tf.sub(x, previous), 1 - weight)));
    previous = x;
    x = next;
    const seen = judged(x);
    if (seen.success) return resultAt(x);
    losses.push(seen.loss);
    if (seen.loss > Math.max(...bests)) best = x;
    bests.push(Math.max(seen.loss, ...bests));
    const check = ends.indexOf(step + 1);
    if (check === -1) continue;
    const from = ends[check - 1] ?? 0;
    const rises = losses.slice(from, step + 1).filter((own, at) => (losses[from + at + 1] ?? 0) > own).length;
    // Neither since the checkpoint before the last one; at the first checkpoint there is no such stretch.
    const stalled = check > 0 && stepSizes[from - 1] === stepSize && bests[from] === bests[step + 1];
    if (rises <= attack.rho * (step + 1 - from) || stalled) {
      stepSize /= 2;
      x = best;
    }
  }
  return resultAt(best);
}
