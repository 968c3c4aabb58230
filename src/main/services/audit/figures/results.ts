import type { AuditResult } from '../../../../shared/contract/audit.ts';
import { classIndexOf, isMalignantDiagnosis, type Diagnosis } from '../../../../shared/domain/diagnosis.ts';
import { attackSuccessRate, dangerousFlips, verdictFigures } from '../../../engine/metrics/index.ts';
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
export function resultsOf(
  source: FigureSource,
  whole: Part,
  model: number,
  checks: Pick<AuditResult, 'checks' | 'checksRun'>,
): AuditResult[] {
  const common = { modelId: source.models[model]?.id ?? '', norm: normOf(source), ...checks };
  return [
    {
      ...common,
      attack: 'clean',
      epsilon: 0,
      ...verdictFigures(whole.cohort, cleanRight(whole, model)),
      dangerousFlips: null,
      dangerousFlipsUntargeted: null,
      attackSuccessRate: null,
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
    // Its verdict is that of the first attack that succeeded: what the others, of either aim, came upon is not on file.
    dangerousFlipsUntargeted: null,
  }));
}

export const worstCaseAt = ({ evidence }: ModelEntry, epsilon: number) =>
  evidence.worstCase?.find((entry) => entry.epsilon === epsilon);

/** What the figures need of an attack at one epsilon. */
interface Attacked {
  readonly success: boolean;
  readonly verdict: Diagnosis;
  readonly turnedBenign: boolean | null;
}

function underAttack(part: Part, model: number, entryOf: (entry: ModelEntry) => Attacked | undefined) {
  const { cohort } = part;
  const attacked = perCase(part, model, entryOf);
  const right = attacked.map((entry) => entry?.success === false);
  const cleanVerdicts = perCase(part, model, ({ clean }) => classIndexOf(clean.verdict));
  const flips = (turned: readonly boolean[]) => dangerousFlips(cohort, cleanVerdicts, turned);
  return {
    ...verdictFigures(cohort, right),
    dangerousFlips: flips(attacked.map((entry) => entry?.turnedBenign === true)),
    dangerousFlipsUntargeted: flips(
      attacked.map((entry) => entry !== undefined && !isMalignantDiagnosis(entry.verdict)),
    ),
    attackSuccessRate: attackSuccessRate(cohort, cleanRight(part, model), right),
  };
}
