import * as tf from '@tensorflow/tfjs';
import type { MinimalEpsilonOutcome, MinimalEpsilonRequest } from '../../../shared/contract/engine.ts';
import {
  epsilonFrom255,
  LARGEST_SEARCHED_EPSILON,
  MINIMAL_EPSILON_RESOLUTION,
} from '../../../shared/domain/epsilon.ts';
import type { Classifier } from '../models/classifier.ts';
import { withCleanImages, type CleanImage } from './cleanImages.ts';
import type { Control } from './control.ts';
import { succeeds, type Objective } from './criteria.ts';
import { judge, unitValues, verdictOf, type Logits } from './judgement.ts';
import { runTrials } from './lanes.ts';
import { attemptsOf, withMethod } from './methods.ts';
import { Schedule, type Chain, type ChainOutcome, type Search } from './schedule.ts';
import type { TrialResult } from './trials.ts';

/** Where the search begins when nothing is known; the first success on this grid is refined. */
const GRID = [1, 2, 4, 8, 16].map(epsilonFrom255);

/** How many steps of the search's resolution make 1/255. */
const STEPS_PER_255 = Math.round(epsilonFrom255(1) / MINIMAL_EPSILON_RESOLUTION);
const epsilonAt = (step: number): number => epsilonFrom255(step / STEPS_PER_255);

/** The first step at or above epsilon; the tolerance absorbs that 4/255 is not exactly 16 times 0.25/255. */
const stepAtOrAbove = (epsilon: number): number => Math.ceil(epsilon / MINIMAL_EPSILON_RESOLUTION - 1e-6);

/** An epsilon that changes the verdict, and the attacked input that shows it; null where only the file says so. */
interface Bound {
  readonly epsilon: number;
  readonly shown: TrialResult | null;
}

interface Target {
  readonly image: CleanImage;
  readonly objective: Objective;
  readonly knownSuccess: number | null;
  readonly attempts: number;
}

function smallestOf(chain: Chain, { firstSuccess, results }: ChainOutcome): Bound | null {
  const trial = firstSuccess === null ? undefined : chain[firstSuccess];
  const shown = firstSuccess === null ? undefined : results[firstSuccess];
  return trial && shown ? { epsilon: trial.epsilon, shown } : null;
}

/** Attacks at these ascending epsilons; the bound that the first success gives, or null. */
function* attackAt(target: Target, epsilons: readonly number[]): Generator<Chain, Bound | null, ChainOutcome> {
  const { image, objective, attempts } = target;
  const chain = epsilons.flatMap((epsilon) =>
    Array.from({ length: attempts }, (_, attempt) => ({ image: image.index, objective, epsilon, attempt })),
  );
  return smallestOf(chain, yield chain);
}

/**
 * Bisects between the largest epsilon that failed and the smallest that succeeded, down to one step of the resolution.
 * A known success is attacked again only where nothing smaller was found, to see its verdict.
 */
function* search(target: Target, record: (bound: Bound) => void): Search {
  const { knownSuccess } = target;
  const start = knownSuccess === null ? yield* attackAt(target, GRID) : { epsilon: knownSuccess, shown: null };
  if (!start) return;
  let bound: Bound = start;
  let above = stepAtOrAbove(bound.epsilon);
  let below =
    knownSuccess === null ? stepAtOrAbove(Math.max(0, ...GRID.filter((epsilon) => epsilon < start.epsilon))) : 0;
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    const smaller = yield* attackAt(target, [epsilonAt(middle)]);
    if (smaller) {
      bound = smaller;
      above = middle;
    } else {
      below = middle;
    }
  }
  if (!bound.shown) bound = (yield* attackAt(target, [bound.epsilon])) ?? bound;
  record(bound);
}

const roundedTo8Bit = (values: Float32Array): Uint8Array => Uint8Array.from(values, (value) => Math.round(value * 255));

