import { describe, expect, it } from 'vitest';
import { CHECK_IDS, type CheckStatus, type SanityCheck } from '../../../../../src/shared/contract/auditFindings.ts';
import { formatEpsilon } from '../../../../../src/shared/domain/epsilon.ts';
import { auditFigures, type FigureSource } from '../../../../../src/main/services/audit/figures/index.ts';
import { sanityChecksOf, checksOfModel } from '../../../../../src/main/services/audit/figures/sanityChecks/index.ts';
import { checkedAudit, EPSILONS, SOUND, type Checked } from './checkedAudit.ts';

type Id = SanityCheck['check'];

function checkOf(source: FigureSource, id: Id): SanityCheck {
  const found = sanityChecksOf(source).find(({ modelId, check }) => modelId === 'checked' && check === id);
  return found ?? expect.fail(`no check ${id}`);
}

const checked = (id: Id, changes: Partial<Checked> = {}) => checkOf(checkedAudit({ ...SOUND, ...changes }), id);

/** `0.5 @ 8/255: FAIL`, for each figure. */
const figures = ({ evidence }: SanityCheck) =>
  evidence.map(({ value, epsilon, status }) => {
    const at = epsilon === null ? '' : ` @ ${epsilon < 0.5 ? formatEpsilon(epsilon) : String(epsilon)}`;
    return `${Number(value.toFixed(4))}${at}: ${status}`;
  });

/** Per check: what a sound model gives, changes that make it fail, that leave nothing to tell, and that were not run. */
const CASES: readonly [
  id: Id,
  sound: string[],
  failing: readonly [Partial<Checked>, string[]][],
  telling: readonly [Partial<Checked>, string[]][],
][] = [
  [
    'pgd-at-least-fgsm',
    ['-0.05 @ 2/255: PASS', '-0.15 @ 8/255: PASS', '-0.15 @ 8/255: PASS'],
    [
      // One point of 400 images is four of them.
      [{ fgsm: [175, 120] }, ['0.0125 @ 2/255: FAIL', '-0.15 @ 8/255: PASS', '-0.15 @ 8/255: PASS']],
      // At the largest informative epsilon as many are not enough.
      [{ fgsm: [200, 60] }, ['-0.05 @ 2/255: PASS', '0 @ 8/255: PASS', '0 @ 8/255: FAIL']],
      // FGSM reaches what PGD hardly touches: masked, though PGD's accuracy alone is out of the telling range.
      [{ fgsm: [200, 5], pgd: [299, 298] }, ['0.2475 @ 2/255: FAIL', '0.7325 @ 8/255: FAIL', '0.7325 @ 8/255: FAIL']],
    ],
    [[{ fgsm: [290, 14], pgd: [286, 10] }, ['-0.01 @ 2/255: NOT INFORMATIVE', '-0.01 @ 8/255: NOT INFORMATIVE']]],
  ],
  [
    'larger-epsilon-not-weaker',
    ['-0.3 @ 8/255: PASS'],
    [[{ pgd: [180, 185] }, ['0.0125 @ 8/255: FAIL']]],
    [[{ pgd: [290, 299] }, ['0.0225 @ 8/255: NOT INFORMATIVE']]],
  ],
  [
    'unbounded-attack-reaches-zero',
    ['0 @ 0.5: PASS', '0 @ 1: PASS'],
    [[{ large: [5, 4] }, ['0.0125 @ 0.5: FAIL', '0.01 @ 1: PASS']]],
    [[{ clean: 0 }, ['0 @ 0.5: NOT INFORMATIVE', '0 @ 1: NOT INFORMATIVE']]],
  ],
  [
    'more-iterations-add-little',
    ['0.005 @ 2/255: PASS', '0.005 @ 8/255: PASS', '0.0075 @ 2/255: PASS', '0.01 @ 8/255: PASS'],
    [
      [
        { twice: [171, 52] },
        ['0.0225 @ 2/255: FAIL', '0.02 @ 8/255: PASS', '0.0075 @ 2/255: PASS', '0.01 @ 8/255: PASS'],
      ],
      [
        { restarts: [177, 51] },
        ['0.005 @ 2/255: PASS', '0.005 @ 8/255: PASS', '0.0075 @ 2/255: PASS', '0.0225 @ 8/255: FAIL'],
      ],
    ],
    [
      [
        { pgd: [299, 12], twice: [290, 0], restarts: [290, 0] },
        [
          '0.0225 @ 2/255: NOT INFORMATIVE',
          '0.03 @ 8/255: NOT INFORMATIVE',
          '0.0225 @ 2/255: NOT INFORMATIVE',
          '0.03 @ 8/255: NOT INFORMATIVE',
        ],
      ],
    ],
  ],
  [
    'black-box-not-stronger',
    ['-0.1 @ 2/255: PASS', '-0.2 @ 8/255: PASS'],
    [[{ square: [176, 55] }, ['0.01 @ 2/255: PASS', '0.0125 @ 8/255: FAIL']]],
    [[{ pgd: [299, 14], square: [286, 0] }, ['0.0325 @ 2/255: NOT INFORMATIVE', '0.035 @ 8/255: NOT INFORMATIVE']]],
  ],
  [
    'transfer-not-stronger',
    ['-0.2375 @ 2/255: PASS', '-0.45 @ 8/255: PASS'],
    [[{ onOther: [181, 60] }, ['0.01 @ 2/255: PASS', '0.025 @ 8/255: FAIL']]],
    [[{ own: [299, 14], onOther: [286, 0] }, ['0.0325 @ 2/255: NOT INFORMATIVE', '0.035 @ 8/255: NOT INFORMATIVE']]],
  ],
  [
    'noise-weaker-than-attack',
    ['0.2875 @ 2/255: PASS', '0.575 @ 8/255: PASS'],
    [
      [{ noise: [199, 80] }, ['0.0475 @ 2/255: FAIL', '0.05 @ 8/255: PASS']],
      // The attack costs ten points, of which noise takes more than half.
      [{ pgd: [260, 60], noise: [279, 290] }, ['0.0475 @ 2/255: FAIL', '0.575 @ 8/255: PASS']],
    ],
    [
      // At 2/255 the attack itself costs 4.75 points, of which noise cannot stay 5 below; at 8/255 both have reached the floor.
      [{ pgd: [281, 0], noise: [300, 14] }, ['0.0475 @ 2/255: NOT INFORMATIVE', '0.035 @ 8/255: NOT INFORMATIVE']],
      // It costs 5.5 and 9.75 points, and noise flips 3 images and 20: too little to tell from a sound model.
      [{ pgd: [278, 261], noise: [297, 280] }, ['0.0475 @ 2/255: NOT INFORMATIVE', '0.0475 @ 8/255: NOT INFORMATIVE']],
    ],
  ],
  [
    'gradients-informative',
    ['0: PASS', '0: PASS'],
    [
      [{ zeroGradient: 4 }, ['0.01: FAIL', '0: PASS']],
      [{ notFinite: 1 }, ['0: PASS', '0.0025: FAIL']],
    ],
    [[{ n: 255 }, ['0: NOT INFORMATIVE', '0: NOT INFORMATIVE']]],
  ],
  [
    'loss-not-saturated',
    ['0: PASS'],
    [[{ saturated: 4 }, ['0.01: FAIL']]],
    [[{ n: 255, saturated: 2 }, ['0.0078: NOT INFORMATIVE']]],
  ],
  ['repeatable', ['0: PASS'], [[{ otherBits: 1 }, ['0.0025: FAIL']]], [[{ n: 255 }, ['0: NOT INFORMATIVE']]]],
];

