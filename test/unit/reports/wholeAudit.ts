/** A made-up audit of four models with every finding, in the form that the contract asks for, for reports and rules. */
import { auditContentSchema, type AuditContent, type AuditResult } from '../../../src/shared/contract/audit.ts';
import { NO_EVIDENCE } from '../../../src/shared/contract/auditEvidence.ts';
import { CHECK_IDS, type Findings } from '../../../src/shared/contract/auditFindings.ts';
import type { Figure } from '../../../src/shared/contract/modelCard.ts';
import { CORRUPTIONS, SEVERITIES } from '../../../src/shared/domain/corruption.ts';
import { DIAGNOSES, type Diagnosis } from '../../../src/shared/domain/diagnosis.ts';

const HASH = 'ab'.repeat(32);
export const EPSILONS = [1 / 255, 2 / 255, 4 / 255, 8 / 255];

/** Balanced accuracy: clean, then under the worst case at each epsilon. */
const BALANCED: Readonly<Record<string, readonly number[]>> = {
  standard: [0.702, 0.221, 0.052, 0.008, 0],
  fgsm: [0.601, 0.502, 0.411, 0.262, 0.087],
  pgd: [0.583, 0.531, 0.472, 0.365, 0.169],
  mixed: [0.591, 0.522, 0.458, 0.352, 0.161],
};
const MODELS = Object.keys(BALANCED);

/** What an attack leaves above the worst case, as a share of the way back to the clean figure. */
const WEAKER: Readonly<Record<string, number>> = { noise: 0.95, fgsm: 0.35, pgd: 0.06, 'worst-case': 0 };

const LESIONS: Readonly<Record<Diagnosis, readonly [images: number, lesions: number]>> = {
  akiec: [41, 29],
  bcc: [66, 42],
  bkl: [140, 94],
  df: [15, 9],
  mel: [142, 78],
  nv: [854, 687],
  vasc: [18, 12],
};
/** How a class does beside the mean of all. */
const EASE: Readonly<Record<Diagnosis, number>> = {
  akiec: 0.8,
  bcc: 1.05,
  bkl: 0.85,
  df: 0.75,
  mel: 0.95,
  nv: 1.3,
  vasc: 1.3,
};
const N = Object.values(LESIONS).reduce((sum, [images]) => sum + images, 0);

const clamp = (share: number) => Math.min(1, Math.max(0, share));

/** A share with an interval about as wide as one of that many lesions. */
export function share(value: number, n = N, lesions = n * 0.75): Figure {
  const half = 1.96 * Math.sqrt((Math.max(0.01, value * (1 - value)) + 1 / lesions) / lesions);
  const rounded = (one: number) => Number(one.toFixed(6));
  return { value: rounded(value), low: rounded(clamp(value - half)), high: rounded(clamp(value + half)), n };
}

const ofEachClass = (figureOf: (diagnosis: Diagnosis) => Figure) =>
  Object.fromEntries(DIAGNOSES.map((one) => [one, figureOf(one)])) as Record<Diagnosis, Figure>;

const balanced = (value: number): Figure => share(value, N, 260);

const difference = (value: number, half = 0.028): Figure => ({ value, low: value - half, high: value + half, n: N });

function result(modelId: string, attack: AuditResult['attack'], at: number): AuditResult {
  const [clean = 0] = BALANCED[modelId] ?? [];
  const worst = BALANCED[modelId]?.[at] ?? 0;
  const value = at === 0 ? clean : worst + (clean - worst) * (WEAKER[attack] ?? 0);
  const classFigure = (diagnosis: Diagnosis) => share(clamp(value * EASE[diagnosis]), ...LESIONS[diagnosis]);
  return {
    modelId,
    attack,
    norm: 'linf',
    epsilon: at === 0 ? 0 : (EPSILONS[at - 1] ?? 0),
    n: N,
    accuracy: share(clamp(value * 1.12)),
    balancedAccuracy: balanced(value),
    melanomaSensitivity: classFigure('mel'),
    sensitivities: ofEachClass(classFigure),
    checks: 'PASS',
    checksRun: 10,
    dangerousFlips: at === 0 ? null : share(clamp((1 - value / clean) * 0.9), 190 + modelId.length, 120),
    dangerousFlipsUntargeted:
      at === 0 || attack === 'worst-case' ? null : share(clamp((1 - value / clean) * 0.4), 190 + modelId.length, 120),
    attackSuccessRate: at === 0 ? null : share(clamp(1 - value / clean), Math.round(N * clean)),
  };
}

