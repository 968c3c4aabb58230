/** Content that refutes itself, whatever figures and hash its author has computed over it: which part of it says so. */
import { describe, expect, it } from 'vitest';
import type { AuditCase, AuditContent } from '../../../../../src/shared/contract/audit.ts';
import { hashOf } from '../../../../../src/main/store/index.ts';
import { ofCases, ofSample, ofWords, ofWork } from '../../../../../src/main/services/audit/contradictions/index.ts';
import { planAgain } from '../../../../../src/main/services/audit/planAgain.ts';
import { manifestSha256 } from '../../../../../src/main/services/audit/planInputs.ts';
import { handMadeAudit, handMadeFullAudit } from '../handMade.ts';

const { content: BASIC } = handMadeAudit();
const { content: FULL } = handMadeFullAudit();

type Edit = (content: AuditContent) => void;

/** A copy with an edit. */
function forged(content: AuditContent, edit: Edit): AuditContent {
  const copy = structuredClone(content);
  edit(copy);
  return copy;
}

/** Which checks of `verify` find something, of those that look at neither figures nor hash. */
function failing(content: AuditContent): string[] {
  const plan = planAgain(content);
  const found = {
    sample: ofSample(content, plan).length,
    work: ofWork(content, plan).length,
    words: ofWords(content, plan).length,
    cases: ofCases(content, plan).size,
  };
  return Object.entries(found).flatMap(([name, count]) => (count > 0 ? [name] : []));
}

function there<T>(value: T | null | undefined): T {
  if (value == null) throw new Error('expected it to be there');
  return value;
}
const caseOf = ({ cases }: AuditContent, at: number): AuditCase => there(cases[at]);
const evidenceOf = (content: AuditContent, at: number, model = 0) => there(caseOf(content, at).models[model]).evidence;
const classOf = ({ sample }: AuditContent, diagnosis: string) =>
  there(sample.perClass.find((one) => one.diagnosis === diagnosis));
const attackOf = ({ attacks }: AuditContent, id: string) => there(attacks.find((attack) => attack.id === id));
const ofEach =
  (edit: (entry: AuditCase['models'][number], one: AuditCase) => void): Edit =>
  ({ cases }) => {
    for (const one of cases) for (const entry of one.models) edit(entry, one);
  };

const EVIDENCE: [string, string[], Edit][] = [
  [
    'worst cases that are left out of two cases',
    ['cases'],
    (content) => {
      evidenceOf(content, 0).worstCase = null;
      evidenceOf(content, 3).worstCase = null;
    },
  ],
  ['all worst cases left out', ['cases'], ofEach(({ evidence }) => void (evidence.worstCase = null))],
  [
    'Square left out of one image, so that its check is not run',
    ['cases'],
    (content) => void (there(evidenceOf(content, 0).checks).runs.square = null),
  ],
  ['the checks left out of one image, or of all', ['cases'], ofEach(({ evidence }) => void (evidence.checks = null))],
  ['a certificate left out', ['cases'], (content) => void (evidenceOf(content, 3).certificate = null)],
  ['a run to the end left out', ['cases'], (content) => void (evidenceOf(content, 4).runToTheEnd = null)],
  [
    'a judge left out everywhere',
    ['cases'],
    ofEach(({ evidence }) => {
      delete evidence.runToTheEnd?.judgedBy['plain'];
    }),
  ],
  [
    'a corruption left out everywhere',
    ['cases'],
    ofEach(({ evidence }) => {
      delete evidence.corrupted?.['blur'];
    }),
  ],
  [
    'corruptions of the unlabelled image left out',
    ['cases'],
    ofEach(({ evidence }, { label }) => {
      if (label === null) evidence.corrupted = null;
    }),
  ],
  [
    'a check on an image without a label',
    ['cases'],
    (content) => {
      const checks = structuredClone(evidenceOf(content, 0).checks);
      evidenceOf(content, 7).checks = checks;
    },
  ],
  [
    'dangerous flips that are counted under no attack',
    ['cases'],
    ofEach(({ attacked, evidence }) => {
      for (const one of [...attacked, ...(evidence.worstCase ?? [])]) one.turnedBenign = null;
    }),
  ],
  [
    'noise that changed another image in the checks than in the figures',
    ['cases'],
    (content) => void (there(evidenceOf(content, 4).checks).runs.noise = '54'),
  ],
  [
    'bounds left out of every image',
    ['cases'],
    ofEach(
      (entry) =>
        void Object.assign(entry, {
          minimalEpsilon: null,
          minimalEpsilonVerdict: null,
          minimalEpsilonSurvivesRounding: null,
        }),
    ),
  ],
  [
    'an attack of several steps that loses a success',
    ['cases'],
    (content) => {
      // D falls to PGD at 1/255; now to APGD alone at 4/255.
      const entry = there(caseOf(content, 4).models[0]);
      for (const one of entry.attacked)
        if (one.epsilon > 2 / 255) Object.assign(one, { verdict: 'nv', success: false });
    },
  ],
];

