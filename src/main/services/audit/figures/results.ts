import type { AuditResult } from '../../../../shared/contract/audit.ts';
import type { CheckStatus } from '../../../../shared/contract/auditFindings.ts';
import { classIndexOf } from '../../../../shared/domain/diagnosis.ts';
import { dangerousFlips, verdictFigures } from '../../../engine/metrics/index.ts';
import {
  cleanRight,
  headlineAttacks,
  normOf,
  partWith,
  perCase,
  type FigureSource,
  type ModelEntry,
  type Part,
} from './source.ts';

/** The rows of one model: clean, each headline attack, and the worst case where it was run. */
export function resultsOf(source: FigureSource, whole: Part, model: number, checks: CheckStatus): AuditResult[] {
  const common = { modelId: source.models[model]?.id ?? '', norm: normOf(source), checks };
  return [
    {
      ...common,
      attack: 'clean',
      epsilon: 0,
      ...verdictFigures(whole.cohort, cleanRight(whole, model)),
      dangerousFlips: null,
    },
    ...headlineAttacks(source).flatMap((attack) =>
      source.epsilons.map((epsilon): AuditResult => {
        const entryOf = ({ attacked }: ModelEntry) =>
          attacked.find((entry) => entry.attack === attack && entry.epsilon === epsilon);
        return { ...common, attack, epsilon, ...underAttack(whole, model, entryOf) };
      }),
    ),
    ...worstCases(source, whole, model).map((row) => ({ ...common, ...row })),
  ];
}

function worstCases(source: FigureSource, whole: Part, model: number) {
  const part = partWith(whole, model, 'worstCase');
  if (part.cases.length === 0) return [];
  return source.epsilons.map((epsilon) => ({
    attack: 'worst-case' as const,
    epsilon,
    ...underAttack(part, model, (entry) => worstCaseAt(entry, epsilon)),
  }));
}

export const worstCaseAt = ({ evidence }: ModelEntry, epsilon: number) =>
  evidence.worstCase?.find((entry) => entry.epsilon === epsilon);

/** What the figures need of an attack at one epsilon. */
interface Attacked {
  readonly success: boolean;
  readonly turnedBenign: boolean | null;
}

function underAttack(part: Part, model: number, entryOf: (entry: ModelEntry) => Attacked | undefined) {
  const right = perCase(part, model, (entry) => entryOf(entry)?.success === false);
  const turned = perCase(part, model, (entry) => entryOf(entry)?.turnedBenign === true);
  const cleanVerdicts = perCase(part, model, ({ clean }) => classIndexOf(clean.verdict));
  return {
    ...verdictFigures(part.cohort, right),
    dangerousFlips: dangerousFlips(part.cohort, cleanVerdicts, turned),
  };
}
