import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { logLooks, type Look } from '../../../../src/main/services/reproduce/index.ts';
import { hashOf } from '../../../../src/main/store/index.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'epsiloscope-looks-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const look = (at: string, command = 'epsiloscope reproduce --data ham10000 --out out'): Look => ({
  at,
  app: 'epsiloscope 0.1.0',
  command,
  splitSha256: hashOf('the split'),
  models: [
    { id: 'standard', sha256: hashOf('standard') },
    { id: 'pgd', sha256: hashOf('pgd') },
  ],
});

it('the log of looks grows by a row for each, under one header, and keeps what stands in it', async () => {
  const file = join(folder, 'looks.csv');
  await logLooks(file, [look('2026-01-31T09:30:00.000Z')]);
  const before = readFileSync(file, 'utf8');
  await logLooks(file, [look('2026-02-01T09:30:00.000Z', `epsiloscope reproduce --data "a, b"`)]);
  const text = readFileSync(file, 'utf8');
  expect(text.startsWith(before)).toBe(true);
  expect(parse(text, { columns: true })).toEqual([
    {
      date: '2026-01-31T09:30:00.000Z',
      app: 'epsiloscope 0.1.0',
      command: 'epsiloscope reproduce --data ham10000 --out out',
      split_csv_sha256: hashOf('the split'),
      models: `standard ${hashOf('standard')}; pgd ${hashOf('pgd')}`,
    },
    expect.objectContaining({ command: `epsiloscope reproduce --data "a, b"` }),
  ]);
});

it('a look that stands in the log already is not written again', async () => {
  const file = join(folder, 'merged.csv');
  const looks = [look('2026-01-31T09:30:00.000Z'), look('2026-01-31T09:31:00.000Z')];
  await logLooks(file, [...looks, ...looks]);
  await logLooks(file, looks);
  expect(readFileSync(file, 'utf8').trimEnd().split('\r\n')).toHaveLength(3);
});
