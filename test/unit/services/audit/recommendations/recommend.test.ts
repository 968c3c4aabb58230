import { describe, expect, it } from 'vitest';
import type { AuditContent } from '../../../../../src/shared/contract/audit.ts';
import { recommendationSchema, type Recommendation } from '../../../../../src/shared/contract/auditFindings.ts';
import { checkRow, figuresByRow } from '../../../../../src/shared/contract/auditRows.ts';
import { recommend } from '../../../../../src/main/services/audit/recommendations/index.ts';
import { EPSILONS, share, wholeAudit } from '../../../reports/wholeAudit.ts';

const [ONE = 0, , FOUR = 0] = EPSILONS;

/** The recommendations on the made-up audit after `change`. */
function after(change: (content: AuditContent) => void = () => undefined): Recommendation[] {
  const content = wholeAudit();
  change(content);
  return recommend(content);
}

const texts = (all: readonly Recommendation[], kind: Recommendation['kind']) =>
  all.flatMap((one) => (one.kind === kind ? [one.text] : []));

/** Of the preferences by balanced accuracy, the one that begins so. */
const overall = (all: readonly Recommendation[], start: string) =>
  texts(all, 'prefer-model').find((text) => text.startsWith(start)) ?? '';

const about = (all: readonly Recommendation[], kind: Recommendation['kind'], word: string) =>
  texts(all, kind).filter((text) => text.includes(word));

function setDifference(content: AuditContent, first: string, second: string, epsilon: number, value: number) {
  for (const one of content.findings.comparisons) {
    if (one.first === first && one.second === second && one.epsilon === epsilon) {
      one.difference = { ...one.difference, value, low: value - 0.02, high: value + 0.02 };
      if (one.pHolm !== null) one.pHolm = Math.abs(value) > 0.02 ? 0.01 : 0.6;
    }
  }
}

function rowOf(content: AuditContent, modelId: string, attack: string, epsilon: number) {
  const row = content.results.find(
    (one) => one.modelId === modelId && one.attack === attack && one.epsilon === epsilon,
  );
  if (!row) throw new Error(`The made-up audit has no row of ${modelId} under ${attack}.`);
  return row;
}

const failCheck = (content: AuditContent, modelId: string) => {
  for (const check of content.findings.sanityChecks) {
    if (check.modelId === modelId && check.check === 'pgd-at-least-fgsm') {
      check.status = 'FAIL';
      check.evidence = check.evidence.map((one) => ({ ...one, status: 'FAIL', value: 0.12 }));
    }
  }
};

