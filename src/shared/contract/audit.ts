import { z } from 'zod';
import { attackIdSchema, caseEvidenceSchema, diagnosisSchema, probabilitiesSchema } from './auditEvidence.ts';
import { NORMS } from '../domain/attack.ts';
import { CHECK_IDS, checkStatusSchema, findingsSchema, ofEachClassSchema } from './auditFindings.ts';
import { figureSchema, sha256Schema } from './modelCard.ts';

/**
 * `audit.json`: `content` is everything that two runs of the same plan on the same numerics must agree on,
 * `run` holds what they may not (ids, times, host). `contentSha256` is taken over the canonical form
 * (RFC 8785) of `content`. Documented for readers in docs/audit-json.md.
 */
/** What an audit runs beyond verdicts and headline attacks, from least to most. */
export const BUDGETS = ['basic', 'quick', 'full'] as const;
export type Budget = (typeof BUDGETS)[number];

const criterionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('misclassified') }),
  z.strictObject({ kind: z.literal('verdictChanged') }),
  z.strictObject({ kind: z.literal('targeted'), target: z.int().min(0).max(6) }),
  z.strictObject({ kind: z.literal('malignantToBenign') }),
  z.strictObject({ kind: z.literal('benignToMalignant') }),
]);

const normSchema = z.enum(NORMS);

/** Every attack with every hyperparameter; `clean` is the identity, listed so that each result names its attack. */
export const auditAttackSchema = z.discriminatedUnion('id', [
  z.strictObject({ id: z.literal('clean') }),
  z.strictObject({
    id: z.literal('noise'),
    kind: z.literal('noise'),
    distribution: z.enum(['uniform', 'gaussian']),
    norm: normSchema,
    draws: z.int().positive(),
    criterion: criterionSchema,
    seed: z.int(),
  }),
  z.strictObject({
    id: z.enum(['fgsm', 'bim', 'pgd']),
    kind: z.literal('gradient'),
    norm: normSchema,
    steps: z.int().positive(),
    relativeStepSize: z.number().positive(),
    randomStart: z.boolean(),
    restarts: z.int().positive(),
    loss: z.enum(['crossEntropy', 'margin']),
    criterion: criterionSchema,
    seed: z.int(),
  }),
  z.strictObject({
    id: z.enum(['apgd-ce', 'apgd-dlr', 'apgd-dlr-targeted']),
    kind: z.literal('apgd'),
    norm: normSchema,
    steps: z.int().positive(),
    restarts: z.int().positive(),
    loss: z.enum(['crossEntropy', 'dlr', 'targetedDlr', 'margin']),
    /** Classes aimed at one after the other; 1 for losses without a target. */
    targets: z.int().positive(),
    rho: z.number().positive(),
    criterion: criterionSchema,
    seed: z.int(),
  }),
  z.strictObject({
    id: z.literal('square'),
    kind: z.literal('square'),
    norm: normSchema,
    queries: z.int().positive(),
    initialShare: z.number().positive(),
    restarts: z.int().positive(),
    criterion: criterionSchema,
    seed: z.int(),
  }),
]);

export const auditResultSchema = z.strictObject({
  modelId: z.string(),
  /** `worst-case`: per image the strongest of all attacks on file. */
  attack: attackIdSchema.or(z.enum(['clean', 'worst-case'])),
  norm: normSchema,
  /** In [0, 1]; 0 for clean. */
  epsilon: z.number().min(0).max(1),
  /** Labelled images that the row rests on. */
  n: z.int().nonnegative(),
  accuracy: figureSchema.nullable(),
  balancedAccuracy: figureSchema.nullable(),
  melanomaSensitivity: figureSchema.nullable(),
  /** Share of each class that is still called by its name; null where the sample has none of it. */
  sensitivities: ofEachClassSchema,
  /** Whether the sanity checks of this model passed: a failed one makes every robust figure of it doubtful. */
  checks: checkStatusSchema,
  /** How many of the ten checks were run. */
  checksRun: z.int().min(0).max(CHECK_IDS.length),
  /** Malignant images called malignant when clean that the directed attack turns benign, among those. */
  dangerousFlips: figureSchema.nullable(),
  /**
   * Among the same images those that the attack turned benign although it aimed at any wrong verdict; an image that is
   * called malignant by a wrong name gives it nothing to do. Null for clean, and for the worst case, which mixes both aims.
   */
  dangerousFlipsUntargeted: figureSchema.nullable(),
  /** Attack success rate: among the images that are right when clean, those that the attack makes wrong; null for clean. */
  attackSuccessRate: figureSchema.nullable(),
});

export const auditCaseVerdictSchema = z.strictObject({
  attack: attackIdSchema,
  epsilon: z.number().min(0).max(1),
  verdict: diagnosisSchema,
  /** Softmax of the verdict on the attacked input. */
  probability: z.number().min(0).max(1),
  /** The attack met its criterion. */
  success: z.boolean(),
  /**
   * For malignant images that the model calls malignant when clean: whether the directed attack found a benign
   * verdict. Null for all others.
   */
  turnedBenign: z.boolean().nullable(),
});

