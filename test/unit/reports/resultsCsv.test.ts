import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resultsCsv } from '../../../src/main/reports/index.ts';
import { sampleAudit } from './sampleAudit.ts';

const written = (content = sampleAudit().content): string => [...resultsCsv(content)].join('');
const rows = (text: string) => parse<Record<string, string>>(text, { columns: true, record_delimiter: '\r\n' });

describe('results.csv', () => {
  it('has one row per case, model, attack and epsilon, clean included', () => {
    const keys = rows(written()).map((row) =>
      [row['image_id'], row['model_id'], row['attack'], row['epsilon_255']].join(' '),
    );
    expect(keys.slice(0, 6)).toEqual([
      'img-a standard clean 0',
      'img-a standard pgd 1',
      'img-a standard pgd 4',
      'img-a robust clean 0',
      'img-a robust pgd 1',
      'img-a robust pgd 4',
    ]);
    expect(keys).toHaveLength(3 * 2 * 3);
  });

  it('says of a clean row its probabilities, and of an attacked one its outcome', () => {
    const [clean, , attacked] = rows(written());
    expect(clean).toMatchObject({
      label: 'mel',
      weight: '1.5',
      norm: 'linf',
      verdict: 'mel',
      success: '',
      clean_probability_mel: '0.75',
      minimal_epsilon: String(0.5 / 255),
      minimal_epsilon_verdict: 'nv',
    });
    expect(attacked).toMatchObject({
      epsilon: String(4 / 255),
      clean_verdict: 'mel',
      verdict: 'nv',
      success: 'true',
      turned_benign: 'true',
      clean_probability_mel: '',
    });
  });

  it('leaves empty what is not known', () => {
    const unlabelled = rows(written()).at(-1);
    expect(unlabelled).toMatchObject({ label: '', minimal_epsilon: '' });
  });

  it('makes a formula in an id inert', () => {
    expect(written()).toContain(`"'=HYPERLINK(""x"")",`);
  });

  it('gives any id back, with an apostrophe before it at most', () => {
    const content = sampleAudit().content;
    const [first] = content.cases;
    if (first === undefined) throw new Error('The sample audit has cases.');
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (imageId) => {
        const text = written({ ...content, cases: [{ ...first, imageId }] });
        const [row] = rows(text);
        expect(/^[=+\-@\t\r]/.test(imageId) ? `'${imageId}` : imageId).toBe(row?.['image_id']);
        expect(row?.['image_id']).not.toMatch(/^[=+\-@\t\r]/);
      }),
    );
  });
});