describe('the model that is preferred', () => {
  it('is the best one where the paired comparison sets it apart from the next', () => {
    const all = after((content) => {
      setDifference(content, 'pgd', 'mixed', FOUR, 0.05);
    });
    expect(overall(all, 'At 4/255')).toMatch(/^At 4\/255, prefer pgd\. /);
    expect(overall(all, 'At 4/255')).toContain('pgd minus mixed +5.0 points [+3.0, +7.0] (n = 1276; exploratory)');
  });

  it('is not the best one where its lead does not stand up to the number of comparisons', () => {
    const withP = (pHolm: number) =>
      after((content) => {
        setDifference(content, 'pgd', 'mixed', FOUR, 0.05);
        for (const one of content.findings.comparisons) {
          if (one.first === 'pgd' && one.second === 'mixed' && one.epsilon === FOUR) one.pHolm = pHolm;
        }
      });
    const byChance =
      'pgd minus mixed +5.0 points [+3.0, +7.0] (n = 1276; exploratory, may be chance among so many comparisons)';
    expect(overall(withP(0.05), 'At 4/255')).toContain('cannot tell');
    expect(overall(withP(0.05), 'At 4/255')).toContain(byChance);
    expect(overall(withP(0.0499), 'At 4/255')).not.toContain('cannot tell');
    expect(overall(withP(0.0499), 'At 4/255')).not.toContain('may be chance');
  });

  it('is judged by the plain interval in the comparison that was fixed beforehand', () => {
    const best = (value: number) =>
      after((content) => {
        content.models = content.models.filter(({ id }) => id === 'pgd' || id === 'standard');
        setDifference(content, 'pgd', 'standard', FOUR, value);
      });
    expect(overall(best(0.021), 'At 4/255')).not.toContain('cannot tell');
    expect(overall(best(0.019), 'At 4/255')).toContain('cannot tell');
  });

  it('is the simplest recipe where the sample cannot tell the best ones apart', () => {
    const text = overall(after(), 'At 4/255');
    expect(text).toContain(
      'prefer pgd, the simplest recipe of those that this sample cannot tell apart: pgd and mixed.',
    );
  });

  it('changes with the numbers beneath', () => {
    const all = after((content) => {
      rowOf(content, 'mixed', 'worst-case', FOUR).balancedAccuracy = share(0.45);
      setDifference(content, 'pgd', 'mixed', FOUR, -0.085);
    });
    expect(overall(all, 'At 4/255')).toMatch(/^At 4\/255, prefer mixed\. .* mixed 45\.0 %/);
  });

  it('names the comparison that was fixed beforehand as such, and no other', () => {
    const all = after();
    expect(overall(all, 'At 4/255')).toContain(
      'pgd minus standard +35.7 points [+32.9, +38.5] (n = 1276; the comparison fixed beforehand)',
    );
    expect(overall(all, 'At 1/255')).not.toContain('fixed beforehand');
  });

  it('is none where the best cannot be told from always giving the same answer', () => {
    const text = overall(after(), 'At 8/255');
    expect(text).toMatch(/^At 8\/255, prefer none\. Even the best, pgd, /);
  });

  it('is judged by the intervals where the audit has no comparison', () => {
    const all = after((content) => {
      content.findings.comparisons = [];
      rowOf(content, 'pgd', 'worst-case', FOUR).balancedAccuracy = share(0.6);
    });
    expect(overall(all, 'At 4/255')).toMatch(/^At 4\/255, prefer pgd\. /);
    expect(overall(all, 'At 1/255')).toContain('cannot tell');
  });

  it('is never one with a failed check, which is named', () => {
    const all = after((content) => {
      failCheck(content, 'pgd');
    });
    for (const text of texts(all, 'prefer-model')) expect(text).not.toMatch(/prefer pgd/);
    expect(overall(all, 'At 4/255')).toMatch(/^At 4\/255, prefer mixed\. /);
    expect(overall(all, 'At 4/255')).toContain('Not considered, since a sanity check failed: pgd.');
  });

  it('may be another one for a diagnosis whose own images say so', () => {
    const all = after((content) => {
      rowOf(content, 'fgsm', 'worst-case', ONE).sensitivities.mel = share(0.9, 142, 78);
    });
    expect(about(all, 'prefer-model', 'Melanoma,')[0]).toMatch(/At 1\/255, prefer fgsm \(fgsm 90\.0 %.*, pgd 50\.4 %/);
  });

  it('is the one preferred overall for a diagnosis whose images cannot tell', () => {
    expect(about(after(), 'prefer-model', 'Melanoma,')[0]).toContain(
      'At 1/255 and 2/255, prefer pgd, as overall: pgd, mixed and fgsm are not told apart',
    );
  });

  it('is not named for a diagnosis with too few lesions', () => {
    expect(about(after(), 'prefer-model', 'Dermatofibroma')).toEqual([]);
  });
});

describe('where no preference is derived', () => {
  it.each<[string, (content: AuditContent) => void, RegExp]>([
    ['the budget was not full', (content) => (content.budget = 'quick'), /only the quick budget was spent/],
    [
      'a malignant diagnosis has too few lesions',
      (content) => {
        for (const one of content.sample.perClass) if (one.diagnosis === 'bcc') one.tooFew = true;
      },
      /too few lesions of basal cell carcinoma/,
    ],
    ['there is one model', (content) => (content.models = content.models.slice(0, 1)), /only one model was audited/],
  ])('%s: it says so, and advises the rest', (_what, change, why) => {
    const all = after(change);
    const preferences = texts(all, 'prefer-model');
    expect(preferences).toHaveLength(1);
    expect(preferences[0]).toMatch(why);
    expect(texts(all, 'dangerous-flips')).not.toEqual([]);
  });

  it.each<[string, (content: AuditContent) => void, RegExp]>([
    [
      'lesions are not known',
      (content) => (content.cases = content.cases.map((one) => ({ ...one, lesionId: null }))),
      /it is not known which of its images show the same lesion/,
    ],
    [
      'a malignant diagnosis is missing',
      (content) => (content.sample.perClass = content.sample.perClass.filter(({ diagnosis }) => diagnosis !== 'bcc')),
      /it does not have all three malignant diagnoses/,
    ],
    [
      'nothing is labelled',
      (content) => (content.cases = content.cases.map((one) => ({ ...one, label: null }))),
      /none of its images is labelled/,
    ],
  ])('%s: nothing is advised but why', (_what, change, why) => {
    const all = after(change);
    expect(all).toHaveLength(1);
    expect(all[0]?.text).toMatch(why);
  });

  it('even so, the figures of a model whose check failed are called unreliable', () => {
    const all = after((content) => {
      content.sample.perClass = content.sample.perClass.filter(({ diagnosis }) => diagnosis !== 'bcc');
      failCheck(content, 'fgsm');
    });
    expect(all.map(({ kind }) => kind)).toEqual(['failed-check', 'prefer-model']);
    expect(all[0]?.text).toContain('Do not rely on any figure of fgsm under attack');
  });
});

describe('the price of robust training', () => {
  it('is given for each defended model, with its interval', () => {
    expect(texts(after(), 'clean-cost')).toHaveLength(3);
    expect(about(after(), 'clean-cost', 'pgd')[0]).toContain('pgd minus standard -11.9 points [-14.7, -9.1]');
  });

  it('is called unclear where the interval holds zero', () => {
    const all = after((content) => {
      setDifference(content, 'pgd', 'standard', 0, -0.01);
    });
    expect(about(all, 'clean-cost', 'pgd')[0]).toMatch(/exploratory\), not told apart by this sample\./);
  });
});

