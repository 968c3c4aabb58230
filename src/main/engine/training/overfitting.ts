import type { ModelCard } from '../../../shared/contract/modelCard.ts';

export type EpochRecord = ModelCard['training']['epochs'][number];
export type Finding = NonNullable<ModelCard['training']['findings']>[number];

/** Accuracy on the same training images under two attacks at the end of an epoch, in [0, 1]. */
export interface WatchedAccuracy {
  /** Under the attack of the validation, which is PGD. */
  readonly robustTrainAccuracy: number;
  readonly fgsmTrainAccuracy: number;
}

/** A fall of PGD accuracy by more than this within two epochs is no noise: the watched images are over a hundred. */
const COLLAPSE = 0.2;

/**
 * Catastrophic overfitting (Wong 2020, arXiv 2001.03994, section 5.4): within two epochs the network stops resisting PGD on
 * its own training images, while it resists the single step that it learns from as well as ever.
 *
 * @param earlier PGD accuracy on the watched images at the ends of the epochs before this one
 */
export function overfitsCatastrophically(
  earlier: readonly number[],
  { robustTrainAccuracy, fgsmTrainAccuracy }: WatchedAccuracy,
): boolean {
  const before = Math.max(0, ...earlier.slice(-2));
  return before - robustTrainAccuracy > COLLAPSE && fgsmTrainAccuracy > before;
}

/** Robust validation accuracy this far below its best in two epochs running is no noise of a few hundred images. */
const FALL = 0.03;

/** Robust figures of the best epoch and of the last. */
export interface RobustGap {
  readonly bestEpoch: number;
  readonly bestAccuracy: number;
  readonly lastAccuracy: number;
  readonly trainAccuracyAtBest: number;
  readonly trainAccuracyAtLast: number;
  /** Robust overfitting (Rice 2020, arXiv 2002.11569): validation got worse under attack while training got better. */
  readonly overfits: boolean;
}

/** Compares the last epoch with the one of the best robust validation accuracy; null without robust figures. */
export function robustGap(epochs: readonly EpochRecord[]): RobustGap | null {
  const robust = epochs.flatMap((record) => {
    const { epoch, robustBalancedAccuracy: accuracy, robustTrainAccuracy: trainAccuracy } = record;
    return accuracy === null || trainAccuracy === null ? [] : [{ epoch, accuracy, trainAccuracy }];
  });
  const last = robust.at(-1);
  if (!last) return null;
  const best = robust.reduce((most, each) => (each.accuracy > most.accuracy ? each : most));
  const fell = robust.slice(-2).every(({ accuracy }) => best.accuracy - accuracy > FALL);
  return {
    bestEpoch: best.epoch,
    bestAccuracy: best.accuracy,
    lastAccuracy: last.accuracy,
    trainAccuracyAtBest: best.trainAccuracy,
    trainAccuracyAtLast: last.trainAccuracy,
    overfits: fell && last.trainAccuracy > best.trainAccuracy,
  };
}

/** What was looked for in a finished training, and what was found; nothing is looked for where no robust figures are. */
export function findingsOf(epochs: readonly EpochRecord[]): Finding[] {
  const gap = robustGap(epochs);
  const last = epochs.at(-1);
  return gap && last ? [catastrophicFinding(epochs, last), robustFinding(gap, last.epoch)] : [];
}

function catastrophicFinding(epochs: readonly EpochRecord[], last: EpochRecord): Finding {
  const robustTrainAccuracy = last.robustTrainAccuracy ?? 0;
  const fgsmTrainAccuracy = last.fgsmTrainAccuracy ?? 0;
  const earlier = epochs.slice(0, -1).map((record) => record.robustTrainAccuracy ?? 0);
  const found = overfitsCatastrophically(earlier, { robustTrainAccuracy, fgsmTrainAccuracy });
  const figures = { epoch: last.epoch, robustTrainAccuracy, fgsmTrainAccuracy };
  const measured = `in epoch ${last.epoch} ${percent(fgsmTrainAccuracy)} of the watched training images were right under FGSM and ${percent(robustTrainAccuracy)} under PGD`;
  const text = found
    ? `Catastrophic overfitting: ${measured}, down from ${percent(Math.max(...earlier.slice(-2)))} within two epochs. The training ended there.`
    : `No catastrophic overfitting up to the last epoch: ${measured}.`;
  return { kind: 'catastrophicOverfitting', found, text, figures };
}

function robustFinding({ overfits, ...gap }: RobustGap, lastEpoch: number): Finding {
  const points = (100 * (gap.bestAccuracy - gap.lastAccuracy)).toFixed(1);
  const course =
    `balanced accuracy under attack on validation images was ${percent(gap.bestAccuracy)} at its best (epoch ${gap.bestEpoch}) ` +
    `and ${percent(gap.lastAccuracy)} in the last epoch (${lastEpoch}), a gap of ${points} points, while accuracy under attack ` +
    `on training images went from ${percent(gap.trainAccuracyAtBest)} to ${percent(gap.trainAccuracyAtLast)}`;
  const text = overfits ? `Robust overfitting: ${course}.` : `No robust overfitting: ${course}.`;
  return { kind: 'robustOverfitting', found: overfits, text, figures: { ...gap, lastEpoch } };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
