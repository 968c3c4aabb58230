/** What follows from the cases of an audit beyond the headline rows: each is computed again by `verify`. */
import { z } from 'zod';
import { DIAGNOSES } from '../domain/diagnosis.ts';
import { attackIdSchema, diagnosisSchema, epsilonSchema } from './auditEvidence.ts';
import { figureSchema } from './modelCard.ts';

export const CHECK_IDS = [
  'pgd-at-least-fgsm',
  'larger-epsilon-not-weaker',
  'unbounded-attack-reaches-zero',
  'more-iterations-add-little',
  'black-box-not-stronger',
  'transfer-not-stronger',
  'noise-weaker-than-attack',
  'gradients-informative',
  'loss-not-saturated',
  'repeatable',
] as const;
export const checkStatusSchema = z.enum(['PASS', 'FAIL', 'NOT INFORMATIVE', 'NOT RUN']);
export type CheckStatus = z.infer<typeof checkStatusSchema>;

/** One of the ten sanity checks of one model. */
export const sanityCheckSchema = z.strictObject({
  modelId: z.string(),
  check: z.enum(CHECK_IDS),
  status: checkStatusSchema,
  /** Why it is NOT INFORMATIVE or NOT RUN; what failed; else empty. */
  reason: z.string(),
  /** The figures that decided, each with the limit that it was held against. */
  evidence: z.array(
    z.strictObject({
      /** For example `accuracy under PGD minus under FGSM`. */
      what: z.string(),
      /** Null where no epsilon is concerned. */
      epsilon: epsilonSchema.nullable(),
      value: z.number(),
      /** In words with its number: `at most 0.01`. */
      limit: z.string(),
      n: z.int().nonnegative(),
      status: checkStatusSchema,
    }),
  ),
});
export type SanityCheck = z.infer<typeof sanityCheckSchema>;

/** A figure of each class; null where the sample has none of it. */
export const ofEachClassSchema = z.record(z.enum(DIAGNOSES), figureSchema.nullable());

/** Of the images that the judging model gets right when clean: how many it gets wrong on another model's attacked inputs. */
export const transferSchema = z.strictObject({
  craftedOn: z.string(),
  judgedBy: z.string(),
  epsilon: epsilonSchema,
  successRate: figureSchema.nullable(),
  balancedAccuracy: figureSchema.nullable(),
});

export const corruptionResultSchema = z.strictObject({
  modelId: z.string(),
  corruption: z.string(),
  severity: z.int().min(1).max(5),
  accuracy: figureSchema.nullable(),
  balancedAccuracy: figureSchema.nullable(),
  /** Balanced accuracy minus the clean one, paired; negative: lost. */
  differenceToClean: figureSchema.nullable(),
});

/** Figures of final scores: clean, and under PGD-20 run to its last step. */
export const scoreResultSchema = z.strictObject({
  modelId: z.string(),
  attack: z.enum(['clean', 'pgd']),
  epsilon: epsilonSchema,
  n: z.int().nonnegative(),
  macroAuroc: figureSchema.nullable(),
  macroF1: figureSchema.nullable(),
  expectedCalibrationError: figureSchema.nullable(),
  /** Sensitivity for melanoma at the threshold that gives 95 % specificity. */
  melanomaSensitivityAt95Specificity: figureSchema.nullable(),
  /** Share of each class called by its name. */
  sensitivities: ofEachClassSchema,
  /** Share of the other labelled images that are not called so. */
  specificities: ofEachClassSchema,
  /** Row: label; column: verdict; weighted counts. */
  confusion: z.array(z.array(z.number().nonnegative()).length(7)).length(7),
});

/** Two models on the same images; exploratory unless it is the comparison fixed beforehand. */
export const comparisonSchema = z.strictObject({
  first: z.string(),
  second: z.string(),
  attack: z.enum(['clean', 'worst-case']),
  epsilon: epsilonSchema,
  /** Balanced accuracy of the first minus the second, paired bootstrap over lesions. */
  difference: figureSchema,
  /** Two-sided, of no difference. */
  p: z.number().min(0).max(1),
  /** Adjusted over all exploratory comparisons of the audit (Holm 1979); null for the one fixed beforehand. */
  pHolm: z.number().min(0).max(1).nullable(),
  mcNemar: z.strictObject({
    /** Lesions: one seeded image of each. */
    n: z.int().nonnegative(),
    firstOnly: z.int().nonnegative(),
    secondOnly: z.int().nonnegative(),
    p: z.number().min(0).max(1),
    /** Adjusted likewise, over the McNemar tests of the exploratory comparisons. */
    pHolm: z.number().min(0).max(1).nullable(),
  }),
});

/** Upper bounds on the smallest epsilon that changes a model's own verdict, over the sample. */
export const minimalEpsilonDistributionSchema = z.strictObject({
  modelId: z.string(),
  /** How the bounds were found: from the grid of epsilons alone, or refined by bisection. */
  how: z.enum(['grid', 'bisection']),
  n: z.int().nonnegative(),
  /** In [0, 1]; null: more than half have none. */
  median: figureSchema.nullable(),
  /** Share of images with a bound at or below each epsilon. */
  shares: z.array(z.strictObject({ epsilon: epsilonSchema, share: figureSchema })),
  noneFound: z.int().nonnegative(),
});

export const certificateResultSchema = z.strictObject({
  modelId: z.string(),
  /** Standard deviation of the noise in [0, 1] input space. */
  sigma: z.number().positive(),
  draws: z.int().positive(),
  n: z.int().nonnegative(),
  abstained: figureSchema,
  /** Share of images certified for their label at an L2 radius of at least this. */
  certifiedAccuracy: z.array(z.strictObject({ radius: z.number().nonnegative(), figure: figureSchema })),
});

export const RECOMMENDATION_KINDS = [
  'prefer-model',
  'clean-cost',
  'fragile-class',
  'dangerous-flips',
  'failed-check',
  'not-tested',
  'next-step',
] as const;

/** What the measured numbers advise, worded by template. */
export const recommendationSchema = z.strictObject({
  kind: z.enum(RECOMMENDATION_KINDS),
  /** A whole sentence or two for a clinician; every number in it stands in `evidence`. */
  text: z.string(),
  evidence: z.array(
    z.strictObject({
      /** The figure's path, `results/pgd/worst-case/4/balancedAccuracy`: see auditRows.ts. */
      row: z.string(),
      modelId: z.string(),
      attack: attackIdSchema.or(z.enum(['clean', 'worst-case', 'corruption', 'minimal-epsilon', 'check'])),
      epsilon: epsilonSchema.nullable(),
      diagnosis: diagnosisSchema.nullable(),
      /** Null for a check: its row holds values with their limits. */
      figure: figureSchema.nullable(),
    }),
  ),
});
export type Recommendation = z.infer<typeof recommendationSchema>;

export const findingsSchema = z.strictObject({
  sanityChecks: z.array(sanityCheckSchema),
  transfer: z.array(transferSchema),
  corruptions: z.array(corruptionResultSchema),
  scores: z.array(scoreResultSchema),
  comparisons: z.array(comparisonSchema),
  minimalEpsilons: z.array(minimalEpsilonDistributionSchema),
  certificates: z.array(certificateResultSchema),
  recommendations: z.array(recommendationSchema),
});
export type Findings = z.infer<typeof findingsSchema>;

/** Of an audit that ran the headline attacks alone. */
export const NO_FINDINGS: Findings = {
  sanityChecks: [],
  transfer: [],
  corruptions: [],
  scores: [],
  comparisons: [],
  minimalEpsilons: [],
  certificates: [],
  recommendations: [],
};
