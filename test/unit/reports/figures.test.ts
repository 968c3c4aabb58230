import { describe, expect, it } from 'vitest';
import type { AuditContent } from '../../../src/shared/contract/audit.ts';
import {
  checksSvg,
  corruptionsSvg,
  curveSvg,
  minimalEpsilonSvg,
  transferSvg,
} from '../../../src/main/reports/index.ts';
import { sampleAudit } from './sampleAudit.ts';
import { EPSILONS, failCheck, share, wholeAudit } from './wholeAudit.ts';

type Draw = (content: AuditContent) => string | null;

const FIGURES: [string, Draw][] = [
  ['curve', curveSvg],
  ['minimal-epsilon', minimalEpsilonSvg],
  ['transfer', transferSvg],
  ['corruptions', corruptionsSvg],
  ['checks', checksSvg],
];

function drawn(draw: Draw, change: (content: AuditContent) => void = () => undefined): string {
  const content = wholeAudit();
  change(content);
  const svg = draw(content);
  if (svg === null) throw new Error('The made-up audit has every finding.');
  return svg;
}

const count = (text: string, part: string) => text.split(part).length - 1;

/** Corners of each line, in pixels. */
const curves = (svg: string) =>
  [...svg.matchAll(/class="curve"[^>]* d="([^"]+)"/g)].map(([, path]) =>
    [...(path ?? '').matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) })),
  );

describe('every figure', () => {
  it.each(FIGURES)('%s: has title and description for those who cannot see it', (name, draw) => {
    expect(drawn(draw)).toContain(`aria-labelledby="${name}-title ${name}-description"`);
    expect(drawn(draw)).toMatch(new RegExp(`<desc id="${name}-description">[^<]{100,}</desc>`));
  });

  it.each(FIGURES)('%s: is the same bytes every time, and asks nothing of the network', (_name, draw) => {
    expect(drawn(draw)).toBe(drawn(draw));
    expect(drawn(draw).replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|@import|<script/);
  });

  it.each(FIGURES)('%s: is legible on a light ground too', (_name, draw) => {
    expect(drawn(draw)).toContain('@media (prefers-color-scheme:light)');
  });

  it.each(FIGURES)('%s: has no number that is none', (_name, draw) => {
    expect(drawn(draw)).not.toMatch(/NaN|Infinity|undefined|null/);
  });

  it.each(FIGURES)('%s: lets no name become markup', (_name, draw) => {
    const evil = (content: AuditContent) => {
      const model = content.models.find(({ id }) => id === 'fgsm');
      if (model) model.id = '<script>"&';
    };
    expect(drawn(draw, evil)).not.toContain('<script');
  });

  it.each(FIGURES)('%s: says n, seed, models with their hashes and what computed it', (_name, draw) => {
    const words = drawn(draw)
      .replaceAll(/<[^>]+>\n?/g, ' ')
      .replaceAll(/\s+/g, ' ');
    expect(words).toMatch(/\bn = \d+|\(n beneath its name\)/);
    expect(words).toContain(
      'Seed 1. Models: standard abababababab, fgsm abababababab, pgd abababababab, mixed abababababab.',
    );
    expect(words).toContain('Computed with tensorflow on the CPU.');
  });

  it.each(FIGURES)('%s: warns in words where a check failed', (_name, draw) => {
    const warning = 'A sanity check failed for fgsm: robustness figure not trustworthy, possible gradient masking.';
    const failed = drawn(draw, (content) => {
      failCheck(content, 'fgsm');
    });
    expect(count(failed, warning)).toBe(2);
    expect(failed).toMatch(/check failed|>FAIL</);
    expect(drawn(draw)).not.toMatch(/check failed|not trustworthy, possible/);
  });

  it.each(FIGURES.slice(1))('%s: is left out where nothing of it was run', (_name, draw) => {
    expect(draw(sampleAudit().content)).toBeNull();
  });
});

describe('curve.svg of four models', () => {
  it('draws the worst case of each solid, noise as a thin line, and leaves single attacks to the tables', () => {
    const svg = drawn(curveSvg);
    expect(curves(svg)).toHaveLength(8);
    expect(count(svg, '<g class="thin">')).toBe(4);
    expect(svg).not.toMatch(/>PGD<|>FGSM</);
    expect(svg).toContain('>worst case<');
  });

  it('says which curves end above what guessing reaches', () => {
    const words = (svg: string) => svg.replaceAll(/<[^>]+>\n?/g, ' ').replaceAll(/\s+/g, ' ');
    expect(words(drawn(curveSvg))).toContain(
      'At 8/255, the largest epsilon run, pgd (16.9 %) and mixed (16.1 %) have not fallen to what guessing reaches',
    );
    const fallen = drawn(curveSvg, (content) => {
      for (const row of content.results) if (row.attack === 'worst-case') row.balancedAccuracy = share(0.1);
    });
    expect(words(fallen)).not.toContain('have not fallen');
  });
});

