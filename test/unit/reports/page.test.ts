import { describe, expect, it } from 'vitest';
import type { AuditContent } from '../../../src/shared/contract/audit.ts';
import { auditPage, tablesCsv } from '../../../src/main/reports/index.ts';
import { anchorOf } from '../../../src/main/reports/page/markdown.ts';
import { recommend } from '../../../src/main/services/audit/recommendations/index.ts';
import { sampleAudit } from './sampleAudit.ts';
import { failCheck, wholeAudit } from './wholeAudit.ts';

const SHA256 = 'cd'.repeat(32);

const COMMAND = 'epsiloscope reproduce --data ham10000 --out out/matrix';

/** Spaces that do not break are shown as others. */
const pageOf = (content: AuditContent, command: string | null = COMMAND) =>
  auditPage({ ...sampleAudit(), content, contentSha256: SHA256 }, command).replaceAll('\u00a0', ' ');

function page(change: (content: AuditContent) => void = () => undefined): string {
  const content = wholeAudit();
  change(content);
  content.findings.recommendations = recommend(content);
  return pageOf(content);
}

/** The lines from a heading to the next one of its level or above. */
function part(text: string, heading: string): string {
  const [, after = ''] = text.split(`\n${heading}\n`);
  return after.split(new RegExp(`\n#{1,${heading.indexOf(' ')}} `))[0] ?? '';
}

/** Cells of the rows of a table whose first ones read so, without anchors. */
const cells = (text: string, ...names: string[]) =>
  text
    .replaceAll(/<a id="[^"]+"><\/a>/g, '')
    .split('\n')
    .filter((line) => line.startsWith(`| ${names.join(' | ')} |`))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