export const auditCaseSchema = z.strictObject({
  imageId: z.string(),
  imageSha256: sha256Schema,
  lesionId: z.string().nullable(),
  label: diagnosisSchema.nullable(),
  /** Images of the set that this one stands for (1 when the sample is the whole set). */
  weight: z.number().positive(),
  models: z.array(
    z.strictObject({
      modelId: z.string(),
      clean: z.strictObject({ verdict: diagnosisSchema, probabilities: probabilitiesSchema }),
      attacked: z.array(auditCaseVerdictSchema),
      /** Smallest epsilon in [0, 1] of any attack on file that changes the model's own clean verdict; null: none found. */
      minimalEpsilon: z.number().nullable(),
      minimalEpsilonVerdict: diagnosisSchema.nullable(),
      minimalEpsilonSurvivesRounding: z.boolean().nullable(),
      evidence: caseEvidenceSchema,
    }),
  ),
});

const environmentSchema = z.strictObject({
  backend: z.enum(['tensorflow', 'wasm']),
  device: z.enum(['CPU', 'GPU']),
  versions: z.record(z.string(), z.string()),
  cpu: z.string(),
  threads: z.int().positive(),
  numericsFingerprint: sha256Schema,
});

export const auditContentSchema = z.strictObject({
  environment: environmentSchema,
  /**
   * Only where shards of different numerics were merged (`--allow-mixed`): each environment that computed a part,
   * `environment` first. Two such audits need not agree to the last bit.
   */
  mixedEnvironments: z.array(environmentSchema).min(2).optional(),
  models: z.array(
    z.strictObject({
      id: z.string(),
      recipe: z.string(),
      /** Of the package's card.json, which holds the hashes of its other files. */
      sha256: sha256Schema,
      inputHeight: z.int(),
      inputWidth: z.int(),
    }),
  ),
  sample: z.strictObject({
    n: z.int().nonnegative(),
    /** Images and lesions that the sample was drawn from. */
    of: z.int().nonnegative(),
    lesions: z.int().nonnegative(),
    seed: z.int(),
    how: z.string(),
    /** SHA-256 over the sorted list of imageId and imageSha256. */
    manifestSha256: sha256Schema,
    perClass: z.array(
      z.strictObject({
        diagnosis: diagnosisSchema,
        n: z.int().nonnegative(),
        lesions: z.int().nonnegative(),
        /** Lesions of this class in the set the sample was drawn from. */
        lesionsInSet: z.int().nonnegative(),
        tooFew: z.boolean(),
      }),
    ),
    unlabelled: z.int().nonnegative(),
  }),
  /** How much was run: `docs/audit-json.md` lists what each budget holds. */
  budget: z.enum(BUDGETS),
  attacks: z.array(auditAttackSchema),
  /** Attacks of the worst case in the order in which they ran; each saw only what those before it had left. */
  ensemble: z.array(attackIdSchema),
  /** How the classifiers of the certificates were smoothed (Cohen 2019); null: none was run. */
  smoothing: z
    .strictObject({
      /** Standard deviation of the noise in [0, 1] input space. */
      sigma: z.number().positive(),
      /** Draws that choose the class, and further ones that count it. */
      selectionDraws: z.int().positive(),
      draws: z.int().positive(),
      /** Probability that a certificate is wrong. */
      alpha: z.number().positive().max(0.5),
    })
    .nullable(),
  epsilons: z.array(z.number()),
  results: z.array(auditResultSchema),
  /** The comparison fixed beforehand; null when its two models or its attack are not part of the run. */
  primaryComparison: z
    .strictObject({
      what: z.string(),
      difference: figureSchema,
      method: z.string(),
    })
    .nullable(),
  findings: findingsSchema,
  intervals: z.string(),
  notRun: z.array(z.string()),
  intendedUse: z.string(),
  cases: z.array(auditCaseSchema),
});

export const auditSchema = z.strictObject({
  format: z.literal('epsiloscope.audit'),
  formatVersion: z.literal(1),
  contentSha256: sha256Schema,
  run: z.strictObject({
    id: z.string(),
    workspaceId: z.string(),
    startedAt: z.string(),
    finishedAt: z.string(),
    app: z.string(),
    host: z.strictObject({ platform: z.string(), arch: z.string(), node: z.string() }),
    resumed: z.boolean(),
  }),
  content: auditContentSchema,
});
export type Audit = z.infer<typeof auditSchema>;
export type AuditContent = z.infer<typeof auditContentSchema>;
export type AuditResult = z.infer<typeof auditResultSchema>;
export type AuditCase = z.infer<typeof auditCaseSchema>;
export type AuditAttack = z.infer<typeof auditAttackSchema>;