/** The model's logits on each attacked input after rounding to 8 bit, in the order given. */
async function judgeRounded(
  classifier: Classifier,
  adversarials: readonly Float32Array[],
  control: Control,
): Promise<Logits[]> {
  const { height, width } = classifier;
  const values = new Float32Array(adversarials.length * height * width * 3);
  adversarials.forEach((adversarial, row) => {
    values.set(unitValues(roundedTo8Bit(adversarial)), row * adversarial.length);
  });
  const tensor = tf.tensor4d(values, [adversarials.length, height, width, 3]);
  try {
    return await judge(classifier, tensor, control);
  } finally {
    tensor.dispose();
  }
}

/** What needs no search: unperturbed images that meet the criterion are at 0, the others have no bound yet. */
function unsearched({ index, task, logits }: CleanImage): MinimalEpsilonOutcome {
  return task.kind === 'alreadyMet'
    ? { image: index, minimalEpsilon: 0, verdict: verdictOf(logits), survivesRounding: true }
    : { image: index, minimalEpsilon: null, verdict: null, survivesRounding: null };
}

/** The bounds as outcomes, each verdict after rounding compared with the image's objective. */
async function outcomesOf(
  classifier: Classifier,
  bounds: ReadonlyMap<Target, Bound>,
  control: Control,
): Promise<MinimalEpsilonOutcome[]> {
  const shown = [...bounds].flatMap(([target, bound]) => (bound.shown ? [{ target, shown: bound.shown }] : []));
  const logits = await judgeRounded(
    classifier,
    shown.map((entry) => entry.shown.adversarial),
    control,
  );
  const survives = new Map(
    shown.map(({ target }, at) => [target, succeeds(target.objective, verdictOf(logits[at] ?? new Float32Array()))]),
  );
  return [...bounds].map(([target, { epsilon, shown: result }]) => ({
    image: target.image.index,
    minimalEpsilon: epsilon,
    verdict: result && verdictOf(result.logits),
    survivesRounding: survives.get(target) ?? null,
  }));
}

/**
 * Per image an upper bound on the smallest epsilon at which the attack meets its criterion, one outcome each in the
 * order of the images. Tested epsilons are multiples of {@link MINIMAL_EPSILON_RESOLUTION} up to 16/255: bisection from
 * the known success, else from the first success at 1, 2, 4, 8, 16 /255. Success need not grow with epsilon, so the
 * result is a bound, not the minimum; null: this search found none.
 *
 * An image that meets the criterion unperturbed has the bound 0. A known success above 16/255 is not used. A known
 * success that nothing smaller replaced is attacked again; where this attack does not repeat it (another one, or
 * another machine's rounding, found it), its epsilon stays the bound, with verdict and rounding null: not known.
 * Throws as `runAttack` does.
 */
export function runMinimalEpsilon(
  classifier: Classifier,
  request: MinimalEpsilonRequest,
  control: Control = {},
  laneCount?: number,
): Promise<MinimalEpsilonOutcome[]> {
  const { attack, seed } = request;
  return withCleanImages(classifier, request, control, async (clean) => {
    const total = clean.images.length;
    const targets = clean.images.flatMap((image): Target[] => {
      const known = request.knownSuccess[image.index] ?? null;
      const knownSuccess = known !== null && known <= LARGEST_SEARCHED_EPSILON ? known : null;
      const { task } = image;
      return task.kind === 'attack'
        ? [{ image, objective: task.objective, knownSuccess, attempts: attemptsOf(attack, task.objective) }]
        : [];
    });
    const bounds = new Map<Target, Bound>();
    let done = total - targets.length;
    const searches = targets.map(function* (target): Search {
      yield* search(target, (bound) => bounds.set(target, bound));
      done += 1;
      control.onProgress?.({ done, total });
    });
    await withMethod(clean, attack, seed, classifier, control, (method) =>
      runTrials(method, new Schedule(searches), control, laneCount),
    );
    const found = new Map((await outcomesOf(classifier, bounds, control)).map((outcome) => [outcome.image, outcome]));
    return clean.images.map((image) => found.get(image.index) ?? unsearched(image));
  });
}
