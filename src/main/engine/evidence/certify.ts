import type { Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { CertifyOutcome, CertifyRequest, Smoothing } from '../../../shared/contract/engine.ts';
import { CLASS_COUNT, type ClassIndex } from '../../../shared/domain/diagnosis.ts';
import type { Sha256 } from '../../../shared/kernel/ids.ts';
import { nextTurn, type Control } from '../attacks/control.ts';
import { batches, paddedRows, readInTidy, rowsOf, verdictOf } from '../attacks/judgement.ts';
import type { Classifier } from '../models/classifier.ts';
import { randomStream } from '../randomness.ts';
import { clopperPearsonLower, normalQuantile } from './bounds.ts';
import { withInputs } from './inputs.ts';

/** One image, `[1, height, width, 3]`, and all that its noise depends on besides the number of the draw. */
interface Centre {
  readonly image: Tensor4D;
  readonly sha256: Sha256;
  readonly seed: number;
  readonly sigma: number;
}

/** The image under these draws of noise, `[draws.length, height, width, 3]`. Inside the caller's tidy. */
function noisy({ image, sha256, seed, sigma }: Centre, draws: readonly number[]): Tensor4D {
  const noise = new Float32Array(draws.length * image.size);
  draws.forEach((draw, row) => {
    const stream = randomStream(seed, sha256, 'smoothing', draw, 0);
    for (let at = row * image.size; at < (row + 1) * image.size; at += 1) noise[at] = sigma * stream.normal();
  });
  const [, height, width] = image.shape;
  return tf.add(image, tf.tensor4d(noise, [draws.length, height, width, 3]));
}

/** How draws are followed, and stopped. */
interface Course extends Pick<Control, 'signal'> {
  /** Told after each batch how many draws it had. */
  readonly onDrawn: (draws: number) => void;
}

/** How often each class is the verdict under the draws `first`, `first + 1`, ... (the paper's SampleUnderNoise). */
async function countVerdicts(
  classifier: Classifier,
  centre: Centre,
  first: number,
  count: number,
  course: Course,
): Promise<number[]> {
  const counts = Array<number>(CLASS_COUNT).fill(0);
  for (const rows of batches(count)) {
    await nextTurn(course);
    const draws = paddedRows(rows).map((row) => first + row);
    const logits = readInTidy(() => classifier.logits(noisy(centre, draws)));
    for (const row of rowsOf(logits, rows.length, CLASS_COUNT)) {
      const verdict = verdictOf(row);
      counts[verdict] = (counts[verdict] ?? 0) + 1;
    }
    course.onDrawn(rows.length);
  }
  return counts;
}

async function certifyOne(
  classifier: Classifier,
  centre: Centre,
  { sigma, selectionDraws, draws, alpha }: Smoothing,
  course: Course,
): Promise<Pick<CertifyOutcome, 'verdict' | 'radius'>> {
  const selection = await countVerdicts(classifier, centre, 0, selectionDraws, course);
  const verdict = selection.indexOf(Math.max(...selection)) as ClassIndex;
  const counts = await countVerdicts(classifier, centre, selectionDraws, draws, course);
  const lower = clopperPearsonLower(counts[verdict] ?? 0, draws, alpha);
  return lower > 0.5 ? { verdict, radius: sigma * normalQuantile(lower) } : { verdict: null, radius: 0 };
}

function checkSmoothing({ sigma, selectionDraws, draws, alpha }: Smoothing): void {
  const counts = [selectionDraws, draws].every((count) => Number.isInteger(count) && count > 0);
  if (!counts || !(sigma > 0 && Number.isFinite(sigma)) || !(alpha > 0 && alpha < 0.5)) {
    throw new Error('Expected a positive sigma, positive whole numbers of draws and an alpha between 0 and 0.5.');
  }
}

/**
 * Certifies each image by randomized smoothing in L2 (Cohen, Rosenfeld and Kolter 2019, arXiv 1902.02918, CERTIFY and
 * theorem 1): with probability 1 - alpha over the noise, the smoothed classifier, "the class that `classifier` most
 * often names under Gaussian noise of standard deviation sigma", names `verdict` everywhere within `radius` of the image.
 *
 * - The guarantee is that of the smoothed classifier, not of `classifier`, whose clean verdict may be another.
 * - It says nothing of being right. Where sigma is more than the model bears, every image gets the same class under the
 *   noise, and that constant is certified everywhere: read radii beside how often the certified class is the label.
 * - Nothing is clipped to [0, 1]: `classifier` sees the noisy values as they are, as the theorem wants it.
 * - alpha holds for each image by itself. Float32 rounding inside the model is not accounted for.
 * - Noise is a function of (seed, image hash, draw); the draws that choose the class are not those that count it.
 *
 * One outcome per image; progress counts draws. Throws `INTERRUPTED` within one batch of a cancel, `MODEL_NOT_FINITE` where
 * the model overflows.
 */
export function runCertify(
  classifier: Classifier,
  { inputs, smoothing, seed }: CertifyRequest,
  control: Control = {},
): Promise<CertifyOutcome[]> {
  checkSmoothing(smoothing);
  return withInputs(classifier, inputs, async (images) => {
    const outcomes: CertifyOutcome[] = [];
    const total = inputs.imageSha256.length * (smoothing.selectionDraws + smoothing.draws);
    let done = 0;
    const onDrawn = (draws: number) => {
      done += draws;
      control.onProgress?.({ done, total });
    };
    for (const [index, sha256] of inputs.imageSha256.entries()) {
      const image = tf.slice(images, index, 1);
      try {
        const centre = { image, sha256, seed, sigma: smoothing.sigma };
        outcomes.push({ image: index, ...(await certifyOne(classifier, centre, smoothing, { ...control, onDrawn })) });
      } finally {
        image.dispose();
      }
    }
    return outcomes;
  });
}
