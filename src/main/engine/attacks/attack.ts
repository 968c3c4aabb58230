import type { AttackOutcome, AttackRequest } from '../../../shared/contract/engine.ts';
import type { Attack } from '../../../shared/domain/attack.ts';
import type { Classifier } from '../models/classifier.ts';
import { withAscent } from './ascent.ts';
import { withCleanImages, type CleanImage } from './cleanImages.ts';
import type { Control } from './control.ts';
import type { Objective } from './criteria.ts';
import { probabilitiesOf, verdictOf } from './judgement.ts';
import { distances } from './norms.ts';
import { Schedule, type Search } from './schedule.ts';
import { runTrials, type TrialResult } from './trials.ts';

/**
 * A success at one epsilon lies in every larger ball, so the multi-step attacks carry it there instead of
 * attacking again. A single step is not carried: its known weakness, doing worse with a longer step, belongs to
 * its figures. Nor is noise: its rate at an epsilon is that of random draws at this epsilon.
 */
const carriesSuccess = (attack: Attack): boolean => attack.kind === 'gradient' && attack.steps > 1;

/** Trials per epsilon. Without a random start every restart would be the same, so there is one. */
export const attemptsOf = (attack: Attack): number => {
  if (attack.kind === 'noise') return attack.draws;
  return attack.randomStart ? attack.restarts : 1;
};

interface Cell {
  readonly index: number;
  readonly epsilon: number;
}

/**
 * One image over ascending epsilons, `attempts` trials at each. Every epsilon from the first success on gets that
 * success, each one before it the result of its last attempt.
 */
function* curve(
  image: CleanImage,
  objective: Objective,
  cells: readonly Cell[],
  attempts: number,
  record: (cell: Cell, result: TrialResult) => void,
): Search {
  const { firstSuccess, results } = yield cells.flatMap(({ epsilon }) =>
    Array.from({ length: attempts }, (_, attempt) => ({ image: image.index, objective, epsilon, attempt })),
  );
  for (const [at, cell] of cells.entries()) {
    const last = (at + 1) * attempts - 1;
    const result = results[firstSuccess === null ? last : Math.min(firstSuccess, last)];
    if (result) record(cell, result);
  }
}

function outcomeOf(image: CleanImage, epsilon: number, result: TrialResult, wantAdversarial: boolean): AttackOutcome {
  return {
    image: image.index,
    epsilon,
    success: result.success,
    verdict: verdictOf(result.logits),
    probabilities: probabilitiesOf(result.logits),
    ...distances(result.adversarial, image.values),
    ...(wantAdversarial && { adversarial: result.adversarial }),
  };
}

/** An image that is not attacked: the clean input is its adversarial. */
const untouched = (image: CleanImage): TrialResult => ({
  success: image.task.kind === 'alreadyMet',
  logits: image.logits,
  adversarial: image.values.slice(),
});

function checkEpsilons(epsilons: readonly number[]): void {
  const ascending = epsilons.every((epsilon, at) => epsilon >= 0 && epsilon > (epsilons[at - 1] ?? -1));
  if (!ascending || !epsilons.every(Number.isFinite)) throw new Error('Epsilons must be ascending and not negative.');
}

/**
 * Attacks every image at every epsilon: one outcome each, image by image, epsilons ascending.
 *
 * Success means that some iterate (the start and the last one among them) met the criterion; with several restarts or
 * draws, that one of them did. The outcome is that of the first success, else of the last iterate of the last attempt.
 * Images that meet the criterion unperturbed count as successes at every epsilon, images outside a directed criterion's
 * denominator as none; neither is perturbed. Throws `INTERRUPTED` within one step of a cancel, `LABEL_NEEDED` where the
 * criterion needs a label that is not there, `MODEL_NOT_FINITE` where the model overflows.
 */
export function runAttack(
  classifier: Classifier,
  request: AttackRequest,
  control: Control = {},
  laneCount?: number,
): Promise<AttackOutcome[]> {
  const { attack, epsilons, seed, wantAdversarials } = request;
  checkEpsilons(epsilons);
  const cells = epsilons.map((epsilon, index) => ({ index, epsilon }));
  const groups = carriesSuccess(attack) ? [cells] : cells.map((cell) => [cell]);
  return withCleanImages(classifier, request, control, async (clean) => {
    const total = clean.images.length * epsilons.length;
    const outcomes = new Map<number, AttackOutcome>();
    const record = (image: CleanImage) => (cell: Cell, result: TrialResult) => {
      outcomes.set(
        image.index * epsilons.length + cell.index,
        outcomeOf(image, cell.epsilon, result, wantAdversarials),
      );
      control.onProgress?.({ done: outcomes.size, total });
    };
    const searches = clean.images.flatMap((image) => {
      const { task } = image;
      if (task.kind === 'attack') {
        return groups.map((group) => curve(image, task.objective, group, attemptsOf(attack), record(image)));
      }
      for (const cell of cells) record(image)(cell, untouched(image));
      return [];
    });
    await withAscent(clean, attack, seed, classifier, control, (ascent) =>
      runTrials(ascent, new Schedule(searches), control, laneCount),
    );
    return [...outcomes.entries()].sort(([a], [b]) => a - b).map(([, outcome]) => outcome);
  });
}
