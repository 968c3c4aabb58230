import type { AuditCase } from '../../../../../src/shared/contract/audit.ts';
import {
  NO_EVIDENCE,
  type CaseEvidence,
  type CheckEvidence,
} from '../../../../../src/shared/contract/auditEvidence.ts';
import type { FigureSource } from '../../../../../src/main/services/audit/figures/index.ts';
import { hashOf } from '../../../../../src/main/store/index.ts';

export const EPSILONS = [2 / 255, 8 / 255];

/** How many images of the check sample are right, at 2/255 and 8/255. */
type Right = readonly number[];

/** A check sample, by counts. */
export interface Checked {
  readonly n: number;
  readonly clean: number;
  readonly noise: Right;
  readonly fgsm: Right;
  readonly pgd: Right;
  readonly twice: Right | null;
  readonly restarts: Right | null;
  readonly square: Right | null;
  /** At epsilon 0.5 and 1. */
  readonly large: Right;
  /** Right on its own attacked inputs, run to the end, and on the other model's; null: not run. */
  readonly own: Right | null;
  readonly onOther: Right | null;
  /** Images with these flaws. */
  readonly zeroGradient: number;
  readonly notFinite: number;
  readonly saturated: number;
  readonly otherBits: number;
}

/** A model that gives no reason for doubt. */
export const SOUND: Checked = {
  n: 400,
  clean: 300,
  noise: [295, 290],
  fgsm: [200, 120],
  pgd: [180, 60],
  twice: [178, 58],
  restarts: [177, 56],
  square: [220, 140],
  large: [0, 0],
  own: [185, 70],
  onOther: [280, 250],
  zeroGradient: 0,
  notFinite: 0,
  saturated: 0,
  otherBits: 0,
};

const NEVUS = '5';
const MELANOMA = '4';

const digits = (right: Right, at: number) => right.map((count) => (at < count ? NEVUS : MELANOMA)).join('');
const orNull = (right: Right | null, at: number) => (right === null ? null : digits(right, at));

const evidenceOf = (of: Checked, at: number): CheckEvidence => ({
  runs: {
    noise: digits(of.noise, at),
    fgsm: digits(of.fgsm, at),
    pgd: digits(of.pgd, at),
    pgdTwiceTheSteps: orNull(of.twice, at),
    pgdFiveRestarts: orNull(of.restarts, at),
    square: orNull(of.square, at),
    pgdAtLargeEpsilons: digits(of.large, at),
  },
  largestGradient: at < of.notFinite ? null : at < of.notFinite + of.zeroGradient ? 0 : 0.01,
  logitMargin: at < of.saturated ? 16.7 : 16.6,
  repeatable: at >= of.otherBits,
});

const ended = (judgedBy: Record<string, string>): CaseEvidence['runToTheEnd'] => ({ probabilities: [], judgedBy });

/** An audit of nevi, one of each lesion, whose first model was checked as told; null: no check was run. */
export function checkedAudit(of: Checked | null): FigureSource {
  const { n, clean, own, onOther } = of ?? SOUND;
  const entry = (modelId: string, right: boolean, evidence: CaseEvidence): AuditCase['models'][number] => ({
    modelId,
    clean: { verdict: right ? 'nv' : 'mel', probabilities: [0, 0, 0, 0, right ? 0 : 1, right ? 1 : 0, 0] },
    attacked: [],
    minimalEpsilon: null,
    minimalEpsilonVerdict: null,
    minimalEpsilonSurvivesRounding: null,
    evidence,
  });
  const cases = Array.from({ length: n }, (_, at): AuditCase => {
    const checked = entry('checked', at < clean, {
      ...NO_EVIDENCE,
      checks: of && evidenceOf(of, at),
      runToTheEnd: own && ended({ checked: digits(own, at) }),
    });
    const other = entry('other', true, {
      ...NO_EVIDENCE,
      runToTheEnd: onOther && ended({ checked: digits(onOther, at) }),
    });
    return {
      imageId: `img-${at}`,
      imageSha256: hashOf(`image ${at}`),
      lesionId: null,
      label: 'nv',
      weight: 1,
      models: [checked, other],
    };
  });
  const model = (id: string) => ({ id, recipe: 'standard', sha256: hashOf(id), inputHeight: 64, inputWidth: 64 });
  return {
    cases,
    models: [model('checked'), model('other')],
    attacks: [{ id: 'clean' }],
    epsilons: EPSILONS,
    budget: 'full',
    ensemble: [],
    smoothing: null,
    sample: {
      n,
      of: n,
      lesions: n,
      seed: 1,
      how: 'By hand.',
      manifestSha256: hashOf(''),
      perClass: [],
      unlabelled: 0,
    },
  };
}
