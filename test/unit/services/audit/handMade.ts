import type { Audit, AuditCase, AuditContent } from '../../../../src/shared/contract/audit.ts';
import { NO_EVIDENCE, type CaseEvidence } from '../../../../src/shared/contract/auditEvidence.ts';
import { CORRUPTIONS, SEVERITIES } from '../../../../src/shared/domain/corruption.ts';
import { classIndexOf, DIAGNOSES, isMalignant, type Diagnosis } from '../../../../src/shared/domain/diagnosis.ts';
import { sha256 } from '../../../../src/shared/kernel/ids.ts';
import { sampleInWords } from '../../../../src/main/engine/metrics/index.ts';
import { manifestSha256, type PlanInputs } from '../../../../src/main/services/audit/planInputs.ts';
import { auditFigures } from '../../../../src/main/services/audit/figures/index.ts';
import { statedWork } from '../../../../src/main/services/audit/statedWork.ts';
import { workOf } from '../../../../src/main/services/audit/work.ts';
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
  /** What its smoothed version says, and to which radius; else it abstains. */
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

/**
 * Few enough to count by hand; the two first are images of one lesion, the sixth stands for two: all of a set of nine
 * but one, as `drawSample` would have drawn eight.
 */
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
      certified: ['mel', 0.13],
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
      certified: ['mel', 0.04],
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
const HEADLINE = { basic: ['fgsm', 'pgd'], full: ['noise', 'fgsm', 'pgd'] } as const;
const ATTACKS = [...HEADLINE.full, 'apgd'] as const;
type AttackName = (typeof ATTACKS)[number];

/** What an attack made of the clean verdict at 1/255 and 4/255; noise changes none. */
const verdictsUnder = (made: HandMadeModel, attack: AttackName): Verdicts =>
  (attack === 'noise' ? undefined : made[attack]) ?? [made.clean, made.clean];

function modelEntry(
  modelId: string,
  label: Diagnosis | null,
  made: HandMadeModel,
  budget: keyof typeof HEADLINE,
): AuditCase['models'][number] {
  const attacks = budget === 'full' ? ATTACKS : HEADLINE.basic;
  const found = EPSILONS.flatMap((epsilon, at) =>
    attacks.map((attack) => ({ epsilon, verdict: verdictsUnder(made, attack)[at] ?? made.clean })),
  );
  const smallest = found.find(({ verdict }) => verdict !== made.clean);
  const reference = label ?? made.clean;
  return {
    modelId,
    clean: { verdict: made.clean, probabilities: softmaxOf(made.clean) },
    attacked: HEADLINE[budget].flatMap((attack) =>
      EPSILONS.map((epsilon, at) => {
        const verdict = verdictsUnder(made, attack)[at] ?? made.clean;
        const probability = verdict === made.clean ? 0.7 : 0.6;
        const turned = attack === 'noise' ? made.turned && false : made.turned?.[at];
        return { attack, epsilon, verdict, probability, success: verdict !== reference, turnedBenign: turned ?? null };
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
  const { clean, blurred = [clean, clean], certified = [null, 0] } = made;
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
    corrupted: {
      ...Object.fromEntries(CORRUPTIONS.map((corruption) => [corruption, digits(SEVERITIES.map(() => clean))])),
      blur: digits([clean, clean, clean, ...blurred]),
    },
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
    certificate: label === null ? null : { verdict: certified[0], radius: certified[1] },
  };
}

function worstCaseOf(label: Diagnosis | null, made: HandMadeModel): CaseEvidence['worstCase'] {
  const { clean, turned } = made;
  const reference = label ?? clean;
  const ids = { noise: 'noise', fgsm: 'fgsm', pgd: 'pgd', apgd: 'apgd-ce' } as const;
  return EPSILONS.map((epsilon, at) => {
    const found = ATTACKS.flatMap((attack) => {
      const verdict = verdictsUnder(made, attack)
        .slice(0, at + 1)
        .findLast((one) => one !== reference);
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

function handMadeCases(budget: keyof typeof HEADLINE): AuditCase[] {
  return CASES.map(({ lesion, label, weight = 1, robust, plain }, at) => {
    const entry = (modelId: string, made: HandMadeModel, other: HandMadeModel) => ({
      ...modelEntry(modelId, label, made, budget),
      evidence: budget === 'full' ? evidenceOf(modelId, label, made, other) : NO_EVIDENCE,
    });
    return {
      imageId: `img-${at + 1}`,
      imageSha256: `${at}${hash(`image ${at + 1}`).slice(1)}`,
      lesionId: `lesion-${lesion}`,
      label,
      weight,
      models: [entry('robust', robust, plain), entry('plain', plain, robust)],
    };
  });
}

/** The same with everything that a full audit runs. */
export const handMadeFullAudit = (): Audit => handMadeAudit('full');

const MODELS = [
  { id: 'robust', recipe: 'pgd', sha256: sha256(hash('robust')), inputHeight: 64, inputWidth: 64 },
  { id: 'plain', recipe: 'standard', sha256: sha256(hash('plain')), inputHeight: 64, inputWidth: 64 },
];

function sampleOf(cases: readonly AuditCase[]): AuditContent['sample'] {
  const perClass = (diagnosis: Diagnosis, lesions: number) => ({
    diagnosis,
    n: cases.filter(({ label }) => label === diagnosis).length,
    lesions,
    lesionsInSet: lesions,
    tooFew: true,
  });
  return {
    n: cases.length,
    of: 9,
    lesions: 7,
    seed: 11,
    how: sampleInWords(cases.length, 9, 11),
    manifestSha256: manifestSha256(cases),
    perClass: [perClass('bcc', 1), perClass('mel', 2), perClass('nv', 3)],
    unlabelled: 1,
  };
}

const ENVIRONMENT: AuditContent['environment'] = {
  backend: 'tensorflow',
  device: 'CPU',
  versions: { tfjs: '4.22.0' },
  cpu: 'A processor',
  threads: 2,
  numericsFingerprint: hash('numerics'),
};

/** What the audit would have been planned by. */
const inputsOf = (cases: readonly AuditCase[], budget: keyof typeof HEADLINE): PlanInputs => ({
  environment: ENVIRONMENT,
  models: MODELS.map(({ id, recipe, sha256: own, inputHeight, inputWidth }) => ({
    id,
    recipe,
    sha256: own,
    input: {
      height: inputHeight,
      width: inputWidth,
      preprocessing: { framing: 'centre-square', resize: 'lanczos3', colour: 'sRGB' },
    },
  })),
  sample: sampleOf(cases),
  cases: cases.map(({ imageId, imageSha256, lesionId, label, weight }) => ({
    imageId,
    imageSha256: sha256(imageSha256),
    lesionId,
    label: label === null ? null : classIndexOf(label),
    weight,
  })),
  options: {
    budget,
    certificate: budget === 'full',
    attacks: [...HEADLINE[budget]],
    epsilons: EPSILONS,
    norm: 'linf',
    sample: cases.length,
    seed: 11,
    keepAdversarials: false,
    casesPerBlock: 32,
  },
});

/** A whole audit that is made by hand, but for its figures, which follow from its cases, and its plan, from its budget. */
export function handMadeAudit(budget: keyof typeof HEADLINE = 'basic'): Audit {
  const cases = handMadeCases(budget);
  const inputs = inputsOf(cases, budget);
  const source = { ...statedWork(inputs, workOf(inputs), 1), models: MODELS, sample: inputs.sample, cases };
  const content: AuditContent = {
    environment: ENVIRONMENT,
    ...source,
    ...auditFigures(source),
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