describe('what remains dangerous', () => {
  it('names a diagnosis as fragile where even the upper bound is below half', () => {
    const melanoma = (high: number) =>
      after((content) => {
        for (const row of content.results) row.sensitivities.mel = { value: 0.3, low: 0.2, high, n: 142 };
      });
    expect(about(melanoma(0.49), 'fragile-class', 'Melanoma')[0]).toContain('with every model audited');
    expect(about(melanoma(0.51), 'fragile-class', 'Melanoma')).toEqual([]);
  });

  it('judges no diagnosis with too few lesions', () => {
    const all = after((content) => {
      rowOf(content, 'pgd', 'worst-case', FOUR).sensitivities.df = { value: 0, low: 0, high: 0.2, n: 15 };
    });
    expect(about(all, 'fragile-class', 'Dermatofibroma')).toEqual([]);
  });

  it('gives the malignant images that attacks turn benign, and from where on', () => {
    expect(about(after(), 'dangerous-flips', 'of pgd')[0]).toMatch(
      /8\.0 % .* benign at 1\/255, and 33\.7 % .* benign at 4\/255\.$/,
    );
  });

  it('claims no more than was tried where none was turned', () => {
    const all = after((content) => {
      rowOf(content, 'pgd', 'worst-case', FOUR).dangerousFlips = share(0, 193, 120);
    });
    expect(about(all, 'dangerous-flips', 'pgd')[0]).toMatch(
      /^No attack tried turned a malignant verdict of pgd benign up to 4\/255: 0\.0 % \[0\.0, .*An attack that was not tried may\.$/,
    );
  });

  it('tells not to rely on a model whose check failed, with the check and its epsilons', () => {
    const all = after((content) => {
      failCheck(content, 'fgsm');
    });
    expect(texts(all, 'failed-check')).toEqual([
      'Do not rely on any figure of fgsm under attack: it may only look hard to attack (possible gradient masking). Failed: ' +
        '"PGD is at least as strong as FGSM" at 1/255 and 2/255. A stronger attack may find more than these found.',
    ]);
    expect(all[0]?.kind).toBe('failed-check');
    expect(about(all, 'next-step', 'Before fgsm is used further')).toHaveLength(1);
    expect(texts(after(), 'failed-check')).toEqual([]);
  });

  it('marks each figure of a model whose check failed', () => {
    const all = after((content) => {
      content.budget = 'quick';
      failCheck(content, 'pgd');
    });
    const figures = all.filter(({ kind, text }) => kind !== 'failed-check' && /\bpgd\b.* %/.test(text));
    expect(new Set(figures.map(({ kind }) => kind))).toEqual(
      new Set(['clean-cost', 'fragile-class', 'dangerous-flips', 'next-step']),
    );
    for (const { text } of figures) expect(text.replaceAll('pgd (check failed)', '')).not.toMatch(/\bpgd\b/);
  });
});

describe('what comes next', () => {
  it('asks for lesions of the diagnoses that have too few', () => {
    expect(about(after(), 'next-step', 'Collect more lesions')[0]).toContain('of dermatofibroma: ');
  });

  it('sends to a second reader what changes at the largest epsilon that they can bear', () => {
    const [bearable] = about(after(), 'next-step', 'second reader');
    expect(bearable).toContain(
      'each verdict of pgd that an attack changes at or below 2/255, the review threshold: here 21.1 %',
    );
    const all = after((content) => {
      for (const one of content.findings.minimalEpsilons) for (const at of one.shares) at.share = share(0.6);
    });
    expect(about(all, 'next-step', 'second reader')[0]).toMatch(
      /every verdict of pgd: no review threshold spares them, since at 1\/255 attacks change 60\.0 %/,
    );
  });

  it('says which parts were not run, and which checks could not judge', () => {
    const all = after((content) => {
      content.findings.certificates = [];
      content.findings.corruptions = [];
      for (const one of content.findings.sanityChecks) {
        if (one.check === 'repeatable') one.status = 'NOT RUN';
        if (one.modelId === 'pgd' || one.check !== 'transfer-not-stronger') continue;
        one.status = 'NOT INFORMATIVE';
      }
    });
    expect(about(all, 'not-tested', 'Not run here')[0]).toContain('common corruptions such as blur');
    expect(about(all, 'not-tested', 'Sanity checks')).toEqual([
      'Sanity checks that could tell nothing: of standard, fgsm and mixed "transferred attacks are not stronger".',
      'Sanity checks that were not run: of standard, fgsm, pgd and mixed "the same batch twice gives the same bits".',
    ]);
    expect(about(after(), 'not-tested', 'Not run here')).toEqual([]);
  });

  it('names ten undecided checks as all ten', () => {
    const all = after((content) => {
      for (const one of content.findings.sanityChecks) if (one.modelId === 'pgd') one.status = 'NOT INFORMATIVE';
    });
    expect(about(all, 'not-tested', 'Sanity checks')).toEqual([
      'Sanity checks that could tell nothing: of pgd all ten.',
    ]);
  });

  it('says that photographs were not changed, but for the corruptions that were run', () => {
    const corrupted = 'to the photograph itself, beyond the common corruptions of this report;';
    expect(about(after(), 'not-tested', 'Never tested')[0]).toContain(corrupted);
    const none = after((content) => (content.findings.corruptions = []));
    expect(about(none, 'not-tested', 'Never tested')[0]).toContain('to the photograph itself; attacks designed');
  });
});

describe('every recommendation', () => {
  const variants: [string, (content: AuditContent) => void][] = [
    ['as it is', () => undefined],
    [
      'with a failed check',
      (content) => {
        failCheck(content, 'pgd');
      },
    ],
    ['without comparisons', (content) => (content.findings.comparisons = [])],
    ['of a quick run', (content) => (content.budget = 'quick')],
  ];

  it.each(variants)('has its evidence in rows of the audit: %s', (_name, change) => {
    const content = wholeAudit();
    change(content);
    const rows = figuresByRow(content);
    const checks = content.findings.sanityChecks.map(checkRow);
    for (const { evidence } of recommend(content)) {
      for (const { row, figure } of evidence) {
        if (figure === null) expect(checks).toContain(row);
        else expect(rows.get(row), row).toEqual(figure);
      }
    }
  });

  it.each(variants)(
    'names no figure without interval and n, and none that is not in its evidence: %s',
    (_name, change) => {
      for (const { text, evidence } of after(change)) {
        const known = evidence.flatMap(({ figure }) => (figure ? [figure.value, figure.low, figure.high] : []));
        const shown = known.map((share) => (100 * share).toFixed(1));
        for (const [number] of text.matchAll(/-?\d+\.\d/g)) expect(shown, text).toContain(number);
        const values = text.match(/[\d.]+ (%|points)/g) ?? [];
        const whole = text.match(/[\d.]+ (%|points) \[[-+]?[\d.]+, [-+]?[\d.]+\]/g) ?? [];
        expect(whole.length, text).toBe(values.length);
        if (values.length > 0) expect(text).toMatch(/\(n = \d+/);
      }
    },
  );

  it.each(variants)('keeps to the contract and to words that the evidence carries: %s', (_name, change) => {
    for (const one of after(change)) {
      expect(recommendationSchema.parse(one)).toEqual(one);
      expect(one.text).not.toMatch(/robust|\bsafe|\bholds|guarantee|immune/i);
    }
  });

  it('follows from the same numbers to the letter', () => {
    expect(after()).toEqual(after());
  });

  it('reads well', () => {
    expect(after().map(({ kind, text }) => `${kind}: ${text}`)).toMatchSnapshot();
  });
});