const results = (): AuditResult[] =>
  MODELS.flatMap((modelId) => [
    result(modelId, 'clean', 0),
    ...(['noise', 'fgsm', 'pgd', 'worst-case'] as const).flatMap((attack) =>
      EPSILONS.map((_, at) => result(modelId, attack, at + 1)),
    ),
  ]);

/** Pairs in the order of the list, the PGD-trained model before the standard one. */
const PAIRS = [
  ['fgsm', 'standard'],
  ['pgd', 'standard'],
  ['mixed', 'standard'],
  ['pgd', 'fgsm'],
  ['mixed', 'fgsm'],
  ['pgd', 'mixed'],
] as const;

const comparisons = (): Findings['comparisons'] =>
  PAIRS.flatMap(([first, second]) =>
    [0, ...EPSILONS].map((epsilon, at) => {
      const gap = (BALANCED[first]?.[at] ?? 0) - (BALANCED[second]?.[at] ?? 0);
      const primary = first === 'pgd' && second === 'standard' && epsilon === 4 / 255;
      return {
        first,
        second,
        attack: epsilon === 0 ? ('clean' as const) : ('worst-case' as const),
        epsilon,
        difference: difference(Number(gap.toFixed(6))),
        ...(Math.abs(gap) > 0.028 ? { p: 0.00005, pHolm: primary ? null : 0.0015 } : { p: 0.2, pHolm: 0.8 }),
        mcNemar: { n: 951, firstOnly: 210, secondOnly: 180, p: 0.00004, pHolm: primary ? null : 0.0012 },
      };
    }),
  );

const sanityChecks = (): Findings['sanityChecks'] =>
  MODELS.flatMap((modelId) =>
    CHECK_IDS.map((check) => ({
      modelId,
      check,
      status: 'PASS' as const,
      reason: '',
      evidence:
        check === 'pgd-at-least-fgsm'
          ? EPSILONS.slice(0, 2).map((epsilon) => ({
              what: 'accuracy under PGD minus under FGSM',
              epsilon,
              value: -0.08203125,
              limit: 'at most 0.01',
              n: 256,
              status: 'PASS' as const,
            }))
          : [],
    })),
  );

const transfer = (): Findings['transfer'] =>
  MODELS.flatMap((craftedOn) =>
    MODELS.flatMap((judgedBy) =>
      EPSILONS.map((epsilon, at) => {
        const [clean = 1] = BALANCED[judgedBy] ?? [];
        const own = 1 - (BALANCED[judgedBy]?.[at + 1] ?? 0) / clean;
        const carried = craftedOn === judgedBy ? own : own * (craftedOn === 'standard' ? 0.25 : 0.62);
        return {
          craftedOn,
          judgedBy,
          epsilon,
          successRate: share(carried, Math.round(N * clean)),
          balancedAccuracy: balanced(clean * (1 - carried)),
        };
      }),
    ),
  );

const corruptions = (): Findings['corruptions'] =>
  MODELS.flatMap((modelId, model) =>
    CORRUPTIONS.flatMap((corruption, at) =>
      SEVERITIES.map((severity) => {
        const [clean = 0] = BALANCED[modelId] ?? [];
        const lost = Number(
          (0.012 * severity * (1 + (at % 4)) * (modelId === 'standard' ? 1.4 : 0.9 + model / 10)).toFixed(6),
        );
        return {
          modelId,
          corruption,
          severity,
          accuracy: share(clamp(clean * 1.12 - lost)),
          balancedAccuracy: balanced(clamp(clean - lost)),
          differenceToClean: difference(-Math.min(clean, lost), 0.02),
        };
      }),
    ),
  );