const WORK: [string, string[], Edit][] = [
  ['nothing that was not run', ['words'], ({ notRun }) => void notRun.splice(0)],
  ['less that was not run', ['words'], ({ notRun }) => void notRun.pop()],
  ['another use', ['words'], (content) => void (content.intendedUse = 'Diagnosis.')],
  ['other intervals', ['words'], (content) => void (content.intervals = '99 %.')],
  ['another way of drawing', ['words'], ({ sample }) => void (sample.how = 'All 8 images.')],
  ['PGD of 1,000 steps', ['work'], (content) => void Object.assign(attackOf(content, 'pgd'), { steps: 1000 })],
  [
    'Square of 10,000 queries',
    ['work'],
    (content) => void Object.assign(attackOf(content, 'square'), { queries: 10_000 }),
  ],
  ['noise of 1,000 draws', ['work'], (content) => void Object.assign(attackOf(content, 'noise'), { draws: 1000 })],
  [
    'seeds that are not that of the sample',
    ['work'],
    ({ attacks }) => {
      for (const attack of attacks) if (attack.id !== 'clean') attack.seed = 12;
    },
  ],
  ['an attack that was not run', ['work'], ({ attacks }) => void attacks.push({ ...there(attacks.at(-1)) })],
  ['an attack less', ['work'], ({ attacks }) => void attacks.pop()],
  ['another order of attacks', ['work'], ({ attacks }) => void attacks.push(...attacks.splice(1, 1))],
  ['certificates of more draws', ['work'], ({ smoothing }) => void (there(smoothing).draws = 100_000)],
  ['certificates of a smaller alpha', ['work'], ({ smoothing }) => void (there(smoothing).alpha = 1e-6)],
  ['no certificates at all, but those of the cases', ['words', 'cases'], (content) => void (content.smoothing = null)],
  ['a longer ensemble', ['work'], ({ ensemble }) => void ensemble.push('apgd-dlr')],
  ['another order of the ensemble', ['work'], ({ ensemble }) => void ensemble.reverse()],
  ['a smaller budget', ['work', 'words', 'cases'], (content) => void (content.budget = 'quick')],
  ['the smallest budget', ['work', 'words', 'cases'], (content) => void (content.budget = 'basic')],
  ['a recipe that no package has', ['work'], ({ models }) => void (there(models[0]).recipe = 'certified')],
  ['an input that no package has', ['work', 'cases'], ({ models }) => void (there(models[0]).inputHeight = 0)],
  ['one package under two names', ['work'], ({ models }) => void (there(models[1]).sha256 = there(models[0]).sha256)],
  [
    'one model twice',
    ['work', 'cases'],
    (content) => {
      there(content.models[1]).id = 'robust';
      ofEach((entry) => {
        entry.modelId = 'robust';
        const { runToTheEnd } = entry.evidence;
        if (runToTheEnd) runToTheEnd.judgedBy = { robust: there(runToTheEnd.judgedBy['robust']) };
      })(content);
    },
  ],
  ['another order of the models', ['cases'], ({ models }) => void models.reverse()],
  [
    'machines that were one',
    ['work', 'words'],
    (content) => void (content.mixedEnvironments = [content.environment, content.environment]),
  ],
  [
    'machines of which the first is another',
    ['work', 'words'],
    (content) => {
      const [one, other] = ['one', 'other'].map((name) => ({
        ...content.environment,
        numericsFingerprint: hashOf(name),
      }));
      content.mixedEnvironments = [there(one), there(other)];
    },
  ],
];