describe.each(CASES)('the check %s', (id, sound, failing, notTelling) => {
  it('passes a sound model', () => {
    const check = checked(id);
    expect(figures(check)).toEqual(sound);
    expect(check).toMatchObject({ status: 'PASS', reason: '' });
  });

  it.each(failing)('fails with %o', (changes, expected) => {
    const check = checked(id, changes);
    expect(figures(check)).toEqual(expected);
    expect(check.status).toBe('FAIL');
    expect(check.reason).toMatch(/^[A-Z].*: -?[\d.]+ \(n = 400; limit: .*\)\.$/);
  });

  it.each(notTelling)('is not informative with %o', (changes, expected) => {
    const check = checked(id, changes);
    expect(figures(check)).toEqual(expected);
    expect(check.status).toBe('NOT INFORMATIVE');
    expect(check.reason).not.toBe('');
  });

  it('was not run without evidence', () => {
    const check = checkOf(checkedAudit(null), id);
    expect(check).toMatchObject({
      status: 'NOT RUN',
      evidence: [],
      reason: 'On no image was anything run for the checks.',
    });
  });

  it('counts images of the check sample, each once', () => {
    for (const { value, n } of checked(id).evidence) {
      expect(n).toBe(400);
      expect(value * n).toBeCloseTo(Math.round(value * n), 9);
    }
  });
});

describe('a check whose runs are missing', () => {
  it.each<[Id, Partial<Checked>, string]>([
    ['more-iterations-add-little', { twice: null }, 'PGD with twice the steps was not run on the check sample.'],
    ['more-iterations-add-little', { restarts: null }, 'PGD with five restarts was not run on the check sample.'],
    ['black-box-not-stronger', { square: null }, 'Square was not run on the check sample.'],
    ['transfer-not-stronger', { own: null }, 'No other model was attacked whose inputs this one could judge.'],
    ['transfer-not-stronger', { onOther: null }, 'No other model was attacked whose inputs this one could judge.'],
  ])('%s with %o says so', (id, changes, reason) => {
    expect(checked(id, changes)).toEqual({ modelId: 'checked', check: id, status: 'NOT RUN', reason, evidence: [] });
  });

  it('needs two epsilons to compare them', () => {
    const source = { ...checkedAudit(SOUND), epsilons: EPSILONS.slice(0, 1) };
    const oneEpsilon = { ...source, cases: checkedAudit({ ...SOUND, pgd: [180] }).cases };
    expect(checkOf(oneEpsilon, 'larger-epsilon-not-weaker')).toMatchObject({
      status: 'NOT RUN',
      reason: 'It compares two epsilons; this audit has one.',
    });
  });
});

