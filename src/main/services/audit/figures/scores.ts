import type { Findings } from '../../../../shared/contract/auditFindings.ts';
import { classIndexOf, type ClassIndex } from '../../../../shared/domain/diagnosis.ts';
import {
  classFigures,
  confusionMatrix,
  expectedCalibrationError,
  macroAuroc,
  macroF1,
  melanomaSensitivityAt95Specificity,
} from '../../../engine/metrics/index.ts';
import { partWith, perCase, type FigureSource, type ModelEntry, type Part } from './source.ts';

type Score = Findings['scores'][number];

/** Ranking, calibration and confusion of every model, clean and at the last step of PGD at each epsilon. */
export const scoresOf = (source: FigureSource, whole: Part): Score[] =>
  source.models.flatMap(({ id: modelId }, model): Score[] => {
    const attacked = partWith(whole, model, 'runToTheEnd');
    const cleanVerdicts = perCase(whole, model, ({ clean }) => classIndexOf(clean.verdict));
    return [
      {
        modelId,
        attack: 'clean',
        epsilon: 0,
        ...scores(whole, model, ({ clean }) => clean.probabilities, cleanVerdicts),
      },
      ...(attacked.cases.length === 0 ? [] : source.epsilons).map((epsilon, at): Score => {
        const read = ({ evidence }: ModelEntry) => evidence.runToTheEnd?.probabilities[at] ?? [];
        const verdicts = perCase(attacked, model, (entry) => mostProbable(entry, modelId, at));
        return { modelId, attack: 'pgd', epsilon, ...scores(attacked, model, read, verdicts) };
      }),
    ];
  });

function scores(
  part: Part,
  model: number,
  read: (entry: ModelEntry) => readonly number[],
  verdicts: readonly ClassIndex[],
): Omit<Score, 'modelId' | 'attack' | 'epsilon'> {
  const { cohort } = part;
  const probabilities = perCase(part, model, read);
  return {
    n: cohort.n,
    macroAuroc: macroAuroc(cohort, probabilities),
    macroF1: macroF1(cohort, verdicts),
    expectedCalibrationError: expectedCalibrationError(cohort, probabilities),
    melanomaSensitivityAt95Specificity: melanomaSensitivityAt95Specificity(cohort, probabilities),
    ...classFigures(cohort, verdicts),
    confusion: confusionMatrix(cohort, verdicts),
  };
}

/** The verdict at the last step: the model's own digit, where it is on file; its probabilities are rounded. */
function mostProbable({ evidence }: ModelEntry, modelId: string, at: number): ClassIndex {
  const digit = evidence.runToTheEnd?.judgedBy[modelId]?.[at];
  const row = evidence.runToTheEnd?.probabilities[at] ?? [];
  return (digit === undefined ? row.indexOf(Math.max(...row)) : Number(digit)) as ClassIndex;
}