const SAMPLE: [string, string[], Edit][] = [
  ['a class that is not too few', ['sample'], (content) => void (classOf(content, 'mel').tooFew = false)],
  ['more lesions of a class', ['sample'], (content) => void (classOf(content, 'mel').lesions = 30)],
  ['more images of a class', ['sample'], (content) => void (classOf(content, 'mel').n = 30)],
  ['more lesions of a class in the set', ['sample'], (content) => void (classOf(content, 'mel').lesionsInSet = 30)],
  ['fewer lesions of a class in the set', ['sample'], (content) => void (classOf(content, 'nv').lesionsInSet = 1)],
  ['more lesions in the set', ['sample'], ({ sample }) => void (sample.lesions = 70)],
  ['a class less', ['sample'], ({ sample }) => void sample.perClass.shift()],
  [
    'a class more, of which nothing was drawn',
    ['sample'],
    ({ sample }) => {
      sample.perClass.push({ diagnosis: 'vasc', n: 0, lesions: 0, lesionsInSet: 2, tooFew: true });
      sample.lesions += 2;
    },
  ],
  ['a class twice', ['sample'], ({ sample }) => void sample.perClass.push({ ...there(sample.perClass.at(-1)) })],
  ['another order of the classes', ['sample'], ({ sample }) => void sample.perClass.reverse()],
  [
    'weights of 7',
    ['sample'],
    ({ cases }) => {
      for (const one of cases) one.weight = 7;
    },
  ],
  [
    'the weight of one image at another',
    ['sample'],
    (content) => {
      caseOf(content, 3).weight = 1.5;
      caseOf(content, 5).weight = 1.5;
    },
  ],
  [
    'two images of one lesion that weigh otherwise',
    ['sample'],
    (content) => {
      caseOf(content, 0).weight = 1.5;
      caseOf(content, 1).weight = 0.5;
    },
  ],
  ['a larger set', ['sample', 'words'], ({ sample }) => void (sample.of = 1276)],
  [
    'a larger class than was drawn from',
    ['sample', 'words'],
    (content) => {
      // Were there so many nevi, more of the eight places would have been theirs.
      content.sample.of = 20;
      caseOf(content, 5).weight = 13;
    },
  ],
  [
    'the whole set',
    ['sample', 'words'],
    ({ sample }) => {
      sample.of = sample.n;
    },
  ],
  ['another lesion', ['sample'], (content) => void (caseOf(content, 1).lesionId = 'lesion-X')],
  ['one lesion less', ['sample'], (content) => void (caseOf(content, 3).lesionId = 'lesion-D')],
  [
    'one name for two images',
    ['sample'],
    (content) => {
      caseOf(content, 1).imageId = caseOf(content, 0).imageId;
      content.sample.manifestSha256 = manifestSha256(content.cases);
    },
  ],
  [
    'cases out of order',
    ['sample'],
    (content) => {
      content.cases.reverse();
      content.sample.manifestSha256 = manifestSha256(content.cases);
    },
  ],
  [
    'an image less',
    ['sample', 'words'],
    (content) => {
      content.cases.splice(5, 1);
      content.sample.n = 7;
      content.sample.manifestSha256 = manifestSha256(content.cases);
      Object.assign(classOf(content, 'nv'), { n: 2, lesions: 2 });
    },
  ],
  [
    'an image that lost its label',
    ['cases'],
    (content) => {
      caseOf(content, 6).label = null;
      content.sample.unlabelled = 2;
      content.sample.perClass.shift();
    },
  ],
];

describe('content that refutes itself', () => {
  it.each(EVIDENCE)('is found where a full audit holds %s', (_, checks, edit) => {
    expect(failing(forged(FULL, edit))).toEqual(checks);
  });

  it.each(WORK)('is found where a full audit names %s', (_, checks, edit) => {
    expect(failing(forged(FULL, edit))).toEqual(checks);
  });

  it.each(SAMPLE)('is found where the sample has %s', (_, checks, edit) => {
    expect(failing(forged(FULL, edit))).toEqual(checks);
  });

  it('is not seen where nothing was edited', () => {
    expect([...failing(FULL), ...failing(BASIC)]).toEqual([]);
  });
});

