import type { Findings } from '../../../../shared/contract/auditFindings.ts';
import { accuracyFigures, attackSuccessRate } from '../../../engine/metrics/index.ts';
import { cleanRight, partWith, rightPerCase, verdictAt, type FigureSource, type Part } from './source.ts';

/**
 * Every model on the inputs that every other was attacked with, PGD run to its last step; each model on its own stands
 * among them, since transfer means something only beside that.
 */
export const transferOf = (source: FigureSource, whole: Part): Findings['transfer'] =>
  source.models.flatMap((crafter, crafted) => {
    const part = partWith(whole, crafted, 'runToTheEnd');
    return source.models.flatMap((judge, judging) => {
      const judged = part.cases.some(({ models }) => models[crafted]?.evidence.runToTheEnd?.judgedBy[judge.id] != null);
      if (!judged) return [];
      const rightWhenClean = cleanRight(part, judging);
      return source.epsilons.map((epsilon, at) => {
        const right = rightPerCase(part, crafted, ({ evidence }) =>
          verdictAt(evidence.runToTheEnd?.judgedBy[judge.id], at),
        );
        return {
          craftedOn: crafter.id,
          judgedBy: judge.id,
          epsilon,
          successRate: attackSuccessRate(part.cohort, rightWhenClean, right),
          balancedAccuracy: accuracyFigures(part.cohort, right).balancedAccuracy,
        };
      });
    });
  });
