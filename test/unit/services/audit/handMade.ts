import type { Audit, AuditCase, AuditContent } from '../../../../src/shared/contract/audit.ts';
import { NO_EVIDENCE } from '../../../../src/shared/contract/auditEvidence.ts';
import { DIAGNOSES, type Diagnosis } from '../../../../src/shared/domain/diagnosis.ts';
import { manifestSha256 } from '../../../../src/main/services/audit/assemble.ts';
import { auditFigures } from '../../../../src/main/services/audit/figures.ts';
import { canonicalJson, hashOf } from '../../../../src/main/store/index.ts';

export const EPSILONS = [1 / 255, 4 / 255];

type Verdicts = readonly [at1: Diagnosis, at4: Diagnosis];

interface HandMadeModel {
  readonly clean: Diagnosis;
  readonly fgsm: Verdicts;
  readonly pgd: Verdicts;
  /** Whether the directed attack found a benign verdict, at 1/255 and 4/255, by FGSM and by PGD alike. */
  readonly turned?: readonly [boolean, boolean];
}

interface HandMadeCase {
  readonly lesion: string;
  readonly label: Diagnosis | null;
  readonly weight?: number;
  readonly robust: HandMadeModel;
  readonly plain: HandMadeModel;
}

const steady = (verdict: Diagnosis): HandMadeModel => ({
  clean: verdict,
  fgsm: [verdict, verdict],
  pgd: [verdict, verdict],
});

/** Few enough to count by hand; the two first are images of one lesion, the sixth stands for two. */
export const CASES: readonly HandMadeCase[] = [
  {
    lesion: 'A',
    label: 'mel',
    robust: { clean: 'mel', fgsm: ['mel', 'nv'], pgd: ['mel', 'nv'], turned: [false, true] },
    plain: { clean: 'mel', fgsm: ['nv', 'nv'], pgd: ['mel', 'mel'], turned: [true, true] },
  },
  {
    lesion: 'A',
    label: 'mel',
    robust: { clean: 'mel', fgsm: ['mel', 'mel'], pgd: ['mel', 'mel'], turned: [false, false] },
    plain: { clean: 'mel', fgsm: ['mel', 'nv'], pgd: ['nv', 'nv'], turned: [true, true] },
  },
  {
    lesion: 'B',
    label: 'mel',
    robust: steady('nv'),
    plain: { clean: 'mel', fgsm: ['bcc', 'bcc'], pgd: ['bcc', 'bcc'], turned: [false, true] },
  },
  { lesion: 'C', label: 'nv', robust: steady('nv'), plain: { clean: 'nv', fgsm: ['nv', 'nv'], pgd: ['nv', 'mel'] } },
  { lesion: 'D', label: 'nv', robust: { clean: 'nv', fgsm: ['nv', 'mel'], pgd: ['mel', 'mel'] }, plain: steady('nv') },
  {
    lesion: 'E',
    label: 'nv',
    weight: 2,
    robust: steady('bkl'),
    plain: { clean: 'nv', fgsm: ['nv', 'mel'], pgd: ['mel', 'mel'] },
  },
  {
    lesion: 'F',
    label: 'bcc',
    robust: { clean: 'akiec', fgsm: ['akiec', 'akiec'], pgd: ['akiec', 'akiec'], turned: [false, true] },
    plain: steady('bkl'),
  },
  { lesion: 'G', label: null, robust: { clean: 'nv', fgsm: ['nv', 'mel'], pgd: ['mel', 'mel'] }, plain: steady('df') },
];

const hash = (text: string) => hashOf(text);

