import type { Audit, AuditCase, AuditContent } from '../../../../src/shared/contract/audit.ts';
import { NO_EVIDENCE, type CaseEvidence } from '../../../../src/shared/contract/auditEvidence.ts';
import { classIndexOf, DIAGNOSES, isMalignant, type Diagnosis } from '../../../../src/shared/domain/diagnosis.ts';
import { manifestSha256 } from '../../../../src/main/services/audit/planInputs.ts';
import { auditFigures } from '../../../../src/main/services/audit/figures/index.ts';
import { canonicalJson, hashOf } from '../../../../src/main/store/index.ts';

export const EPSILONS = [1 / 255, 4 / 255];

type Verdicts = readonly [at1: Diagnosis, at4: Diagnosis];

interface HandMadeModel {
  readonly clean: Diagnosis;
  readonly fgsm: Verdicts;
  readonly pgd: Verdicts;
  /** Whether the directed attack found a benign verdict, at 1/255 and 4/255, by FGSM and by PGD alike. */
  readonly turned?: readonly [boolean, boolean];
  /** What APGD found where FGSM and PGD had not succeeded. */
  readonly apgd?: Verdicts;
  /** What this model says of the inputs that PGD, run to its end, made on the other one; else its clean verdict. */
  readonly onOther?: Verdicts;
  /** What it says of the blurred photograph, at severities 4 and 5; below and else its clean verdict. */
  readonly blurred?: Verdicts;
  /** What its smoothed version says, and to which radius. */
  readonly certified?: readonly [verdict: Diagnosis | null, radius: number];
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
    robust: {
      clean: 'mel',
      fgsm: ['mel', 'nv'],
      pgd: ['mel', 'nv'],
      turned: [false, true],
      onOther: ['mel', 'nv'],
      blurred: ['mel', 'nv'],
      certified: ['mel', 0.3],
    },
    plain: { clean: 'mel', fgsm: ['nv', 'nv'], pgd: ['mel', 'mel'], turned: [true, true] },
  },
  {
    lesion: 'A',
    label: 'mel',
    robust: {
      clean: 'mel',
      fgsm: ['mel', 'mel'],
      pgd: ['mel', 'mel'],
      turned: [false, false],
      apgd: ['mel', 'bcc'],
      certified: ['mel', 0.1],
    },
    plain: { clean: 'mel', fgsm: ['mel', 'nv'], pgd: ['nv', 'nv'], turned: [true, true] },
  },
  {
    lesion: 'B',
    label: 'mel',
    robust: steady('nv'),
    plain: { clean: 'mel', fgsm: ['bcc', 'bcc'], pgd: ['bcc', 'bcc'], turned: [false, true] },
  },
  {
    lesion: 'C',
    label: 'nv',
    robust: { ...steady('nv'), apgd: ['nv', 'mel'], blurred: ['bkl', 'bkl'], certified: [null, 0] },
    plain: { clean: 'nv', fgsm: ['nv', 'nv'], pgd: ['nv', 'mel'] },
  },
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

const softmaxOf = (verdict: Diagnosis) => DIAGNOSES.map((diagnosis) => (diagnosis === verdict ? 0.7 : 0.05));
const digits = (verdicts: readonly Diagnosis[]) => verdicts.map((verdict) => classIndexOf(verdict)).join('');
const HEADLINE = ['fgsm', 'pgd'] as const;
const ATTACKS = [...HEADLINE, 'apgd'] as const;

function modelEntry(
  modelId: string,
  label: Diagnosis | null,
  made: HandMadeModel,
  attacks: readonly (typeof ATTACKS)[number][],
): AuditCase['models'][number] {
  const found = EPSILONS.flatMap((epsilon, at) =>
    attacks.map((attack) => ({ epsilon, verdict: made[attack]?.[at] ?? made.clean })),
  );
  const smallest = found.find(({ verdict }) => verdict !== made.clean);
  const reference = label ?? made.clean;
  return {
    modelId,
    clean: { verdict: made.clean, probabilities: softmaxOf(made.clean) },
    attacked: HEADLINE.flatMap((attack) =>
      EPSILONS.map((epsilon, at) => {
        const verdict = made[attack][at] ?? made.clean;
        const turnedBenign = made.turned?.[at] ?? null;
        return { attack, epsilon, verdict, probability: 0.6, success: verdict !== reference, turnedBenign };
      }),
    ),
    minimalEpsilon: smallest?.epsilon ?? null,
    minimalEpsilonVerdict: smallest?.verdict ?? null,
    minimalEpsilonSurvivesRounding: smallest ? true : null,
    evidence: NO_EVIDENCE,
  };
}

