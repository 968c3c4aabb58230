import type { Findings } from '../../../../shared/contract/auditFindings.ts';
import { accuracyFigures, attackSuccessRate } from '../../../engine/metrics/index.ts';
import {
  cleanRight,
  partWith,
  rightPerCase,
  verdictAt,
  type FigureSource,
  type ModelEntry,
  type Part,
} from './source.ts';

/**
 * Every model on the inputs that every other was attacked with, PGD run to its last step; the attacked model itself
 * stands among its judges, since transfer means something only beside that.
 */
export const transferOf = (source: FigureSource, whole: Part): Findings['transfer'] =>
  source.models.flatMap((_, crafted) => {
    const part = partWith(whole, crafted, 'runToTheEnd');
    const judges = [...source.models.keys()].filter((judge) => isJudge(source, part, crafted, judge));
    const others = judges.filter((judge) => judge !== crafted);
    return others.length === 0 ? [] : judges.flatMap((judge) => judgedBy(source, part, crafted, judge));
  });

const digitsOf = ({ evidence }: ModelEntry, judgeId: string) => evidence.runToTheEnd?.judgedBy[judgeId];

const isJudge = ({ models }: FigureSource, { cases }: Part, crafted: number, judge: number): boolean =>
  cases.some((one) => {
    const entry = one.models[crafted];
    return entry && digitsOf(entry, models[judge]?.id ?? '') !== undefined;
  });

function judgedBy({ models, epsilons }: FigureSource, part: Part, crafted: number, judge: number) {
  const [craftedOn = '', judgeId = ''] = [models[crafted]?.id, models[judge]?.id];
  const rightWhenClean = cleanRight(part, judge);
  return epsilons.map((epsilon, at) => {
    const right = rightPerCase(part, crafted, (entry) => verdictAt(digitsOf(entry, judgeId), at));
    return {
      craftedOn,
      judgedBy: judgeId,
      epsilon,
      successRate: attackSuccessRate(part.cohort, rightWhenClean, right),
      balancedAccuracy: accuracyFigures(part.cohort, right).balancedAccuracy,
    };
  });
}