describe('the range in which accuracies can tell', () => {
  // 300 right when clean: 95 % are 285 images, 5 % are 15.
  it.each<[fgsm: number, pgd: number, CheckStatus]>([
    [286, 286, 'NOT INFORMATIVE'],
    [286, 285, 'PASS'],
    [15, 14, 'PASS'],
    [14, 14, 'NOT INFORMATIVE'],
    [300, 0, 'PASS'],
  ])('FGSM leaves %i, PGD %i: %s', (fgsm, pgd, expected) => {
    expect(checked('pgd-at-least-fgsm', { fgsm: [fgsm, 300], pgd: [pgd, 300] }).evidence[0]?.status).toBe(expected);
  });
});

describe('on fewer than 256 images', () => {
  const few = (changes: Partial<Checked>): Partial<Checked> => ({
    n: 64,
    clean: 60,
    noise: [60, 60],
    fgsm: [50, 40],
    pgd: [40, 20],
    twice: [40, 20],
    restarts: [40, 20],
    square: [50, 40],
    own: [40, 20],
    onOther: [60, 60],
    ...changes,
  });

  it.each(CHECK_IDS)('%s does not pass a sound model', (id) => {
    const check = checked(id, few({}));
    expect(check.status).toBe('NOT INFORMATIVE');
    expect(check.reason).toBe('The check sample has 64 labelled images; a pass needs 256.');
    expect(check.evidence.length).toBeGreaterThan(0);
  });

  // The limit of one point of 256 images is 2.56 of them, whatever the others would have shown.
  it.each<[Id, Partial<Checked>, CheckStatus]>([
    ['pgd-at-least-fgsm', { fgsm: [38, 40] }, 'NOT INFORMATIVE'],
    ['pgd-at-least-fgsm', { fgsm: [37, 40] }, 'FAIL'],
    ['unbounded-attack-reaches-zero', { large: [2, 2] }, 'NOT INFORMATIVE'],
    ['unbounded-attack-reaches-zero', { large: [3, 2] }, 'FAIL'],
    ['more-iterations-add-little', { twice: [35, 20] }, 'NOT INFORMATIVE'],
    ['more-iterations-add-little', { twice: [34, 20] }, 'FAIL'],
    ['gradients-informative', { zeroGradient: 2 }, 'NOT INFORMATIVE'],
    ['gradients-informative', { zeroGradient: 3 }, 'FAIL'],
    ['gradients-informative', { notFinite: 1 }, 'FAIL'],
    ['loss-not-saturated', { saturated: 64 }, 'FAIL'],
    ['repeatable', { otherBits: 1 }, 'FAIL'],
    // How far noise stays below the attack, and whether PGD is above FGSM at all, the missing images could still turn.
    ['noise-weaker-than-attack', { noise: [40, 20] }, 'NOT INFORMATIVE'],
    ['pgd-at-least-fgsm', { fgsm: [40, 20] }, 'NOT INFORMATIVE'],
  ])('%s with %o: %s', (id, changes, expected) => {
    expect(checked(id, few(changes)).status).toBe(expected);
  });
});

describe('what the checks say of a model', () => {
  const statusWith = (changes: Partial<Checked>) =>
    checksOfModel(sanityChecksOf(checkedAudit({ ...SOUND, ...changes })), 'checked').checks;

  it('is a pass where all that were run passed, of how many it says', () => {
    const summaryWith = (changes: Partial<Checked>) =>
      checksOfModel(sanityChecksOf(checkedAudit({ ...SOUND, ...changes })), 'checked');
    expect(summaryWith({})).toEqual({ checks: 'PASS', checksRun: 10 });
    expect(summaryWith({ square: null, own: null, twice: null })).toEqual({ checks: 'PASS', checksRun: 7 });
    // One that could not tell was run.
    expect(summaryWith({ noise: [300, 300], pgd: [299, 299] })).toMatchObject({ checksRun: 10 });
  });

  it('is a failure where one failed', () => {
    expect(statusWith({ otherBits: 1 })).toBe('FAIL');
    expect(statusWith({ otherBits: 1, square: [300, 300], pgd: [300, 299] })).toBe('FAIL');
  });

  it('is no pass where one could not tell', () => {
    expect(statusWith({ own: [299, 298], onOther: [299, 299] })).toBe('NOT INFORMATIVE');
  });

  it('is not run where none was', () => {
    expect(checksOfModel(sanityChecksOf(checkedAudit(null)), 'checked')).toEqual({ checks: 'NOT RUN', checksRun: 0 });
  });

  it('stands on every row of that model, and of no other', () => {
    const { results } = auditFigures(checkedAudit({ ...SOUND, n: 300, otherBits: 1 }));
    expect(results.map(({ modelId, checks, checksRun }) => [modelId, checks, checksRun])).toEqual([
      ['checked', 'FAIL', 10],
      ['other', 'NOT RUN', 0],
    ]);
  });
});
