import { describe, expect, it } from 'vitest';
import { looksOf, markerSvg } from '../../../src/main/reports/curveLooks.ts';
import { curveSvg } from '../../../src/main/reports/index.ts';
import { sampleAudit } from './sampleAudit.ts';

const svg = () => curveSvg(sampleAudit().content);
const count = (text: string, part: string) => text.split(part).length - 1;

/** Corners of the curves: the numbers of each path of class "curve". */
const curves = (text: string) =>
  [...text.matchAll(/class="curve"[^>]* d="([^"]+)"/g)].map(([, path]) =>
    [...(path ?? '').matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) })),
  );

describe('curve.svg', () => {
  it('draws each model under each attack from clean to the largest epsilon', () => {
    expect(curves(svg()).map((points) => points.length)).toEqual([3, 3]);
  });

  it('puts epsilon on a square-root axis: 1/255 lies half-way to 4/255', () => {
    const [robust, standard] = curves(svg());
    const x = (at: number) => ((robust?.[at]?.x ?? NaN) + (standard?.[at]?.x ?? NaN)) / 2;
    expect(x(1) - x(0)).toBeCloseTo((x(2) - x(0)) / 2, 1);
  });

  it('puts the share on a linear axis, higher being better', () => {
    const [robust, standard] = curves(svg());
    const [one, three_quarters] = [standard?.[0]?.y ?? NaN, robust?.[0]?.y ?? NaN];
    const [half, zero] = [robust?.[2]?.y ?? NaN, standard?.[2]?.y ?? NaN];
    expect(three_quarters).toBeCloseTo(one + (zero - one) / 4, 1);
    expect(half).toBeCloseTo((one + zero) / 2, 1);
    expect(one).toBeLessThan(zero);
  });

  it('gives every point its interval', () => {
    // Six points, and the one of the legend.
    expect(count(svg(), 'class="interval"')).toBe(7);
  });

  it('tells models apart by shape as well as by colour', () => {
    expect(count(svg(), '<circle')).toBe(3 + 1);
    expect(count(svg(), '<polygon')).toBe(3 + 1);
    expect(svg()).toContain('#e8a14a');
    expect(svg()).toContain('#4fb7c4');
  });

  it('gives five models five shapes', () => {
    const content = sampleAudit().content;
    const [model] = content.models;
    if (model === undefined) throw new Error('The sample audit has models.');
    const recipes = ['fgsm', 'pgd', 'mixed', 'standard', 'imported'];
    const looks = looksOf(recipes.map((recipe) => ({ ...model, id: recipe, recipe })));
    expect(new Set(looks.map(({ marker }) => marker)).size).toBe(5);
    expect(new Set(looks.map(({ dark }) => dark)).size).toBe(5);
    expect(looks[3]).toMatchObject({ marker: 'circle', dark: '#e8a14a' });
    expect(looks[1]).toMatchObject({ marker: 'square', dark: '#4fb7c4' });
  });

  it('draws no two shapes alike', () => {
    const drawn = (['circle', 'square', 'triangle', 'diamond', 'wedge'] as const).map((shape) =>
      markerSvg(shape, 0, 0),
    );
    expect(new Set(drawn).size).toBe(5);
  });

  it('says in words what it shows, for those who cannot see it', () => {
    expect(svg()).toContain('<title id="curve-title">Security curve: balanced accuracy over epsilon</title>');
    expect(svg()).toContain('standard under PGD: 100.0 % clean, 50.0 % at 1/255, 0.0 % at 4/255.');
  });

  it('says units, n, seed and what is attacked', () => {
    expect(svg()).toContain('epsilon in 1/255, L-inf');
    expect(svg()).toContain('n = 2 labelled images of 2 lesions, out of 9 images of 8 lesions.');
    expect(svg()).toContain('64x64 model');
  });

  it('is the same bytes every time, and asks nothing of the network', () => {
    expect(svg()).toBe(svg());
    expect(svg().replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|@import|@font-face|<script/);
  });

  it('has colours for a light ground too', () => {
    expect(svg()).toContain('@media (prefers-color-scheme:light)');
  });

  it('lets no name become markup', () => {
    const content = sampleAudit().content;
    const models = content.models.map((model) => ({ ...model, id: '<script>"&' }));
    expect(curveSvg({ ...content, models })).toContain('&lt;script&gt;&quot;&amp;');
  });

  it('says so where no image is labelled', () => {
    const content = sampleAudit().content;
    const results = content.results.map((result) => ({ ...result, balancedAccuracy: null }));
    expect(curveSvg({ ...content, results })).toContain('no labelled image');
  });
});
