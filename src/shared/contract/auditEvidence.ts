/**
 * What an audit holds of one case and one model beyond the headline attacks: the verdicts that its checks, tables and
 * recommendations are computed from, so that whoever holds the file can compute them again.
 */
import { z } from 'zod';
import { CLASS_COUNT, DIAGNOSES } from '../domain/diagnosis.ts';

export const diagnosisSchema = z.enum(DIAGNOSES);
export const probabilitiesSchema = z.array(z.number().min(0).max(1)).length(CLASS_COUNT);
export const epsilonSchema = z.number().min(0).max(1);

/** Attacks that perturb an image on purpose or at random; `clean` and the worst case of several are no attacks. */
export const ATTACK_IDS = [
  'noise',
  'fgsm',
  'bim',
  'pgd',
  'apgd-ce',
  'apgd-dlr',
  'apgd-dlr-targeted',
  'square',
] as const;
export const attackIdSchema = z.enum(ATTACK_IDS);

/** Verdicts as class indices, one digit each, in an order that the field names. */
export const verdictDigitsSchema = z.string().regex(/^[0-6]*$/);

/** The worst case per image over every attack on file, at one epsilon. */
export const worstCaseSchema = z.strictObject({
  epsilon: epsilonSchema,
  success: z.boolean(),
  /** The first attack, in the order of the ensemble, that succeeded in this ball; null: none did. */
  by: attackIdSchema.nullable(),
  /** Verdict on that attack's input; the clean verdict where none succeeded. */
  verdict: diagnosisSchema,
  /** As in the headline attacks, over all attacks on file. */
  turnedBenign: z.boolean().nullable(),
});

/** PGD-20 run to its last step at every epsilon: for figures that need the final scores, and for transfer. */
export const runToTheEndSchema = z.strictObject({
  /** Softmax of the attacked model, one row per epsilon. */
  probabilities: z.array(probabilitiesSchema),
  /** What every model of the audit says of the same attacked inputs: one digit per epsilon, by model id. */
  judgedBy: z.record(z.string(), verdictDigitsSchema),
});

/**
 * The independent runs behind the sanity checks (Carlini 2019, arXiv 1902.06705), against the label: nothing is carried
 * from one epsilon to the next, and no attack sees another's success. One digit per epsilon of the audit: the verdict
 * at the first success, else at the end.
 */
export const checkRunsSchema = z.strictObject({
  noise: verdictDigitsSchema,
  fgsm: verdictDigitsSchema,
  pgd: verdictDigitsSchema,
  /** PGD with twice the steps. */
  pgdTwiceTheSteps: verdictDigitsSchema.nullable(),
  /** PGD with five restarts in place of one. */
  pgdFiveRestarts: verdictDigitsSchema.nullable(),
  square: verdictDigitsSchema.nullable(),
  /** PGD at epsilon 0.5 and at 1. */
  pgdAtLargeEpsilons: verdictDigitsSchema,
});

export const checkEvidenceSchema = z.strictObject({
  runs: checkRunsSchema,
  /** Largest absolute component of the loss gradient at the clean input; 0: no gradient; null: not finite. */
  largestGradient: z.number().nonnegative().nullable(),
  /** Logit of the clean verdict minus the next one. */
  logitMargin: z.number().nonnegative(),
  /** The same batch twice gave the same bits, of logits and of gradients. */
  repeatable: z.boolean(),
});
export type CheckEvidence = z.infer<typeof checkEvidenceSchema>;
export type CheckRun = keyof CheckEvidence['runs'];

/** Randomized smoothing in L2 (Cohen 2019, arXiv 1902.02918, algorithm 1). */
export const certificateSchema = z.strictObject({
  /** Null: the smoothed classifier abstains. */
  verdict: diagnosisSchema.nullable(),
  /** Certified L2 radius in [0, 1] input space; 0 where it abstains. */
  radius: z.number().nonnegative(),
});

/** Evidence of one case and one model; null where that part was not run, or not for this case. */
export const caseEvidenceSchema = z.strictObject({
  /** One entry per epsilon. */
  worstCase: z.array(worstCaseSchema).nullable(),
  runToTheEnd: runToTheEndSchema.nullable(),
  /** Verdicts at severities 1 to 5 by corruption. */
  corrupted: z.record(z.string(), verdictDigitsSchema).nullable(),
  /** Cases of the check sample only. */
  checks: checkEvidenceSchema.nullable(),
  /** Cases of the certificate's sample only. */
  certificate: certificateSchema.nullable(),
});
export type CaseEvidence = z.infer<typeof caseEvidenceSchema>;

/** Of a case that only the headline attacks were run on. */
export const NO_EVIDENCE: CaseEvidence = {
  worstCase: null,
  runToTheEnd: null,
  corrupted: null,
  checks: null,
  certificate: null,
};