function modelEntry(modelId: string, label: Diagnosis | null, made: HandMadeModel): AuditCase['models'][number] {
  const reference = label ?? made.clean;
  const changed = EPSILONS.find((_, at) => made.pgd[at] !== made.clean) ?? null;
  return {
    modelId,
    clean: {
      verdict: made.clean,
      probabilities: DIAGNOSES.map((diagnosis) => (diagnosis === made.clean ? 0.7 : 0.05)),
    },
    attacked: (['fgsm', 'pgd'] as const).flatMap((attack) =>
      EPSILONS.map((epsilon, at) => {
        const verdict = made[attack][at] ?? made.clean;
        const turnedBenign = made.turned?.[at] ?? null;
        return { attack, epsilon, verdict, probability: 0.6, success: verdict !== reference, turnedBenign };
      }),
    ),
    minimalEpsilon: changed,
    minimalEpsilonVerdict: changed === null ? null : (made.pgd[EPSILONS.indexOf(changed)] ?? null),
    minimalEpsilonSurvivesRounding: changed === null ? null : true,
    evidence: NO_EVIDENCE,
  };
}

const gradient = { kind: 'gradient', norm: 'linf', restarts: 1, loss: 'crossEntropy', seed: 11 } as const;
const attacksFor = (criterion: 'misclassified' | 'verdictChanged' | 'malignantToBenign'): AuditContent['attacks'] => [
  { id: 'fgsm', steps: 1, relativeStepSize: 1, randomStart: false, criterion: { kind: criterion }, ...gradient },
  { id: 'pgd', steps: 20, relativeStepSize: 0.125, randomStart: true, criterion: { kind: criterion }, ...gradient },
];

function handMadeCases(): AuditCase[] {
  return CASES.map(({ lesion, label, weight = 1, robust, plain }, at) => ({
    imageId: `img-${at + 1}`,
    imageSha256: hash(`image ${at + 1}`),
    lesionId: `lesion-${lesion}`,
    label,
    weight,
    models: [modelEntry('robust', label, robust), modelEntry('plain', label, plain)],
  }));
}

/** A whole audit that is made by hand, but for its figures, which follow from its cases. */
export function handMadeAudit(): Audit {
  const cases = handMadeCases();
  const perClass = (diagnosis: Diagnosis, lesions: number) => ({
    diagnosis,
    n: cases.filter(({ label }) => label === diagnosis).length,
    lesions,
    lesionsInSet: 2 * lesions,
    tooFew: true,
  });
  const source = {
    models: [
      { id: 'robust', recipe: 'pgd', sha256: hash('robust'), inputHeight: 64, inputWidth: 64 },
      { id: 'plain', recipe: 'standard', sha256: hash('plain'), inputHeight: 64, inputWidth: 64 },
    ],
    sample: {
      n: cases.length,
      of: 20,
      lesions: 14,
      seed: 11,
      how: 'By hand.',
      manifestSha256: manifestSha256(cases),
      perClass: [perClass('bcc', 1), perClass('mel', 2), perClass('nv', 3)],
      unlabelled: 1,
    },
    attacks: [
      { id: 'clean' } as const,
      ...attacksFor('misclassified'),
      ...attacksFor('verdictChanged'),
      ...attacksFor('malignantToBenign'),
    ],
    epsilons: EPSILONS,
    cases,
  };
  const content: AuditContent = {
    environment: {
      backend: 'tensorflow',
      device: 'CPU',
      versions: { tfjs: '4.22.0' },
      cpu: 'A processor',
      threads: 2,
      numericsFingerprint: hash('numerics'),
    },
    ...source,
    budget: 'basic',
    ensemble: [],
    ...auditFigures(source),
    intervals: '95 %.',
    notRun: ['Square: NOT RUN.'],
    intendedUse: 'Tests.',
  };
  return signed({
    format: 'epsiloscope.audit',
    formatVersion: 1,
    contentSha256: hash(''),
    run: {
      id: 'run',
      workspaceId: 'workspace',
      startedAt: '2026-01-31T09:30:00.000Z',
      finishedAt: '2026-01-31T09:31:00.000Z',
      app: 'epsiloscope 0.1.0',
      host: { platform: 'linux', arch: 'x64', node: 'v24.21.0' },
      resumed: false,
    },
    content,
  });
}

/** The same audit with the hash that its content has now. */
export const signed = (audit: Audit): Audit => ({ ...audit, contentSha256: hashOf(canonicalJson(audit.content)) });