const scores = (): Findings['scores'] =>
  MODELS.flatMap((modelId) =>
    [0, ...EPSILONS].map((epsilon, at) => {
      const value = BALANCED[modelId]?.[at] ?? 0;
      return {
        modelId,
        attack: epsilon === 0 ? ('clean' as const) : ('pgd' as const),
        epsilon,
        n: N,
        macroAuroc: balanced(0.5 + value * 0.55),
        macroF1: balanced(value * 0.9),
        expectedCalibrationError: share(clamp(0.08 + (0.7 - value) * 0.4)),
        melanomaSensitivityAt95Specificity: share(value * 0.8, 142, 78),
        sensitivities: ofEachClass((one) => share(clamp(value * EASE[one]), ...LESIONS[one])),
        specificities: ofEachClass((one) => share(0.9 + value / 10, N - LESIONS[one][0])),
        confusion: DIAGNOSES.map((label) =>
          DIAGNOSES.map((verdict) => {
            const [images] = LESIONS[label];
            return label === verdict ? Math.round(images * value) : Math.round((images * (1 - value)) / 6);
          }),
        ),
      };
    }),
  );

/** Half of the images change at or below that many 1/255. */
const PACE = [0.9, 5.5, 7.5, 7.1];

const minimalEpsilons = (): Findings['minimalEpsilons'] =>
  MODELS.map((modelId, model) => {
    const pace = PACE[model] ?? 7;
    return {
      modelId,
      how: 'bisection' as const,
      n: N,
      median: { value: pace / 255, low: (pace * 0.9) / 255, high: (pace * 1.1) / 255, n: N },
      shares: EPSILONS.map((epsilon) => ({ epsilon, share: share((epsilon * 255) / (epsilon * 255 + pace)) })),
      noneFound: Math.round((N * pace) / (16 + pace)),
    };
  });

const certificates = (): Findings['certificates'] =>
  MODELS.map((modelId, model) => ({
    modelId,
    sigma: 0.12,
    draws: 1000,
    n: 64,
    abstained: share(0.3 - model * 0.05, 64, 60),
    certifiedAccuracy: [0, 0.1, 0.25, 0.5].map((radius) => ({
      radius,
      figure: share(clamp(0.1 + model * 0.1 - radius * 0.2), 64, 60),
    })),
  }));

const ATTACK = { norm: 'linf', criterion: { kind: 'misclassified' }, seed: 1 } as const;
const GRADIENT = { ...ATTACK, kind: 'gradient', loss: 'crossEntropy', restarts: 1 } as const;
const DIRECTED = { loss: 'margin', criterion: { kind: 'malignantToBenign' } } as const;
const APGD = { ...ATTACK, kind: 'apgd', rho: 0.75, restarts: 1 } as const;

/** Twelve cases of each class: what recommendations and reports ask of them is label, lesion and smallest epsilon. */
const cases = (): AuditContent['cases'] =>
  Array.from({ length: 12 * DIAGNOSES.length }, (_, at) => {
    const label = DIAGNOSES[at % DIAGNOSES.length] ?? 'nv';
    return {
      imageId: `image-${at}`,
      imageSha256: HASH,
      lesionId: `lesion-${at}`,
      label,
      weight: 1,
      models: MODELS.map((modelId, model) => ({
        modelId,
        clean: { verdict: label, probabilities: DIAGNOSES.map((one) => (one === label ? 1 : 0)) },
        attacked: [],
        ...smallest(label, (at + 0.5) / (12 * DIAGNOSES.length), PACE[model] ?? 7),
        evidence: NO_EVIDENCE,
      })),
    };
  });

