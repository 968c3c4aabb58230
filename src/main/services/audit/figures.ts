import type { AuditContent, AuditResult } from '../../../shared/contract/audit.ts';
import { NO_FINDINGS } from '../../../shared/contract/auditFindings.ts';
import { classIndexOf } from '../../../shared/domain/diagnosis.ts';
import { sha256 } from '../../../shared/kernel/ids.ts';
import {
  compareBalancedAccuracy,
  createCohort,
  dangerousFlips,
  verdictFigures,
  type Cohort,
} from '../../engine/metrics/index.ts';

/** What the figures of an audit rest on: everything in it but they themselves. */
export type FigureSource = Pick<AuditContent, 'cases' | 'models' | 'attacks' | 'epsilons'> & {
  readonly sample: Pick<AuditContent['sample'], 'seed'>;
};

/** The epsilon of the comparison that was fixed beforehand. */
const PRIMARY_EPSILON = 4 / 255;

/**
 * The headline figures, from the cases alone: so that whoever holds an audit.json can compute them again, and
 * `verify` does.
 */
export function auditFigures(source: FigureSource): Pick<AuditContent, 'results' | 'primaryComparison' | 'findings'> {
  const cohort = cohortOf(source);
  const results = source.models.flatMap((_, model) => resultsOf(source, cohort, model));
  return { results, primaryComparison: primaryComparison(source, cohort), findings: NO_FINDINGS };
}

const cohortOf = ({ cases, sample }: FigureSource): Cohort =>
  createCohort(
    cases.map(({ imageId, imageSha256, lesionId, label, weight }) => ({
      imageId,
      imageSha256: sha256(imageSha256),
      lesionId,
      label: label === null ? null : classIndexOf(label),
      weight,
    })),
    { seed: sample.seed },
  );

type PerModel = FigureSource['cases'][number]['models'][number];

/** What `read` says of each case's entry for one model. */
const perCase = <T>({ cases }: FigureSource, model: number, read: (entry: PerModel, label: string | null) => T): T[] =>
  cases.map(({ models, label, imageId }) => {
    const entry = models[model];
    if (!entry) throw new Error(`${imageId} has no entry for model ${model}.`);
    return read(entry, label);
  });

const cleanCorrect = (source: FigureSource, model: number) =>
  perCase(source, model, ({ clean }, label) => clean.verdict === label);

const attackedEntry = ({ attacked }: PerModel, attack: string, epsilon: number) =>
  attacked.find((entry) => entry.attack === attack && entry.epsilon === epsilon);

const attackedCorrect = (source: FigureSource, model: number, attack: string, epsilon: number) =>
  perCase(source, model, (entry) => attackedEntry(entry, attack, epsilon)?.success === false);

function resultsOf(source: FigureSource, cohort: Cohort, model: number): AuditResult[] {
  const modelId = source.models[model]?.id ?? '';
  const ids = [...new Set(source.attacks.flatMap((attack) => (attack.id === 'clean' ? [] : [attack.id])))];
  const norm = source.attacks.flatMap((attack) => (attack.id === 'clean' ? [] : [attack.norm]))[0] ?? 'linf';
  const cleanVerdicts = perCase(source, model, ({ clean }) => classIndexOf(clean.verdict));
  return [
    {
      modelId,
      attack: 'clean',
      norm,
      epsilon: 0,
      ...verdictFigures(cohort, cleanCorrect(source, model)),
      checks: 'NOT RUN',
      dangerousFlips: null,
    },
    ...ids.flatMap((attack) =>
      source.epsilons.map((epsilon): AuditResult => {
        const turned = perCase(source, model, (entry) => attackedEntry(entry, attack, epsilon)?.turnedBenign === true);
        return {
          modelId,
          attack,
          norm,
          epsilon,
          ...verdictFigures(cohort, attackedCorrect(source, model, attack, epsilon)),
          checks: 'NOT RUN',
          dangerousFlips: dangerousFlips(cohort, cleanVerdicts, turned),
        };
      }),
    ),
  ];
}

/** `pgd` minus `standard`, worst case over the attacks of the run at 4/255; null where one of the parts is missing. */
function primaryComparison(source: FigureSource, cohort: Cohort): AuditContent['primaryComparison'] {
  const withRecipe = (recipe: string) => source.models.findIndex((model) => model.recipe === recipe);
  const [robust, standard] = [withRecipe('pgd'), withRecipe('standard')];
  const ids = [...new Set(source.attacks.map(({ id }) => id))].filter((id) => id !== 'clean');
  const complete = robust >= 0 && standard >= 0 && ids.includes('pgd') && source.epsilons.includes(PRIMARY_EPSILON);
  if (!complete) return null;
  const worstCase = (model: number) => {
    const perAttack = ids.map((attack) => attackedCorrect(source, model, attack, PRIMARY_EPSILON));
    return source.cases.map((_, at) => perAttack.every((correct) => correct[at]));
  };
  const comparison = compareBalancedAccuracy(cohort, worstCase(robust), worstCase(standard));
  if (!comparison) return null;
  const [first, second] = [source.models[robust]?.id ?? '', source.models[standard]?.id ?? ''];
  return {
    what: `Balanced accuracy of ${first} minus ${second} under the worst case per image of ${ids.join(', ')} at 4/255.`,
    ...comparison,
  };
}
