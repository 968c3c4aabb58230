import type { AttackOutcome, AttackRequest } from '../../../shared/contract/engine.ts';
import type { Classifier } from '../models/classifier.ts';
import { withCleanImages, type CleanImage } from './cleanImages.ts';
import type { Control } from './control.ts';
import type { Objective } from './criteria.ts';
import { probabilitiesOf, verdictOf } from './judgement.ts';
import { runTrials } from './lanes.ts';
import { attemptsOf, carriesSuccess, withMethod } from './methods.ts';
import { distances } from './norms.ts';
import { Schedule, type Search } from './schedule.ts';
import type { TrialResult } from './trials.ts';

interface Cell {
  readonly index: number;
  readonly epsilon: number;
}

/** The epsilons at which an image is attacked: those below the smallest one that an earlier attack broke it at. */
function cellsOf({ epsilons, broken }: AttackRequest, { index: image }: CleanImage): Cell[] {
  const from = broken?.[image] ?? Number.POSITIVE_INFINITY;
  return epsilons.flatMap((epsilon, index) => (epsilon < from ? [{ index, epsilon }] : []));
}

/** Which of an image's epsilons share their successes: all of them, or each is on its own. */
function runsOf({ attack, carry }: AttackRequest, cells: readonly Cell[]): (readonly Cell[])[] {
  const shared = carry && carriesSuccess(attack) && cells.length > 0;
  return shared ? [cells] : cells.map((cell) => [cell]);
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

function checkRequest({ epsilons, broken, labels }: AttackRequest): void {
  const ascending = epsilons.every((epsilon, at) => epsilon >= 0 && epsilon > (epsilons[at - 1] ?? -1));
  if (!ascending || !epsilons.every(Number.isFinite)) throw new Error('Epsilons must be ascending and not negative.');
  if (broken && broken.length !== labels.length) throw new Error('Expected one entry of `broken` per image.');
}

/**
 * Attacks every image at every epsilon below which it is not already broken: one outcome each, image by image, epsilons
 * ascending.
 *
 * Success means that some iterate (the start and the last one among them) met the criterion; with several restarts,
 * targets or draws, that one of them did. The outcome is that of the first success, else how the last attempt ended: at
 * the last iterate; APGD and Square at the point of the largest loss.
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
  checkRequest(request);
  return withCleanImages(classifier, request, control, async (clean) => {
    const total = clean.images.reduce((sum, image) => sum + cellsOf(request, image).length, 0);
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
      const cells = cellsOf(request, image);
      if (task.kind === 'attack') {
        const attempts = attemptsOf(attack, task.objective);
        return runsOf(request, cells).map((run) => curve(image, task.objective, run, attempts, record(image)));
      }
      for (const cell of cells) record(image)(cell, untouched(image));
      return [];
    });
    await withMethod(clean, attack, seed, classifier, control, (method) =>
      runTrials(method, new Schedule(searches), control, laneCount),
    );
    return [...outcomes.entries()].sort(([a], [b]) => a - b).map(([, outcome]) => outcome);
  });
}