describe('minimal-epsilon.svg', () => {
  it('rises in steps to the share of images that some attack changed', () => {
    const change = (content: AuditContent) => {
      content.cases = content.cases.slice(0, 4);
      const found = [1 / 255, 4 / 255, null, 1 / 255];
      content.cases.forEach((one, at) => {
        for (const model of one.models) model.minimalEpsilon = found[at] ?? null;
      });
    };
    const [line = []] = curves(drawn(minimalEpsilonSvg, change));
    const [zero, , half, , threeQuarters, end] = line;
    const [x0 = 0, y0 = 0] = [zero?.x, zero?.y];
    const height = (y = 0) => (y0 - y) / (420 - 64);
    const along = (x = 0) => ((x - x0) / ((end?.x ?? 0) - x0)) ** 2;
    expect([height(half?.y), height(threeQuarters?.y), height(end?.y)]).toEqual([0.5, 0.75, 0.75]);
    expect([along(half?.x), along(threeQuarters?.x)].map((each) => Number(each.toFixed(3)))).toEqual([0.063, 0.25]);
  });

  it('gives the intervals of the audit at its epsilons', () => {
    expect(count(drawn(minimalEpsilonSvg), 'class="interval"')).toBe(4 * EPSILONS.length);
  });
});

describe('transfer.svg', () => {
  it('prints each success rate with its interval, and frames the pairs of a model with itself', () => {
    const svg = drawn(transferSvg);
    expect(count(svg, '<rect class="own"')).toBe(4 * EPSILONS.length);
    expect(svg).toContain('>68.5<');
    expect(svg).toContain('>[65.0, 72.0]<');
    expect(svg).toContain('n = 896');
  });

  it('darkens and lightens with the figure, with ink that can be read on it', () => {
    const at = (value: number) =>
      drawn(transferSvg, (content) => {
        content.findings.transfer = content.findings.transfer.slice(0, 1);
        for (const one of content.findings.transfer) one.successRate = { value, low: value, high: value, n: 9 };
      });
    expect(at(0)).toMatch(/fill="#440154"\/>\n.*fill:#ffffff/);
    expect(at(1)).toMatch(/fill="#fde725"\/>\n.*fill:#000000/);
  });
});

describe('corruptions.svg', () => {
  it('draws each corruption by itself, each model over five severities', () => {
    const svg = drawn(corruptionsSvg);
    expect(curves(svg)).toHaveLength(11 * 4);
    expect(curves(svg).every((points) => points.length === 5)).toBe(true);
    expect(svg).toContain('>Gel bubbles<');
  });

  it('falls where accuracy is lost', () => {
    const [first = []] = curves(drawn(corruptionsSvg));
    expect(first.map(({ y }) => y)).toEqual(first.map(({ y }) => y).toSorted((one, other) => one - other));
    expect((first[4]?.y ?? 0) - (first[0]?.y ?? 0)).toBeGreaterThan(5);
  });
});

describe('checks.svg', () => {
  it('says each status in a word beside its symbol', () => {
    const statuses = ['FAIL', 'NOT INFORMATIVE', 'NOT RUN'] as const;
    const svg = drawn(checksSvg, (content) => {
      content.findings.sanityChecks.slice(0, 3).forEach((check, at) => (check.status = statuses[at] ?? 'PASS'));
    });
    expect(count(svg, '>PASS<')).toBe(37);
    expect(count(svg, '<path class="pass"')).toBe(37);
    expect([count(svg, '>FAIL<'), count(svg, '<path class="fail"')]).toEqual([1, 1]);
    expect([count(svg, '>NOT INFORM.<'), count(svg, '>NOT RUN<')]).toEqual([1, 1]);
  });

  it('is not drawn where no check was run', () => {
    const content = wholeAudit();
    for (const check of content.findings.sanityChecks) check.status = 'NOT RUN';
    expect(checksSvg(content)).toBeNull();
  });
});
