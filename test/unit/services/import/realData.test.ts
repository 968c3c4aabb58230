import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { previewImport } from '../../../../src/main/services/import/index.ts';

/** HAM10000 and ISIC Archive files, which may not be committed (CC BY-NC 4.0). */
const data = join(import.meta.dirname, '../../../../../shared/data');

describe.skipIf(!existsSync(data))('the real data sets (skipped where ../shared/data is not there)', () => {
  it('HAM10000: every row of the validation split is understood', async () => {
    const ham = join(data, 'ham10000');
    expect(await previewImport(join(ham, 'images'), join(ham, 'val.csv'))).toMatchObject({
      dialect: 'ham10000',
      rows: 1275,
      perDiagnosis: { akiec: 42, bcc: 65, bkl: 140, df: 14, mel: 141, nv: 855, vasc: 18 },
      refused: [],
      unnamedFiles: 8512 - 1275,
    });
  });

  it('ISIC Archive: ten images of each diagnosis', async () => {
    const isic = join(data, 'isic-archive-sample');
    expect(await previewImport(join(isic, 'images'), join(isic, 'metadata.csv'))).toMatchObject({
      dialect: 'isic-archive',
      rows: 70,
      perDiagnosis: { akiec: 10, bcc: 10, bkl: 10, df: 10, mel: 10, nv: 10, vasc: 10 },
      refused: [],
      unnamedFiles: 0,
    });
  });
});

describe('the demo', () => {
  it('is understood whole', async () => {
    const demo = join(import.meta.dirname, '../../../../resources/demo');
    expect(await previewImport(join(demo, 'images'), join(demo, 'labels.csv'))).toMatchObject({
      dialect: 'plain',
      rows: 98,
      perDiagnosis: { akiec: 0, bcc: 0, bkl: 34, df: 0, mel: 10, nv: 54, vasc: 0 },
      refused: [],
      unnamedFiles: 0,
    });
  });
});
