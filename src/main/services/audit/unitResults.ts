import { z } from 'zod';
import type { AttackOutcome, EngineMethods, MinimalEpsilonOutcome } from '../../../shared/contract/engine.ts';
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
/** Per case, per epsilon in the order of the plan. */
export const attackResultSchema = z.strictObject({ cases: z.array(z.array(attackedSchema)) });
export type AttackResult = z.infer<typeof attackResultSchema>;
export type Attacked = z.infer<typeof attackedSchema>;

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

/** Outcomes come image by image, epsilons ascending. */
export function attackResult(outcomes: readonly AttackOutcome[], cases: number, epsilons: number): AttackResult {
  if (outcomes.length !== cases * epsilons)
    throw new Error('The engine gave another number of outcomes than asked for.');
  const attacked = outcomes.map(({ verdict, probabilities, success }) => ({
    verdict,
    probability: rounded(probabilities[verdict] ?? Number.NaN),
    success,
  }));
  return { cases: Array.from({ length: cases }, (_, at) => attacked.slice(at * epsilons, (at + 1) * epsilons)) };
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