describe('the page of an audit', () => {
  it('says what was asked, of what, and what it is for', () => {
    const asked = part(page(), '## What was asked');
    expect(asked).toContain('the 64x64 model input, not the photograph');
    expect(asked).toContain('1/255, 2/255, 4/255 and 8/255');
    expect(asked).toContain('> Research and quality assurance');
  });

  it('gives the headline of each model with interval and n', () => {
    expect(cells(part(page(), '## Balanced accuracy at 4/255'), 'pgd')).toEqual([
      [
        'pgd',
        '1276',
        '58.3 [52.3, 64.3]',
        '57.2 [51.1, 63.3]',
        '44.1 [38.0, 50.2]',
        '37.8 [31.9, 43.8]',
        '36.5 [30.6, 42.4]',
        'PASS',
      ],
    ]);
    expect(part(page(), '## Balanced accuracy at 4/255')).toContain(
      '| clean | noise | FGSM | PGD-20 | worst case | sanity checks |',
    );
  });

  it('says what each model learnt from, as training/recipes.ts crafts it', () => {
    const asked = part(page(), '## What was asked');
    expect(asked).toContain('| fgsm | on images attacked by FGSM |');
    expect(asked).toContain('| mixed | on images attacked by FGSM, and as many attacked by PGD |');
  });

  it('gives every figure of the matrix', () => {
    const content = wholeAudit();
    for (const heading of ['Balanced accuracy', 'Accuracy', 'Melanoma sensitivity', 'Dangerous flips']) {
      const table = part(page(), `### ${heading}`);
      expect(table.split('\n').filter((line) => /^\| (standard|fgsm|pgd|mixed) /.test(line))).toHaveLength(4 * 4);
    }
    const flips = content.results.find((one) => one.modelId === 'pgd' && one.attack === 'worst-case')?.dangerousFlips;
    expect(cells(part(page(), '### Dangerous flips'), 'pgd', '**worst case**')[0]?.[2]).toBe(String(flips?.n));
    // The worst case mixes attacks of both aims: of it nothing is said.
    const untargeted = part(page(), '### Dangerous flips seen under untargeted attacks');
    expect(cells(untargeted, 'pgd', 'FGSM')).toHaveLength(1);
    expect(cells(untargeted, 'pgd', '**worst case**')).toEqual([]);
    expect(cells(part(page(), '### Attack success'), 'pgd', '**worst case**')).toHaveLength(1);
  });

  it('says n in the cell where it differs within a row', () => {
    const text = page((content) => {
      const row = content.results.find((one) => one.modelId === 'pgd' && one.attack === 'noise');
      if (row?.accuracy) row.accuracy = { ...row.accuracy, n: 7 };
    });
    const [row] = cells(part(text, '### Accuracy'), 'pgd', 'noise');
    expect(row?.[2]).toBe('differs');
    expect(row?.[4]).toMatch(/ n = 7$/);
    expect(row?.[5]).toMatch(/ n = 1276$/);
  });

  it('gives the specificity of each class, clean and under PGD', () => {
    const table = part(page(), '### Specificity of each class');
    expect(table).toMatch(/\| model \| input \| akiec, n = \d+ \| bcc, n = \d+ \|/);
    const { specificities } =
      wholeAudit().findings.scores.find((one) => one.modelId === 'pgd' && one.epsilon > 0) ?? {};
    expect(cells(table, 'pgd', 'PGD 1/255')[0]?.[6]).toContain(
      `${(100 * (specificities?.mel?.value ?? 0)).toFixed(1)} [`,
    );
  });

  it('says of the checks of each model how many were run', () => {
    const together = page((content) => {
      for (const result of content.results) if (result.modelId === 'pgd') result.checksRun = 7;
    });
    const row = cells(part(together, '## Sanity checks'), '**together**')[0];
    expect(row).toEqual(['**together**', '**PASS**', '**PASS**', '**PASS, 7 of 10 run**', '**PASS**']);
  });

  it('links each recommendation to rows that are there, once each', () => {
    const failed = (content: AuditContent) => {
      for (const check of content.findings.sanityChecks.slice(0, 2)) check.status = 'FAIL';
    };
    for (const text of [page(), page(failed)]) {
      const links = [...new Set([...text.matchAll(/\]\(#(row-[^)]+)\)/g)].map(([, id]) => id))].sort();
      const anchors = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id).sort();
      expect(links.length).toBeGreaterThan(50);
      expect(anchors).toEqual(links);
    }
  });

  it('gives no two rows one anchor', () => {
    const rows = ['results/a/pgd/0.5/accuracy', 'results/a/pgd/0-5/accuracy', 'results/a/pgd/5/accuracy'];
    expect(new Set(rows.map(anchorOf)).size).toBe(3);
  });

  it('puts the comparison fixed beforehand first, and calls all others exploratory', () => {
    const [first, second] = part(page(), '## Comparisons')
      .split('\n')
      .filter((line) => line.includes(' minus ') && line.startsWith('|'));
    expect(first).toContain('| **primary** | pgd minus standard | worst case 4/255 | 1276 |');
    expect(first).toContain('+35.7 [+32.9, +38.5]');
    expect(second).toContain('| exploratory |');
    expect(page().split('**primary**')).toHaveLength(2);
  });

  it('warns at the headline where a check failed, and says what decided it', () => {
    const failed = page((content) => {
      failCheck(content, 'fgsm');
    });
    expect(part(failed, '## Balanced accuracy at 4/255')).toContain(
      '**A sanity check failed for fgsm: robustness figure not',
    );
    expect(page()).not.toContain('**A sanity check failed');
    expect(part(page(), '## Sanity checks')).toContain(
      '| pgd | PGD is at least as strong as FGSM | accuracy under PGD minus under FGSM | 1/255 | -0.08203 | at most 0.01 | 256 | PASS |',
    );
  });

  it('marks a model whose check failed in words, in every row of every table, and the comparison fixed beforehand', () => {
    const failed = page((content) => {
      failCheck(content, 'pgd');
    });
    const named = failed
      .replaceAll(/<a id="[^"]+"><\/a>/g, '')
      .split('\n')
      .filter((line) => line.startsWith('|') && !line.includes('`'))
      .flatMap((line) => line.split(/\|| minus |judged by /).map((cell) => cell.trim()))
      .filter((cell) => /^pgd\b/.test(cell));
    const decided = named.filter((cell) => cell === 'pgd');
    // Only the table of what decided each check, which says FAIL itself, names it bare.
    expect(decided).toHaveLength(2);
    expect(named.length).toBeGreaterThan(70);
    const others = named.filter((cell) => cell !== 'pgd');
    expect(new Set(others)).toEqual(new Set(['pgd **[check failed](#sanity-checks)**']));
    expect(part(failed, '## Comparisons')).toContain(
      '**A sanity check failed for pgd: robustness figure not trustworthy',
    );
    expect(page()).not.toContain('[check failed]');
  });

  it('says of a sample that is the whole set just that', () => {
    expect(part(page(), '## Sample')).toContain('All 1276 images of the set, of 951 lesions. Seed 1.');
    const drawn = page((content) => {
      content.sample = { ...content.sample, n: 256, how: '256 of 1276 images, drawn.' };
    });
    expect(part(drawn, '## Sample')).toContain(
      '256 of 1276 images, drawn. The set has 1276 images of 951 lesions. Seed 1.',
    );
  });

  it('says how certificates were made', () => {
    expect(part(page(), '## Certificates')).toContain(
      '100 draws an image choose the class, 1000 more count it; alpha 0.001, the chance that a certificate is wrong',
    );
  });

  it('gives a reason once for all models and checks that share it', () => {
    const few = page((content) => {
      for (const check of content.findings.sanityChecks) {
        if (check.modelId === 'mixed') continue;
        check.status = 'NOT INFORMATIVE';
        check.reason = 'Too few.';
      }
    });
    expect(part(few, '## Sanity checks')).toContain(
      '\n- standard, fgsm and pgd, all ten checks: NOT INFORMATIVE: Too few.\n',
    );
  });

  it('sets the published accuracies beside those of the standard model, and says what they lack', () => {
    const published = part(page(), '## Beside the published figures');
    expect(published).toContain('| PGD | 37.69 | 4/255 |');
    expect(published).toContain('57.21');
    expect(published).toContain('published (epsilon, n and interval not stated)');
    const none = page((content) => {
      for (const model of content.models) if (model.recipe === 'standard') model.recipe = 'imported';
    });
    expect(none).not.toContain('57.21');
  });

  it('gives every attack with every parameter, what was not run, and what computed it', () => {
    const attacks = part(page(), '## Attacks');
    expect(attacks).toContain('norm linf, queries 1000, initialShare 0.8, restarts 1, seed 1');
    expect(attacks).toContain('in this order: noise, FGSM, PGD, APGD-CE, APGD-DLR targeted, Square.');
    expect(attacks).toContain('Towards a benign verdict: APGD on the margin.');
    expect(attacks).toContain(
      '| APGD on the margin | a benign verdict | APGD on the margin, towards a benign verdict: 100 steps, 1 restart |',
    );
    expect(part(page(), '## Not run')).toContain('- Gaussian noise: NOT RUN.');
  });

  it('says on how many images Square ran, where not on all', () => {
    const runs = {
      noise: '',
      fgsm: '',
      pgd: '',
      pgdTwiceTheSteps: null,
      pgdFiveRestarts: null,
      pgdAtLargeEpsilons: '',
    };
    const some = page((content) => {
      for (const { models } of content.cases.slice(0, 56)) {
        for (const { evidence } of models) {
          evidence.checks = { runs: { ...runs, square: '0' }, largestGradient: 1, logitMargin: 1, repeatable: true };
        }
      }
    });
    expect(part(some, '## Attacks')).toContain('APGD-DLR targeted, Square (on 56 images).');
    expect(part(some, '## Attacks')).toContain('| Square (on 56 images) |');
  });

  it('says who made it, when, with what, and which of that is part of the hash', () => {
    const [, apart = '', hashed = ''] = part(page(), '## How this was made').split('part of the hash |');
    expect(apart).toContain('epsiloscope 0.1.0');
    expect(apart).toContain(`\`${COMMAND}\``);
    expect(apart).toContain('2026-01-31T09:30:00.000Z to 2026-01-31T09:31:00.000Z');
    for (const told of [
      'tensorflow on the CPU',
      '| seed | 1,',
      'numerics fingerprint',
      '| card of model pgd |',
      SHA256,
    ]) {
      expect(hashed).toContain(told);
    }
    expect(pageOf(wholeAudit(), null)).not.toContain('| command |');
  });

  it('tells in a sentence, without a table of ten, that no check was run', () => {
    const basic = page((content) => {
      for (const check of content.findings.sanityChecks) Object.assign(check, { status: 'NOT RUN', evidence: [] });
    });
    const told = part(basic, '## Sanity checks');
    expect(told).toContain('NOT RUN: a model here may only look hard to attack');
    expect(told).not.toContain('|');
    expect(basic).not.toContain('checks.svg');
  });

  it('says loudly where parts of different numerics were merged', () => {
    const mixed = page((content) => (content.mixedEnvironments = [content.environment, content.environment]));
    expect(part(mixed, '## How this was made')).toContain('**Parts of different numerics were merged');
  });

  it('shows only drawings and tables that the audit has', () => {
    expect([...page().matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, file]) => file)).toEqual([
      'curve.svg',
      'checks.svg',
      'minimal-epsilon.svg',
      'transfer.svg',
      'corruptions.svg',
    ]);
    const { content } = sampleAudit();
    const basic = pageOf(content);
    expect([...basic.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, file]) => file)).toEqual(['curve.svg']);
    for (const [name] of page().matchAll(/[a-z-]+\.csv/g)) expect([...tablesCsv(wholeAudit()).keys()]).toContain(name);
  });

  it('lets no name become markup', () => {
    const text = page((content) => {
      for (const model of content.models) if (model.id === 'fgsm') model.id = 'a|b<script>[x](javascript:1)&`';
    });
    expect(text).not.toMatch(/<script|[^\\]\]\(javascript:1/);
    expect(text).toContain('a\\|b&#60;script&#62;\\[x\\](javascript:1)&#38;\\`');
  });

  it('has every table in shape: each row as wide as its head', () => {
    const widths = (block: string) => block.split('\n').map((line) => line.replaceAll('\\|', '').split('|').length);
    const tables = page()
      .split('\n\n')
      .filter((block) => block.startsWith('|'));
    expect(tables.length).toBeGreaterThan(15);
    for (const block of tables) expect(new Set(widths(block)).size, block.slice(0, 80)).toBe(1);
  });

  it('is the same text every time, without a word that claims more than was tried', () => {
    expect(page()).toBe(page());
    expect(page()).not.toMatch(/NaN|undefined|\[object|is robust|robust to|\bsafe\b|holds/);
  });
});
