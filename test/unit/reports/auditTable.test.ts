import { describe, expect, it } from 'vitest';
import { auditTable } from '../../../src/main/reports/index.ts';
import { figure, melanomaVerdicts, sampleAudit } from './sampleAudit.ts';
import { failCheck, wholeAudit } from './wholeAudit.ts';

const ORIGINAL_IDS = ['ISIC_1', 'ISIC_2', 'ISIC_3'];
const lines = (audit = sampleAudit()) => auditTable(audit, ORIGINAL_IDS);
const text = (audit = sampleAudit()) => lines(audit).join('\n').replace(/\n\s*/g, ' ');

describe('the table of an audit', () => {
  it('says first what was attacked, with what, on what', () => {
    expect(text()).toContain('attacked     the 64x64 model input, not the photograph; L-inf');
    expect(text()).toContain('robust (pgd, abababababab)');
    expect(text()).toContain('PGD: 20 steps of eps/8, random start, 1 restart');
    expect(text()).toContain('tensorflow on the CPU, A processor, threads: 2');
    expect(text()).toContain(`SHA-256 ${'cd'.repeat(32)}`);
  });

  it('gives every figure in percent with its interval, and n at the head of its column', () => {
    const at = lines().findIndex((line) => line.startsWith('standard '));
    const table = lines().slice(at, at + 6);
    expect(table.map((line) => line.split(/\s{2,}/))).toEqual([
      ['standard', 'accuracy', 'balanced accuracy', 'melanoma sens.', 'dangerous flips'],
      [expect.stringMatching(/^-+$/)],
      ['n', '2', '2', '1', '1'],
      ['clean', '100.0 [50.0, 100.0]', '100.0 [50.0, 100.0]', '100.0 [50.0, 100.0]', '-'],
      ['PGD', '1/255', ...Array<string>(4).fill('50.0 [25.0, 75.0]')],
      ['PGD', '4/255', ...Array<string>(3).fill('0.0 [0.0, 50.0]'), '100.0 [50.0, 100.0]'],
    ]);
  });

  it('says n beside a figure that rests on another number than its column', () => {
    const audit = sampleAudit();
    const [first, ...others] = audit.content.results;
    if (first === undefined) throw new Error('The sample audit has results.');
    const results = [first, ...others.map((row) => ({ ...row, accuracy: figure(0.5, 7) }))];
    expect(text({ ...audit, content: { ...audit.content, results } })).toContain('50.0 [25.0, 75.0] n=7');
  });

  it('names the classes with images and lesions, and those that are too few', () => {
    expect(text()).toContain('mel 1 (1 of 4, too few); nv 1 (1 of 4, too few); unlabelled 1');
  });

  it('gives the comparison that was fixed beforehand, with its sign', () => {
    expect(text()).toContain('robust minus standard at 4/255: +50.0 points [-12.5, +75.0], n = 2. Paired bootstrap.');
  });

  it('claims no more of the smallest epsilon than was tried', () => {
    expect(text()).toContain('standard: the median image changes its verdict at 3/255 (an upper bound)');
    expect(text()).toContain('robust: no attack tried changed the median image up to 16/255');
    expect(text()).toContain('no attack tried changed 2 of 3 up to 16/255');
    expect(text()).not.toMatch(/holds to|is robust/);
  });

  it('says nothing of a smallest epsilon in L2, where none is sought', () => {
    const audit = sampleAudit();
    const results = audit.content.results.map((row) => ({ ...row, norm: 'l2' as const }));
    expect(text()).toContain('Smallest change of the verdict');
    expect(text({ ...audit, content: { ...audit.content, results } })).not.toContain('Smallest change of the verdict');
  });

  it('names the most fragile verdicts by the ids that the person knows, the smallest epsilon first', () => {
    const at = lines().indexOf('Most fragile verdicts');
    expect(text(sampleAudit())).toContain(
      'ISIC_1, standard: melanoma changes to nevus at 0.5/255 (below one 8-bit step, gone when rounded to 8 bit)',
    );
    const names = lines()
      .slice(at + 1)
      .flatMap((line) => /^- (ISIC_\d, \w+)/.exec(line)?.[1] ?? []);
    expect(names).toEqual(['ISIC_1, standard', 'ISIC_2, standard', 'ISIC_2, robust']);
  });

  it('names five at most', () => {
    const audit = sampleAudit();
    const [first] = audit.content.cases;
    if (first === undefined) throw new Error('The sample audit has cases.');
    const cases = Array.from({ length: 9 }, () => ({ ...first, models: [melanomaVerdicts('standard', 1 / 255)] }));
    const many = text({ ...audit, content: { ...audit.content, cases } });
    expect(many.split('changes to nevus')).toHaveLength(5 + 1);
  });

  it('prints the recommendations', () => {
    const audit = sampleAudit();
    audit.content.findings.recommendations = [{ kind: 'next-step', text: 'Collect more lesions.', evidence: [] }];
    expect(text(audit)).toContain('Recommendations - Collect more lesions.');
    expect(text()).not.toContain('Recommendations');
  });

  it('warns over each figure of a model whose check failed', () => {
    const content = wholeAudit();
    failCheck(content, 'pgd');
    const failed = text({ ...sampleAudit(), content });
    const warning = 'A sanity check failed for pgd: robustness figure not trustworthy, possible gradient masking.';
    expect(failed).toContain(
      'checks standard: PASS; fgsm: PASS; pgd: FAIL; mixed: PASS'.replace('checks ', 'checks       '),
    );
    expect(failed).toContain(`${warning} pgd `);
    expect(failed).toContain(`Primary comparison ${warning}`);
    expect(failed).toContain('- pgd (check failed): the median image changes');
    expect(text({ ...sampleAudit(), content: wholeAudit() })).not.toMatch(/check failed|sanity check failed/);
  });

  it('tells the directed attack from the other one of its id', () => {
    const all = text({ ...sampleAudit(), content: wholeAudit() });
    expect(all).toContain('APGD-CE: 100 steps, 1 restart');
    expect(all).toContain('APGD on the margin, towards a benign verdict: 100 steps, 1 restart');
  });

  it('says what was not run, and what it is for', () => {
    expect(text()).toContain('Square: NOT RUN.');
    expect(lines().at(-1)).toBe('Research.');
  });

  it('fits into 100 columns, without colour', () => {
    expect(Math.max(...lines().map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(text()).not.toContain('\u001b');
  });
});
