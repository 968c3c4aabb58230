import type { AuditContent } from '../../../../shared/contract/audit.ts';
import { modelCardSchema } from '../../../../shared/contract/modelCard.ts';
import { sampleInWords } from '../../../engine/metrics/index.ts';
import { canonicalJson } from '../../../store/index.ts';
import { refuseIncompleteBudget } from '../budgets.ts';
import type { PlanAgain } from '../planAgain.ts';
import { found } from './contradiction.ts';

/** What an audit says of models and attacks and no plan of this version would, in words that follow "it names". */
export function ofWork(content: AuditContent, { inputs, stated }: PlanAgain): string[] {
  const { models, epsilons, environment, mixedEnvironments } = content;
  const differs = (name: 'attacks' | 'ensemble' | 'smoothing') =>
    canonicalJson(content[name]) !== canonicalJson(stated[name]);
  return found([
    ['no model', models.length === 0],
    ['a model twice', isDouble(models.map(({ id }) => id)) || isDouble(models.map(({ sha256 }) => sha256))],
    ['a model that no package can hold', !models.every(isOfPackage)],
    ['epsilons that are not ascending between 0 and 1', !areEpsilons(epsilons)],
    ['a budget whose checks had nothing to compare', !isComplete(inputs.options)],
    ['attacks, parameters or seeds that are not those of its budget', differs('attacks')],
    ['a worst case of other attacks than its budget runs', differs('ensemble')],
    ['certificates of other noise than is drawn', differs('smoothing')],
    [
      'environments that are not those of several machines',
      mixedEnvironments !== undefined &&
        (canonicalJson(mixedEnvironments[0]) !== canonicalJson(environment) ||
          isDouble(mixedEnvironments.map(({ numericsFingerprint }) => numericsFingerprint))),
    ],
  ]);
}

/** Which of the sentences that it writes about itself this version would not write. */
export function ofWords(content: AuditContent, { stated }: PlanAgain): string[] {
  const { notRun, intervals, intendedUse, sample } = content;
  return found([
    ['what was not run', canonicalJson(notRun) !== canonicalJson(stated.notRun)],
    ['how the intervals come about', intervals !== stated.intervals],
    ['what it is meant for', intendedUse !== stated.intendedUse],
    ['how the sample was drawn', sample.how !== sampleInWords(sample.n, sample.of, sample.seed)],
  ]);
}

const isDouble = (names: readonly string[]): boolean => new Set(names).size < names.length;

function isOfPackage({ id, recipe, inputHeight, inputWidth }: AuditContent['models'][number]): boolean {
  const { id: ids, training, input } = modelCardSchema.shape;
  return (
    ids.safeParse(id).success &&
    training.shape.recipe.safeParse(recipe).success &&
    input.shape.height.safeParse(inputHeight).success &&
    input.shape.width.safeParse(inputWidth).success
  );
}

const areEpsilons = (epsilons: readonly number[]): boolean =>
  epsilons.length > 0 && epsilons.every((epsilon, at) => epsilon > (epsilons[at - 1] ?? 0) && epsilon <= 1);

function isComplete(options: Parameters<typeof refuseIncompleteBudget>[0]): boolean {
  try {
    refuseIncompleteBudget(options);
    return true;
  } catch {
    return false;
  }
}
