import { z } from 'zod';
import { verdictDigitsSchema } from '../../../shared/contract/auditEvidence.ts';
import type {
  AttackOutcome,
  AttackRequest,
  EngineMethods,
  MinimalEpsilonOutcome,
  RunToTheEndOutcome,
} from '../../../shared/contract/engine.ts';
import type { ClassIndex } from '../../../shared/domain/diagnosis.ts';
import { CLASS_COUNT } from '../../../shared/domain/diagnosis.ts';

/** The results of units as they are stored: read back through a schema, since a database may have been edited. */
const verdictSchema = z
  .int()
  .min(0)
  .max(CLASS_COUNT - 1)
  .transform((value) => value as ClassIndex);

const probabilitySchema = z.number().min(0).max(1);

export const predictResultSchema = z.strictObject({
  cases: z.array(
    z.strictObject({ verdict: verdictSchema, probabilities: z.array(probabilitySchema).length(CLASS_COUNT) }),
  ),
});
export type PredictResult = z.infer<typeof predictResultSchema>;

const attackedSchema = z.strictObject({ verdict: verdictSchema, probability: probabilitySchema, success: z.boolean() });
/** Per case, per epsilon in the order of the plan; null where the image was broken already. */
export const attackResultSchema = z.strictObject({ cases: z.array(z.array(attackedSchema.nullable())) });
export type AttackResult = z.infer<typeof attackResultSchema>;
export type Attacked = z.infer<typeof attackedSchema>;

/** Verdicts per case, per epsilon of the check run. */
export const checkRunResultSchema = z.strictObject({ cases: z.array(z.array(verdictSchema)) });
export type CheckRunResult = z.infer<typeof checkRunResultSchema>;

export const probeResultSchema = z.strictObject({
  cases: z.array(
    z.strictObject({
      largestGradient: z.number().nonnegative().nullable(),
      logitMargin: z.number().nonnegative(),
      repeatable: z.boolean(),
    }),
  ),
});
export type ProbeResult = z.infer<typeof probeResultSchema>;

/** Per case, per epsilon: the attacked model's softmax, and every judge's verdict in the order of the unit's judges. */
export const runToTheEndResultSchema = z.strictObject({
  cases: z.array(
    z.array(
      z.strictObject({
        probabilities: z.array(probabilitySchema).length(CLASS_COUNT),
        judged: z.array(verdictSchema),
      }),
    ),
  ),
});
export type RunToTheEndResult = z.infer<typeof runToTheEndResultSchema>;

/** Per model of the unit, per case: verdicts at severities 1 to 5 by corruption. */
export const corruptionResultSchema = z.strictObject({
  models: z.array(z.array(z.record(z.string(), verdictDigitsSchema))),
});
export type CorruptionResult = z.infer<typeof corruptionResultSchema>;

export const certificateResultSchema = z.strictObject({
  cases: z.array(z.strictObject({ verdict: verdictSchema.nullable(), radius: z.number().nonnegative() })),
});
export type CertificateResult = z.infer<typeof certificateResultSchema>;

export const minimalEpsilonResultSchema = z.strictObject({
  cases: z.array(
    z.strictObject({
      minimalEpsilon: z.number().nullable(),
      verdict: verdictSchema.nullable(),
      survivesRounding: z.boolean().nullable(),
    }),
  ),
});
export type MinimalEpsilonResult = z.infer<typeof minimalEpsilonResultSchema>;

/** Six decimals say more than float32 softmax does, and keep the file readable. */
const rounded = (probability: number): number => Number(probability.toFixed(6));

/** The verdict is that of the logits: softmax in float32 can make two of them equal. */
export function predictResult({ logits, probabilities }: EngineMethods['predict']['result']): PredictResult {
  const count = logits.length / CLASS_COUNT;
  const rowOf = (values: Float32Array, at: number) => [...values.subarray(at * CLASS_COUNT, (at + 1) * CLASS_COUNT)];
  return {
    cases: Array.from({ length: count }, (_, at) => {
      const row = rowOf(logits, at);
      return {
        verdict: row.indexOf(Math.max(...row)) as ClassIndex,
        probabilities: rowOf(probabilities, at).map(rounded),
      };
    }),
  };
}

/**
 * Outcomes come image by image, epsilons ascending; there is none where the image was broken already.
 *
 * @throws where a cell that was to be attacked has no outcome (a defect)
 */
export function attackResult(
  outcomes: readonly AttackOutcome[],
  { labels, epsilons, broken }: Pick<AttackRequest, 'labels' | 'epsilons' | 'broken'>,
): AttackResult {
  const byCell = new Map(outcomes.map((outcome) => [`${outcome.image}/${outcome.epsilon}`, outcome]));
  const cell = (image: number, epsilon: number): Attacked | null => {
    if (epsilon >= (broken?.[image] ?? Number.POSITIVE_INFINITY)) return null;
    const outcome = byCell.get(`${image}/${epsilon}`);
    if (!outcome) throw new Error('The engine gave another number of outcomes than asked for.');
    const { verdict, probabilities, success } = outcome;
    return { verdict, probability: rounded(probabilities[verdict] ?? Number.NaN), success };
  };
  return { cases: labels.map((_, image) => epsilons.map((epsilon) => cell(image, epsilon))) };
}

/** Every cell of a check run has a verdict: nothing is left out as broken. */
export function checkRunResult(
  outcomes: readonly AttackOutcome[],
  asked: Pick<AttackRequest, 'labels' | 'epsilons' | 'broken'>,
): CheckRunResult {
  const { cases } = attackResult(outcomes, asked);
  return { cases: cases.map((perEpsilon) => perEpsilon.flatMap((entry) => entry?.verdict ?? [])) };
}

/** Outcomes come image by image, epsilons ascending. */
export function runToTheEndResult(
  outcomes: readonly RunToTheEndOutcome[],
  cases: number,
  epsilons: number,
): RunToTheEndResult {
  if (outcomes.length !== cases * epsilons)
    throw new Error('The engine gave another number of outcomes than asked for.');
  const cells = outcomes.map(({ probabilities, judgedBy }) => ({
    probabilities: probabilities.map(rounded),
    judged: [...judgedBy],
  }));
  return { cases: Array.from({ length: cases }, (_, at) => cells.slice(at * epsilons, (at + 1) * epsilons)) };
}

export const minimalEpsilonResult = (outcomes: readonly MinimalEpsilonOutcome[]): MinimalEpsilonResult => ({
  cases: outcomes.map(({ minimalEpsilon, verdict, survivesRounding }) => ({
    minimalEpsilon,
    verdict,
    survivesRounding,
  })),
});

/** The attacked inputs of a unit, one after the other, as they are stored beside its result. */
export function packAdversarials(outcomes: readonly AttackOutcome[]): Uint8Array {
  const arrays = outcomes.map(({ adversarial }) => adversarial ?? new Float32Array());
  const packed = new Float32Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    packed.set(array, at);
    at += array.length;
  }
  return new Uint8Array(packed.buffer);
}