/** The epsilon, in quarters of 1/255 up to 16/255, at or below which that share of the images changes. */
function smallest(label: Diagnosis, at: number, pace: number) {
  const quarters = Math.ceil(((at * pace) / (1 - at)) * 4);
  const found = quarters <= 64;
  return {
    minimalEpsilon: found ? quarters / 4 / 255 : null,
    minimalEpsilonVerdict: found ? ((label === 'nv' ? 'mel' : 'nv') as Diagnosis) : null,
    minimalEpsilonSurvivesRounding: found ? quarters >= 4 : null,
  };
}

/** As if a sanity check of the model had failed. */
export function failCheck(content: AuditContent, modelId: string): void {
  for (const check of content.findings.sanityChecks) {
    if (check.modelId === modelId && check.check === 'pgd-at-least-fgsm') check.status = 'FAIL';
  }
  for (const row of content.results) if (row.modelId === modelId) row.checks = 'FAIL';
}

let made: AuditContent | null = null;

/** Four models under the full budget; every call gives a new one, to be changed at will. Recommendations are left out. */
export const wholeAudit = (): AuditContent => structuredClone((made ??= make()));

const make = (): AuditContent =>
  auditContentSchema.parse({
    environment: {
      backend: 'tensorflow',
      device: 'CPU',
      versions: { tfjs: '4.22.0', tensorflow: '2.18.0' },
      cpu: 'A processor',
      threads: 2,
      numericsFingerprint: HASH,
    },
    models: MODELS.map((id) => ({ id, recipe: id, sha256: HASH, inputHeight: 64, inputWidth: 64 })),
    sample: {
      n: N,
      of: N,
      lesions: 951,
      seed: 1,
      how: 'All images of the set.',
      manifestSha256: HASH,
      perClass: DIAGNOSES.map((diagnosis) => {
        const [n, lesions] = LESIONS[diagnosis];
        return { diagnosis, n, lesions, lesionsInSet: lesions, tooFew: lesions < 10 };
      }),
      unlabelled: 0,
    },
    budget: 'full',
    attacks: [
      { id: 'clean' },
      { ...ATTACK, id: 'noise', kind: 'noise', distribution: 'uniform', draws: 10 },
      { ...GRADIENT, id: 'fgsm', steps: 1, relativeStepSize: 1, randomStart: false },
      { ...GRADIENT, id: 'pgd', steps: 20, relativeStepSize: 0.125, randomStart: true },
      { ...APGD, id: 'apgd-ce', steps: 100, loss: 'crossEntropy', targets: 1 },
      { ...APGD, ...DIRECTED, id: 'apgd-ce', steps: 100, targets: 1 },
      { ...APGD, id: 'apgd-dlr-targeted', steps: 50, loss: 'targetedDlr', targets: 3 },
      { ...ATTACK, id: 'square', kind: 'square', queries: 1000, initialShare: 0.8, restarts: 1 },
    ],
    smoothing: { sigma: 0.12, selectionDraws: 100, draws: 1000, alpha: 0.001 },
    ensemble: ['noise', 'fgsm', 'pgd', 'apgd-ce', 'apgd-dlr-targeted', 'square'],
    epsilons: EPSILONS,
    results: results(),
    primaryComparison: {
      what: 'Balanced accuracy of pgd minus standard under the worst case per image at 4/255.',
      difference: difference(0.357),
      method: 'Paired bootstrap over lesions.',
    },
    findings: {
      sanityChecks: sanityChecks(),
      transfer: transfer(),
      corruptions: corruptions(),
      scores: scores(),
      comparisons: comparisons(),
      minimalEpsilons: minimalEpsilons(),
      certificates: certificates(),
      recommendations: [],
    },
    intervals: '95 % intervals; the lesion, not the image, is the sampling unit.',
    notRun: ['Gaussian noise: NOT RUN.'],
    intendedUse: 'Research and quality assurance of adversarial robustness. Not a diagnostic device.',
    cases: cases(),
  });
