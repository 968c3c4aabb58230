/** The committed result says what today's code says of its cases. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFiles } from '../../src/main/hosts/cli/outFolder.ts';
import { verifyAudit } from '../../src/main/services/audit/index.ts';
import { readResult, remade, RESULTS } from '../../tools/results/remake.ts';

/** Written by hand, and the log of looks. */
const NOT_MADE = ['README.md', 'looks.csv', 'isic2017'];
const REMEDY = 'node tools/results/remake.ts, and read what has changed';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'epsiloscope-'));
  await writeFiles(folder, remade(readResult()), []);
}, 300_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('docs/results', () => {
  it('passes verification', { timeout: 300_000 }, () => {
    const { checks } = verifyAudit(readFileSync(join(RESULTS, 'matrix.json'), 'utf8'));
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  });

  it('is, file by file, what its cases make', () => {
    const [made, committed] = [folder, RESULTS].map((each) => readdirSync(each));
    expect(committed?.filter((name) => !NOT_MADE.includes(name)).sort()).toEqual(made?.sort());
    // Told by name: no one wants to read the difference of two files of many megabytes.
    const differing = made?.filter(
      (name) => !readFileSync(join(folder, name)).equals(readFileSync(join(RESULTS, name))),
    );
    expect(differing, REMEDY).toEqual([]);
  });

  it('is one JSON file, and holds no image', () => {
    const all = readdirSync(RESULTS, { recursive: true, encoding: 'utf8' });
    expect(all.filter((name) => /\.(json|jpe?g|png|npy|bmp)$/i.test(name))).toEqual(['matrix.json']);
    expect(existsSync(join(RESULTS, 'looks.csv'))).toBe(true);
  });

  it('judges every model by all ten checks', () => {
    const { models, findings } = readResult().content;
    expect(models.map(({ id }) => id)).toEqual(['standard', 'fgsm', 'pgd', 'mixed']);
    for (const { id } of models) {
      const statuses = findings.sanityChecks.flatMap(({ modelId, status }) => (modelId === id ? [status] : []));
      expect(statuses).toHaveLength(10);
      expect(statuses).not.toContain('NOT RUN');
    }
  });
});
