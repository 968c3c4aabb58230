import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { figuresByRow } from '../../../src/shared/contract/auditRows.ts';
import { DIAGNOSES } from '../../../src/shared/domain/diagnosis.ts';
import { tablesCsv } from '../../../src/main/reports/index.ts';
import { sampleAudit } from './sampleAudit.ts';
import { failCheck, wholeAudit } from './wholeAudit.ts';

const table = (name: string, content = wholeAudit()) =>
  parse<Record<string, string>>(tablesCsv(content).get(name) ?? '', { columns: true });

/** What a column is called in the figures' paths. */
const COLUMNS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'matrix.csv': {
    accuracy: '/accuracy',
    balanced_accuracy: '/balancedAccuracy',
    melanoma_sensitivity: '/melanomaSensitivity',
    dangerous_flips: '/dangerousFlips',
    dangerous_flips_untargeted: '/dangerousFlipsUntargeted',
    attack_success_rate: '/attackSuccessRate',
    ...Object.fromEntries(DIAGNOSES.map((one) => [`sensitivity_${one}`, `/sensitivities/${one}`])),
  },
  'transfer.csv': { success_rate: '/successRate', balanced_accuracy: '/balancedAccuracy' },
  'corruptions.csv': {
    accuracy: '/accuracy',
    balanced_accuracy: '/balancedAccuracy',
    difference_to_clean: '/differenceToClean',
  },
  'scores.csv': {
    macro_auroc: '/macroAuroc',
    macro_f1: '/macroF1',
    expected_calibration_error: '/expectedCalibrationError',
    melanoma_sensitivity_at_95_specificity: '/melanomaSensitivityAt95Specificity',
    ...Object.fromEntries(DIAGNOSES.map((one) => [`sensitivity_${one}`, `/sensitivities/${one}`])),
    ...Object.fromEntries(DIAGNOSES.map((one) => [`specificity_${one}`, `/specificities/${one}`])),
  },
  'comparisons.csv': { difference: '/difference' },
  'minimal-epsilon.csv': { share: '/share' },
  'certificates.csv': { certified_accuracy: '/certifiedAccuracy' },
};

describe('the CSV tables', () => {
  it.each(Object.keys(COLUMNS))(
    '%s holds every figure of its rows, with interval and n, under the path of the figure',
    (name) => {
      const figures = figuresByRow(wholeAudit());
      const rows = table(name);
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) {
        for (const [column, end] of Object.entries(COLUMNS[name] ?? {})) {
          const figure = figures.get(`${row['row'] ?? ''}${end}`);
          const cells = [column, `${column}_low`, `${column}_high`, `${column}_n`].map((each) => row[each]);
          const expected = figure ? [figure.value, figure.low, figure.high, figure.n].map(String) : ['', '', '', ''];
          expect(cells, row['row']).toEqual(expected);
        }
      }
    },
  );

  it('leave no figure of the audit out', () => {
    const told = new Set(
      Object.entries(COLUMNS).flatMap(([name, columns]) =>
        table(name).flatMap((row) => Object.values(columns).map((end) => `${row['row'] ?? ''}${end}`)),
      ),
    );
    const perModel = /^(minimalEpsilons\/[^/]+\/median|certificates\/[^/]+\/abstained)$/;
    const missing = [...figuresByRow(wholeAudit()).keys()].filter((row) => !told.has(row) && !perModel.test(row));
    expect(missing).toEqual([]);
  });

  it('give epsilon in the input space and in 1/255', () => {
    expect(table('matrix.csv').find((row) => row['row'] === 'results/pgd/worst-case/4')).toMatchObject({
      epsilon: String(4 / 255),
      epsilon_255: '4',
    });
  });

  it('do not call a pass what was passed in part', () => {
    const checksWith = (checksRun: number) => {
      const content = wholeAudit();
      for (const result of content.results) result.checksRun = checksRun;
      return new Set(table('matrix.csv', content).map(({ checks }) => checks));
    };
    expect(checksWith(10)).toEqual(new Set(['PASS']));
    expect(checksWith(7)).toEqual(new Set(['PASS, 7 of 10 run']));
  });

  it('mark the one comparison that was fixed beforehand', () => {
    const primary = table('comparisons.csv').filter((row) => row['primary'] === 'true');
    expect(primary.map((row) => row['row'])).toEqual(['comparisons/pgd/standard/worst-case/4']);
  });

  it('give the figures that a check was decided by, and one row to a check without any', () => {
    const rows = table('checks.csv').filter((row) => row['model_id'] === 'pgd');
    expect(rows).toHaveLength(2 + 9);
    expect(rows[0]).toMatchObject({ epsilon_255: '1', value: '-0.08203125', limit: 'at most 0.01', n: '256' });
    expect(rows[2]).toMatchObject({ check: 'larger-epsilon-not-weaker', status: 'PASS', value: '' });
  });

  it('give the confusion matrix by label and verdict', () => {
    const [clean] = table('scores.csv');
    const matrix = DIAGNOSES.map((label) =>
      DIAGNOSES.map((verdict) => Number(clean?.[`confusion_${label}_${verdict}`])),
    );
    expect(matrix).toEqual(wholeAudit().findings.scores[0]?.confusion);
  });

  it.each(['matrix', 'corruptions', 'scores', 'minimal-epsilon', 'certificates'])(
    'say in each row of %s.csv what the checks of its model say together',
    (name) => {
      const content = wholeAudit();
      failCheck(content, 'fgsm');
      const rows = table(`${name}.csv`, content);
      const told = (model: string) =>
        new Set(rows.flatMap((row) => (row['model_id'] === model ? [row['checks']] : [])));
      expect([told('fgsm'), told('pgd')]).toEqual([new Set(['FAIL']), new Set(['PASS'])]);
    },
  );

  it.each([
    ['transfer', 'crafted_on', 'judged_by'],
    ['comparisons', 'first', 'second'],
  ])('say so of both models in each row of %s.csv', (name, one, other) => {
    const content = wholeAudit();
    failCheck(content, 'fgsm');
    for (const row of table(`${name}.csv`, content)) {
      for (const side of [one, other]) expect(row[`checks_${side}`]).toBe(row[side] === 'fgsm' ? 'FAIL' : 'PASS');
    }
  });

  it('are not written where nothing of them was run', () => {
    expect([...tablesCsv(sampleAudit().content).keys()]).toEqual(['matrix.csv']);
  });

  it('leave no text that a spreadsheet would run', () => {
    const content = wholeAudit();
    for (const check of content.findings.sanityChecks) check.reason = '=HYPERLINK("x")';
    expect(tablesCsv(content).get('checks.csv')).toContain(`"'=HYPERLINK(""x"")"`);
  });
});
