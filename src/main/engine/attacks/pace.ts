/**
 * How far Auto-PGD steps, and when it returns to its best point: sections 3.1 and 3.2 and algorithm 1 of Croce and Hein
 * 2020 (arXiv 2003.01690). A value per run, on the host; it knows losses and nothing of pixels.
 */
export interface Pace {
  /** Steps taken so far. */
  readonly step: number;
  /** Length of the next step as a fraction of epsilon. */
  readonly stepSize: number;
  /** The loss at the latest iterate and the largest so far. */
  readonly loss: number;
  readonly best: number;
  /** Steps since the last checkpoint, how many of them raised the loss, and after how many the next one comes. */
  readonly sinceCheck: number;
  readonly rises: number;
  readonly period: number;
  /** The largest loss at the last checkpoint, and whether the step was halved there. */
  readonly bestAtCheck: number;
  readonly halvedAtCheck: boolean;
}

/** What the latest iterate changes. */
export interface Paced {
  readonly pace: Pace;
  /** Its loss is the largest so far. */
  readonly improved: boolean;
  /** The step was halved: the run goes on from its best point. */
  readonly returns: boolean;
}

/** The checkpoints w_j = p_j * steps, as the authors' code rounds them: 22, 41, 57, 70, 80, 87, 93, 99 of 100. */
const part = (share: number, steps: number): number => Math.max(Math.trunc(share * steps), 1);

export const firstPace = (steps: number): Pace => ({
  step: -1,
  stepSize: 2,
  loss: Number.NEGATIVE_INFINITY,
  best: Number.NEGATIVE_INFINITY,
  sinceCheck: 0,
  rises: 0,
  period: part(0.22, steps),
  bestAtCheck: Number.NEGATIVE_INFINITY,
  halvedAtCheck: true,
});

/**
 * The pace after an iterate with this loss was judged, the random start first.
 *
 * At a checkpoint the step is halved where at most the share `rho` of the steps since the last one raised the loss, or
 * where neither the step nor the largest loss changed since. The first condition compares the first step with the start, as
 * the paper has it; the authors' code compares it with 0 there.
 */
export function paceAfter(before: Pace, loss: number, { steps, rho }: { steps: number; rho: number }): Paced {
  const step = before.step + 1;
  const improved = loss > before.best;
  const best = improved ? loss : before.best;
  if (step === 0) return { pace: { ...before, step, loss, best, bestAtCheck: best }, improved, returns: false };
  const sinceCheck = before.sinceCheck + 1;
  const rises = before.rises + (loss > before.loss ? 1 : 0);
  const onTheWay = { ...before, step, loss, best, sinceCheck, rises };
  if (sinceCheck < before.period) return { pace: onTheWay, improved, returns: false };
  const stalled = !before.halvedAtCheck && before.bestAtCheck >= best;
  const halves = stalled || rises <= rho * before.period;
  const checked: Pace = {
    ...onTheWay,
    stepSize: halves ? before.stepSize / 2 : before.stepSize,
    sinceCheck: 0,
    rises: 0,
    period: Math.max(before.period - part(0.03, steps), part(0.06, steps)),
    bestAtCheck: best,
    halvedAtCheck: halves,
  };
  return { pace: checked, improved, returns: halves };
}
