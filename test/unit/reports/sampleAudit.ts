import { auditSchema, type Audit, type AuditCase, type AuditResult } from '../../../src/shared/contract/audit.ts';
import { NO_EVIDENCE } from '../../../src/shared/contract/auditEvidence.ts';
import { NO_FINDINGS } from '../../../src/shared/contract/auditFindings.ts';
import type { Figure } from '../../../src/shared/contract/modelCard.ts';

const HASH = 'ab'.repeat(32);

export const figure = (value: number, n = 2): Figure => ({ value, low: value / 2, high: (1 + value) / 2, n });

const row = (modelId: string, attack: AuditResult['attack'], epsilon: number, value: number): AuditResult => ({
  modelId,
  attack,
  norm: 'linf',
  epsilon,
  n: 2,
  accuracy: figure(value),
  balancedAccuracy: figure(value),
  melanomaSensitivity: figure(value, 1),
  sensitivities: { akiec: null, bcc: null, bkl: null, df: null, mel: figure(value, 1), nv: null, vasc: null },
  checks: 'NOT RUN',
  checksRun: 0,
  dangerousFlips: attack === 'clean' ? null : figure(1 - value, 1),
  dangerousFlipsUntargeted: attack === 'clean' ? null : figure((1 - value) / 2, 1),
  attackSuccessRate: attack === 'clean' ? null : figure(1 - value),
});

const gradient = {
  kind: 'gradient',
  norm: 'linf',
  loss: 'crossEntropy',
  criterion: { kind: 'misclassified' },
  seed: 3,
} as const;

type ModelVerdicts = AuditCase['models'][number];

/** A melanoma whose verdict turns to nevus at `minimalEpsilon`; null: never. */
export const melanomaVerdicts = (modelId: string, minimalEpsilon: number | null): ModelVerdicts => ({
  modelId,
  clean: { verdict: 'mel', probabilities: [0, 0, 0, 0, 0.75, 0.25, 0] },
  attacked: [
    { attack: 'pgd', epsilon: 1 / 255, verdict: 'mel', probability: 0.6, success: false, turnedBenign: false },
    { attack: 'pgd', epsilon: 4 / 255, verdict: 'nv', probability: 0.9, success: true, turnedBenign: true },
  ],
  minimalEpsilon,
  minimalEpsilonVerdict: minimalEpsilon === null ? null : 'nv',
  minimalEpsilonSurvivesRounding: minimalEpsilon === null ? null : minimalEpsilon > 1 / 255,
  evidence: NO_EVIDENCE,
});

const auditCase = (imageId: string, label: AuditCase['label'], standard: number | null, robust: number | null) => ({
  imageId,
  imageSha256: HASH,
  lesionId: `lesion-of-${imageId}`,
  label,
  weight: 1.5,
  models: [melanomaVerdicts('standard', standard), melanomaVerdicts('robust', robust)],
});

/** A whole audit of two models and three cases, made up, in the form that the contract asks for. */
export function sampleAudit(): Audit {
  return auditSchema.parse({
    format: 'epsiloscope.audit',
    formatVersion: 1,
    contentSha256: 'cd'.repeat(32),
    run: {
      id: 'run',
      workspaceId: 'workspace',
      startedAt: '2026-01-31T09:30:00.000Z',
      finishedAt: '2026-01-31T09:31:00.000Z',
      app: 'epsiloscope 0.1.0',
      host: { platform: 'linux', arch: 'x64', node: 'v24.21.0' },
      resumed: false,
    },
    content: {
      environment: {
        backend: 'tensorflow',
        device: 'CPU',
        versions: { tfjs: '4.22.0' },
        cpu: 'A processor',
        threads: 2,
        numericsFingerprint: HASH,
      },
      models: [
        { id: 'robust', recipe: 'pgd', sha256: HASH, inputHeight: 64, inputWidth: 64 },
        { id: 'standard', recipe: 'standard', sha256: HASH, inputHeight: 64, inputWidth: 64 },
      ],
      sample: {
        n: 3,
        of: 9,
        lesions: 8,
        seed: 3,
        how: 'Drawn by lesion.',
        manifestSha256: HASH,
        perClass: [
          { diagnosis: 'mel', n: 1, lesions: 1, lesionsInSet: 4, tooFew: true },
          { diagnosis: 'nv', n: 1, lesions: 1, lesionsInSet: 4, tooFew: true },
        ],
        unlabelled: 1,
      },
      budget: 'basic',
      ensemble: [],
      smoothing: null,
      findings: NO_FINDINGS,
      attacks: [
        { id: 'clean' },
        { id: 'pgd', steps: 20, relativeStepSize: 0.125, randomStart: true, restarts: 1, ...gradient },
      ],
      epsilons: [1 / 255, 4 / 255],
      results: [
        row('robust', 'clean', 0, 0.75),
        row('robust', 'pgd', 1 / 255, 0.7),
        row('robust', 'pgd', 4 / 255, 0.5),
        row('standard', 'clean', 0, 1),
        row('standard', 'pgd', 1 / 255, 0.5),
        row('standard', 'pgd', 4 / 255, 0),
      ],
      primaryComparison: {
        what: 'Balanced accuracy of robust minus standard at 4/255.',
        difference: { value: 0.5, low: -0.125, high: 0.75, n: 2 },
        method: 'Paired bootstrap.',
      },
      intervals: '95 % intervals over lesions.',
      notRun: ['Square: NOT RUN.'],
      intendedUse: 'Research.',
      cases: [
        auditCase('img-a', 'mel', 0.5 / 255, null),
        auditCase('img-b', 'nv', 3 / 255, 8 / 255),
        auditCase('=HYPERLINK("x")', null, null, null),
      ],
    },
  });
}
