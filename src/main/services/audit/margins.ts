import { BENIGN, MALIGNANT, type ClassIndex } from '../../../shared/domain/diagnosis.ts';
import { ModelInputs } from './inputs.ts';
import type { AuditPlan } from './plan.ts';
import type { AuditControl, AuditDependencies, VerdictAt } from './types.ts';

/**
 * The logit of the verdict minus the next one, at the input that a verdict of the audit was given on; that input is
 * computed again, by itself: its bits do not depend on the images beside it. At what a directed attack came to: how far the
 * largest logits of benign and of malignant classes lie apart.
 */
export async function logitMargin(
  dependencies: AuditDependencies,
  plan: AuditPlan,
  modelId: string,
  position: number,
  at: VerdictAt,
  control: AuditControl,
): Promise<number> {
  const { models, cases, options } = plan.inputs;
  const model = models.find(({ id }) => id === modelId);
  const label = cases[position]?.label ?? null;
  if (!model) throw new Error(`${modelId} is not part of the audit.`);
  const inputs = await new ModelInputs(dependencies, cases).batch(model.input, 0, [position], control);
  const modelSha256 = model.sha256;
  const callOptions = control.signal ? { signal: control.signal } : {};
  if (at.attack === 'clean') {
    const { logits } = await dependencies.engine.call('predict', { modelSha256, inputs }, callOptions);
    return firstMinusSecond([...logits]);
  }
  const directed = at.directed === true;
  const planned = plan.work.headline.find(
    ({ attack, speaksOf }) =>
      attack.id === at.attack && speaksOf(label) && (attack.criterion.kind === 'malignantToBenign') === directed,
  );
  if (!planned) throw new Error(`${at.attack} is not part of the audit.`);
  const { epsilons, seed } = options;
  const request = { modelSha256, inputs, labels: [label], attack: planned.attack, epsilons, seed };
  const { outcomes } = await dependencies.engine.call(
    'attack',
    { ...request, wantAdversarials: false, broken: null, carry: true },
    callOptions,
  );
  const outcome = outcomes.find(({ epsilon }) => epsilon === at.epsilon);
  // The difference of two logits is that of the logarithms of their softmax.
  const logits = (outcome?.probabilities ?? []).map(Math.log);
  return directed ? betweenDirections(logits) : firstMinusSecond(logits);
}

function betweenDirections(logits: readonly number[]): number {
  const largest = (classes: readonly ClassIndex[]) => Math.max(...classes.map((index) => logits[index] ?? Number.NaN));
  return Math.abs(largest(MALIGNANT) - largest(BENIGN));
}

function firstMinusSecond(values: readonly number[]): number {
  const [first = Number.NaN, second = Number.NaN] = values.toSorted((one, other) => other - one);
  return first - second;
}
