import type { AttackChoice, ExaminedPoint, Examination } from '../../../shared/contract/app/cases.ts';
import type { AttackOutcome, InputBatch, Judgement, TracedPoint } from '../../../shared/contract/engine.ts';
import type { Attack, GradientAttack } from '../../../shared/domain/attack.ts';
import { DIAGNOSES, type ClassIndex } from '../../../shared/domain/diagnosis.ts';
import type { Sha256 } from '../../../shared/kernel/ids.ts';
import { describeAttack } from '../../engine/attacks/defaults.ts';
import { attackOf } from './attackOf.ts';
import { caseAndModel, type ExamineControl, type ExamineDependencies } from './dependencies.ts';
import { provenanceOf, SEED } from './provenance.ts';
import { refuseAimless } from './refusals.ts';

export interface ExamineInput {
  readonly caseId: string;
  readonly modelSha256: Sha256;
  readonly attack: AttackChoice;
  /** In (0, 1], in any order. */
  readonly epsilons: readonly number[];
}

/** Everything about the attack, for the engine. */
interface Task<Chosen extends Attack = Attack> {
  readonly modelSha256: Sha256;
  readonly input: InputBatch;
  readonly attack: Chosen;
  readonly epsilons: readonly number[];
}

/** What became of the input at one epsilon; an attack that tells no steps has neither a step nor a trajectory. */
type Outcome = Omit<TracedPoint, 'trajectory'> & { readonly trajectory: TracedPoint['trajectory'] | null };

interface Attacked {
  readonly clean: Judgement;
  readonly outcomes: readonly Outcome[];
}

/**
 * Attacks one model at one case, each epsilon a run of its own: gradient attacks with every step, the others with their
 * outcome. Attacked inputs are put into the array store.
 *
 * @throws EpsiloscopeError `CASE_UNKNOWN`, `MODEL_UNKNOWN`, `CRITERION_NOT_APPLICABLE` where the model's clean verdict leaves
 * the attack nothing to do, `ENGINE_DIED` (the next call starts another engine), `INTERRUPTED`, and where the stored
 * image cannot be read
 */
export async function examine(
  dependencies: ExamineDependencies,
  { caseId, modelSha256, attack: choice, epsilons: asked }: ExamineInput,
  control: ExamineControl = {},
): Promise<Examination> {
  const { engine, arrays, workspace } = dependencies;
  const { input, shape } = await caseAndModel(dependencies, { caseId, modelSha256 }, control.signal);
  const facts = await engine.call('describe', undefined);
  const attack = attackOf(choice);
  const epsilons = [...new Set(asked)].sort((left, right) => left - right);
  const task = { modelSha256, input, epsilons };
  const { clean, outcomes } =
    attack.kind === 'gradient'
      ? await traced(dependencies, { ...task, attack }, control)
      : await attacked(dependencies, { ...task, attack }, control);
  // Only now is the clean verdict known; an attack that has nothing to do took no time.
  refuseAimless(attack.criterion, clean.verdict);
  return {
    shape,
    attack,
    clean: {
      verdict: DIAGNOSES[clean.verdict],
      probabilities: clean.probabilities,
      inputArray: arrays.put(input.pixels),
    },
    points: outcomes.map((outcome) => pointOf(outcome, arrays.put(bytesOf(outcome.adversarial)))),
    provenance: provenanceOf(modelSha256, describeAttack(attack), facts, workspace.db.clock),
  };
}

const callOptions = ({ signal, onProgress }: ExamineControl) => ({
  ...(signal && { signal }),
  ...(onProgress && { onEvent: onProgress }),
});

async function traced(
  { engine }: ExamineDependencies,
  { modelSha256, input, attack, epsilons }: Task<GradientAttack>,
  control: ExamineControl,
): Promise<Attacked> {
  const request = { modelSha256, input, label: null, attack, epsilons, seed: SEED };
  const { clean, points } = await engine.call('trace', request, callOptions(control));
  return { clean, outcomes: points };
}

async function attacked(
  { engine }: ExamineDependencies,
  { modelSha256, input, attack, epsilons }: Task,
  control: ExamineControl,
): Promise<Attacked> {
  const asked = { modelSha256, inputs: input, labels: [null], attack, epsilons, seed: SEED };
  const request = { ...asked, wantAdversarials: true, broken: null, carry: false };
  const { outcomes } = await engine.call('attack', request, callOptions(control));
  const { signal } = control;
  const { logits, probabilities } = await engine.call(
    'predict',
    { modelSha256, inputs: input },
    signal ? { signal } : {},
  );
  const verdict = logits.indexOf(Math.max(...logits)) as ClassIndex;
  return { clean: { verdict, probabilities: [...probabilities] }, outcomes: outcomes.map(untraced) };
}

function untraced({ adversarial, ...outcome }: AttackOutcome): Outcome {
  if (adversarial === undefined) throw new Error('The engine sent no attacked input.');
  return { ...outcome, adversarial, successStep: null, trajectory: null };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const pointOf = (outcome: Outcome, attackedArray: Sha256): ExaminedPoint => ({
  epsilon: outcome.epsilon,
  success: outcome.success,
  successStep: outcome.successStep,
  verdict: DIAGNOSES[outcome.verdict],
  probabilities: outcome.probabilities,
  linf: outcome.linf,
  l2: outcome.l2,
  attackedArray,
  trajectory: outcome.trajectory,
});
