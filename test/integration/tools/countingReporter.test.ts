import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../../tools/bootstrap/processes.mjs';

const FILES = {
  'mixed.test.mjs': `
    import { describe, expect, test } from 'vitest';
    test('holds', () => expect(1).toBe(1));
    test('does not hold', () => expect(1).toBe(2));
    describe('a machine without the data', () => {
      test('gives its reason', (context) => context.skip('needs the images'));
    });
    test.skip('gives none', () => {});`,
  'unreadable.test.mjs': `import './missing.mjs';`,
};

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'epsiloscope-counting-'));
  symlinkSync(path.resolve('node_modules'), path.join(folder, 'node_modules'));
  for (const [name, content] of Object.entries(FILES)) writeFileSync(path.join(folder, name), content);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('passed, failed and skipped are counted; a file that cannot be run is a failure; a skip says why', async () => {
  const counts = path.join(folder, 'counts.json');
  const reporter = `--reporter=${path.resolve('tools/checks/countingReporter.mjs')}`;
  const vitest = path.resolve('node_modules/vitest/vitest.mjs');
  const { code } = await run(process.execPath, [vitest, 'run', '--root', folder, reporter], {
    cwd: folder,
    env: { ...process.env, EPSILOSCOPE_TEST_COUNTS: counts },
  });
  expect(code).toBe(1);
  expect(JSON.parse(readFileSync(counts, 'utf8'))).toEqual({
    passed: 1,
    failed: 2,
    skipped: [
      'mixed.test.mjs > a machine without the data > gives its reason: needs the images',
      'mixed.test.mjs > gives none',
    ],
  });
});
