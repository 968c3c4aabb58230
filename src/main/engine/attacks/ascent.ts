import type { Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Attack, GradientAttack, NoiseAttack } from '../../../shared/domain/attack.ts';
import { randomStream, type RandomStream } from '../randomness.ts';
import type { Classifier } from '../models/classifier.ts';
import type { CleanImages } from './cleanImages.ts';
import { nextTurn, type Control } from './control.ts';
import { logitsAndGradient } from './gradient.ts';
import { batches, paddedRows, readInTidy } from './judgement.ts';
import { NORM_FAMILIES, type NormFamily } from './norms.ts';
import { ballsOf, perturbed, type Ascent, type Trial } from './trials.ts';

type Starts = Ascent['start'];
type Draw = (stream: RandomStream, size: number) => Float32Array;

/** A single step from the image itself, whose gradient therefore is the same for every epsilon. */
const isSingleStep = (attack: GradientAttack): boolean => attack.steps === 1 && !attack.randomStart;

/**
 * Starts at `clean + epsilon * draw`. The draw depends on seed, image, attack and attempt, not on epsilon: a larger
 * epsilon goes farther the same way.
 */
function drawnStarts({ images, tensor }: CleanImages, attack: Attack, seed: number, draw: Draw): Starts {
  const name = attack.kind === 'noise' ? `noise-${attack.distribution}` : attack.id;
  const drawFor = ({ image, attempt }: Trial): Float32Array => {
    const sha256 = images[image]?.sha256 ?? '';
    return draw(randomStream(seed, sha256, `${name}-${attack.norm}`, attempt, 0), tensor.size / images.length);
  };
  return (trials) => {
    const draws = new Float32Array((trials.length * tensor.size) / images.length);
    trials.forEach((trial, row) => {
      draws.set(drawFor(trial), (row * tensor.size) / images.length);
    });
    const balls = ballsOf(tensor, trials);
    const perturbation: Tensor4D = tf.mul(tf.tensor4d(draws, balls.clean.shape), balls.epsilon);
    return perturbed(NORM_FAMILIES[attack.norm], balls, perturbation);
  };
}

/** The normalised gradient at each clean image that is attacked, `[n, height, width, 3]`, zero for the others. */
async function cleanDirections(
  { images, tensor }: CleanImages,
  attack: GradientAttack,
  classifier: Classifier,
  control: Control,
): Promise<Tensor4D> {
  const attacked = images.flatMap(({ index, task }) =>
    task.kind === 'attack' ? [{ index, objective: task.objective }] : [],
  );
  const values = new Float32Array(tensor.size);
  const size = tensor.size / images.length;
  for (const rows of batches(attacked.length)) {
    await nextTurn(control);
    const batch = rows.flatMap((row) => attacked[row] ?? []);
    const directions = readInTidy(() => {
      const inputs = tf.gather(tensor, tf.tensor1d(paddedRows(batch.map(({ index }) => index)), 'int32'));
      const objectives = batch.map(({ objective }) => objective);
      const { gradient } = logitsAndGradient(classifier, inputs, objectives, attack.loss);
      return NORM_FAMILIES[attack.norm].normalize(gradient);
    });
    batch.forEach(({ index }, row) => {
      values.set(directions.subarray(row * size, (row + 1) * size), index * size);
    });
  }
  return tf.tensor4d(values, tensor.shape);
}

/** The end of the single step as a start that only has to be judged: one forward per epsilon, no further gradient. */
function steppedStarts(clean: Tensor4D, directions: Tensor4D, attack: GradientAttack): Starts {
  return (trials) => {
    const balls = ballsOf(clean, trials);
    const along = tf.gather(
      directions,
      tf.tensor1d(
        trials.map(({ image }) => image),
        'int32',
      ),
    );
    const perturbation: Tensor4D = tf.mul(along, tf.mul(balls.epsilon, attack.relativeStepSize));
    return perturbed(NORM_FAMILIES[attack.norm], balls, perturbation);
  };
}

const noiseDraw = (attack: NoiseAttack, norm: NormFamily): Draw =>
  attack.distribution === 'gaussian' ? norm.gaussian : norm.randomStart;

/** What the lanes compute for `attack`, handed to `use`; frees what it held on the device when that ends. */
export async function withAscent<Result>(
  clean: CleanImages,
  attack: Attack,
  seed: number,
  classifier: Classifier,
  control: Control,
  use: (ascent: Ascent) => Promise<Result>,
): Promise<Result> {
  const norm = NORM_FAMILIES[attack.norm];
  const common = { classifier, clean: clean.tensor, norm };
  const judged = { ...common, loss: 'crossEntropy', steps: 0, relativeStepSize: 0 } as const;
  if (attack.kind === 'noise') {
    return use({ ...judged, start: drawnStarts(clean, attack, seed, noiseDraw(attack, norm)) });
  }
  if (isSingleStep(attack)) {
    const directions = await cleanDirections(clean, attack, classifier, control);
    try {
      return await use({ ...judged, start: steppedStarts(clean.tensor, directions, attack) });
    } finally {
      directions.dispose();
    }
  }
  const start: Starts = attack.randomStart
    ? drawnStarts(clean, attack, seed, norm.randomStart)
    : (trials) => ballsOf(clean.tensor, trials).clean;
  const { loss, steps, relativeStepSize } = attack;
  return use({ ...common, loss, steps, relativeStepSize, start });
}