/** Everything that a full audit holds of the same case; the other model's inputs were judged by this one and so on. */
function evidenceOf(modelId: string, label: Diagnosis | null, made: HandMadeModel, other: HandMadeModel): CaseEvidence {
  const otherId = modelId === 'robust' ? 'plain' : 'robust';
  const { clean, blurred = [clean, clean] } = made;
  const unharmed = EPSILONS.map(() => clean);
  return {
    worstCase: worstCaseOf(label, made),
    runToTheEnd:
      label === null
        ? null
        : {
            probabilities: made.pgd.map(softmaxOf),
            judgedBy: { [modelId]: digits(made.pgd), [otherId]: digits(other.onOther ?? [other.clean, other.clean]) },
          },
    corrupted: { blur: digits([clean, clean, clean, ...blurred]), hair: digits(Array<Diagnosis>(5).fill(clean)) },
    checks:
      label === null
        ? null
        : {
            runs: {
              noise: digits(unharmed),
              fgsm: digits(made.fgsm),
              pgd: digits(made.pgd),
              pgdTwiceTheSteps: digits(made.pgd),
              pgdFiveRestarts: digits(made.pgd),
              square: digits(unharmed),
              pgdAtLargeEpsilons: digits(clean === label ? ['vasc', 'vasc'] : [clean, clean]),
            },
            largestGradient: 0.01,
            logitMargin: Math.log(0.7 / 0.05),
            repeatable: true,
          },
    certificate: made.certified ? { verdict: made.certified[0], radius: made.certified[1] } : null,
  };
}

function worstCaseOf(label: Diagnosis | null, made: HandMadeModel): CaseEvidence['worstCase'] {
  const { clean, turned } = made;
  const reference = label ?? clean;
  const ids = { fgsm: 'fgsm', pgd: 'pgd', apgd: 'apgd-ce' } as const;
  return EPSILONS.map((epsilon, at) => {
    const found = ATTACKS.flatMap((attack) => {
      const verdict = made[attack]?.slice(0, at + 1).findLast((one) => one !== reference);
      return verdict === undefined ? [] : [{ by: ids[attack], verdict }];
    });
    const counted = label !== null && isMalignant(classIndexOf(label)) && isMalignant(classIndexOf(clean));
    const benign = found.some(({ verdict }) => !isMalignant(classIndexOf(verdict)));
    return {
      epsilon,
      success: found.length > 0,
      by: found[0]?.by ?? null,
      verdict: found[0]?.verdict ?? clean,
      turnedBenign: counted ? benign || turned?.[at] === true : null,
    };
  });
}

const gradient = { kind: 'gradient', norm: 'linf', restarts: 1, loss: 'crossEntropy', seed: 11 } as const;
const attacksFor = (criterion: 'misclassified' | 'verdictChanged' | 'malignantToBenign'): AuditContent['attacks'] => [
  { id: 'fgsm', steps: 1, relativeStepSize: 1, randomStart: false, criterion: { kind: criterion }, ...gradient },
  { id: 'pgd', steps: 20, relativeStepSize: 0.125, randomStart: true, criterion: { kind: criterion }, ...gradient },
];

const BEYOND: AuditContent['attacks'] = [
  {
    id: 'apgd-ce',
    kind: 'apgd',
    norm: 'linf',
    steps: 100,
    restarts: 1,
    loss: 'crossEntropy',
    targets: 1,
    rho: 0.75,
    criterion: { kind: 'misclassified' },
    seed: 11,
  },
  {
    id: 'square',
    kind: 'square',
    norm: 'linf',
    queries: 1000,
    initialShare: 0.8,
    restarts: 1,
    criterion: { kind: 'misclassified' },
    seed: 11,
  },
];

function handMadeCases(full: boolean): AuditCase[] {
  return CASES.map(({ lesion, label, weight = 1, robust, plain }, at) => {
    const entry = (modelId: string, made: HandMadeModel, other: HandMadeModel) => ({
      ...modelEntry(modelId, label, made, full ? ATTACKS : HEADLINE),
      evidence: full ? evidenceOf(modelId, label, made, other) : NO_EVIDENCE,
    });
    return {
      imageId: `img-${at + 1}`,
      imageSha256: hash(`image ${at + 1}`),
      lesionId: `lesion-${lesion}`,
      label,
      weight,
      models: [entry('robust', robust, plain), entry('plain', plain, robust)],
    };
  });
}

/** The same with everything that a full audit runs. */
export const handMadeFullAudit = (): Audit => handMadeAudit('full');

/** A whole audit that is made by hand, but for its figures, which follow from its cases. */
export function handMadeAudit(budget: 'basic' | 'full' = 'basic'): Audit {
  const full = budget === 'full';
  const cases = handMadeCases(full);
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
      ...(full ? BEYOND : []),
    ],
    epsilons: EPSILONS,
    cases,
    budget,
    smoothing: full ? { sigma: 0.125, selectionDraws: 100, draws: 1000, alpha: 0.001 } : null,
    ensemble: full ? (['fgsm', 'pgd', 'apgd-ce', 'square'] as const).slice() : [],
    notRun: full ? [] : ['Square: NOT RUN.'],
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
    ...auditFigures(source),
    intervals: '95 %.',
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