describe('a basic audit', () => {
  const OF_FULL: [string, Edit][] = [
    ['worst case', (content) => void (evidenceOf(content, 0).worstCase = evidenceOf(FULL, 0).worstCase)],
    ['check', (content) => void (evidenceOf(content, 0).checks = evidenceOf(FULL, 0).checks)],
    ['certificate', (content) => void (evidenceOf(content, 0).certificate = evidenceOf(FULL, 0).certificate)],
    ['corruption', (content) => void (evidenceOf(content, 0).corrupted = evidenceOf(FULL, 0).corrupted)],
    ['run to the end', (content) => void (evidenceOf(content, 0).runToTheEnd = evidenceOf(FULL, 0).runToTheEnd)],
  ];
  it.each(OF_FULL)('has no %s', (_, edit) => {
    expect(failing(forged(BASIC, edit))).toEqual(['cases']);
  });

  it('cannot call itself more than it is', () => {
    for (const budget of ['quick', 'full'] as const) {
      expect(failing(forged(BASIC, (content) => void (content.budget = budget)))).toEqual(['work', 'words', 'cases']);
    }
  });

  it('sought no smallest epsilon in L2', () => {
    const inL2 = forged(BASIC, ({ attacks }) => {
      for (const attack of attacks) if (attack.id !== 'clean') attack.norm = 'l2';
    });
    expect(failing(inL2)).toEqual(['words', 'cases']);
    expect(ofCases(inL2, planAgain(inL2)).get(0)).toEqual(['it has a smallest epsilon where none was sought']);
  });

  it('has epsilons that ascend', () => {
    const doubled = forged(BASIC, (content) => {
      content.epsilons.push(there(content.epsilons[1]));
      ofEach(({ attacked }) => {
        attacked.splice(2, 0, structuredClone(there(attacked[1])));
        attacked.push(structuredClone(there(attacked.at(-1))));
      })(content);
    });
    expect(failing(doubled)).toEqual(['work']);
  });
});

/** The whole set, each image and lesion named by its hash. */
function pseudonymous(): AuditContent {
  return forged(BASIC, (content) => {
    const firstOf = new Map<string, string>();
    for (const one of content.cases) {
      const short = one.imageSha256.slice(0, 12);
      const lesion = there(one.lesionId);
      firstOf.set(lesion, firstOf.get(lesion) ?? short);
      Object.assign(one, { imageId: `img-${short}`, lesionId: `lesion-${there(firstOf.get(lesion))}`, weight: 1 });
    }
    Object.assign(content.sample, { of: 8, how: 'All 8 images.', manifestSha256: manifestSha256(content.cases) });
  });
}

describe('the whole set under pseudonyms', () => {
  const whole = pseudonymous();

  it('is sound', () => {
    expect(failing(whole)).toEqual([]);
  });

  it.each<[string, Edit]>([
    ['a lesion that is not in it', (content) => void (caseOf(content, 2).lesionId = 'lesion-0123456789ab')],
    ['a lesion that has no pseudonym', (content) => void (caseOf(content, 2).lesionId = 'lesion-B')],
    [
      'two lesions that have changed places',
      (content) => {
        const [one, other] = [caseOf(content, 3), caseOf(content, 4)];
        [one.lesionId, other.lesionId] = [other.lesionId, one.lesionId];
      },
    ],
    [
      'an image that is named by another hash',
      (content) => {
        caseOf(content, 7).imageId = 'img-0123456789ab';
        content.sample.manifestSha256 = manifestSha256(content.cases);
      },
    ],
    ['an image that weighs more', (content) => void (caseOf(content, 3).weight = 2)],
    ['lesions beyond those of its images', ({ sample }) => void (sample.lesions = 8)],
    ['a class with lesions beyond those of its images', (content) => void (classOf(content, 'mel').lesionsInSet = 3)],
  ])('does not hold %s', (_, edit) => {
    expect(failing(forged(whole, edit))).toEqual(['sample']);
  });
});
