import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packagesAreInstalled } from '../../../../tools/bootstrap/packages.mjs';
import { SetupError } from '../../../../tools/bootstrap/setupError.mjs';

const NEEDED = { version: '1.0.0', integrity: 'sha512-a' };
const FOR_ANOTHER_PLATFORM = { version: '2.0.0', integrity: 'sha512-b', optional: true };

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'epsiloscope-packages-'));
  mkdirSync(path.join(root, 'node_modules', 'needed'), { recursive: true });
  writeFileSync(path.join(root, 'node_modules', 'needed', 'package.json'), '{}');
  writeLockfile('package-lock.json', {
    '': {},
    'node_modules/needed': NEEDED,
    'node_modules/other': FOR_ANOTHER_PLATFORM,
  });
  writeLockfile('node_modules/.package-lock.json', { 'node_modules/needed': NEEDED });
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function writeLockfile(file: string, packages: Record<string, object>): void {
  writeFileSync(path.join(root, file), JSON.stringify({ lockfileVersion: 3, packages }));
}

describe('whether the packages are installed', () => {
  test('yes, where npm recorded each of them; those of other platforms are not missed', () => {
    expect(packagesAreInstalled(root)).toBe(true);
  });

  test('no, where an install was broken off before npm recorded it', () => {
    rmSync(path.join(root, 'node_modules', '.package-lock.json'));
    expect(packagesAreInstalled(root)).toBe(false);
  });

  test.each([
    ['another version', { ...NEEDED, version: '1.0.1' }],
    ['other content', { ...NEEDED, integrity: 'sha512-c' }],
  ])('no, where the lockfile now asks for %s', (_what, needed) => {
    writeLockfile('package-lock.json', { '': {}, 'node_modules/needed': needed });
    expect(packagesAreInstalled(root)).toBe(false);
  });

  test('no, where the lockfile asks for one more', () => {
    writeLockfile('package-lock.json', { '': {}, 'node_modules/needed': NEEDED, 'node_modules/more': NEEDED });
    expect(packagesAreInstalled(root)).toBe(false);
  });

  test("no, where a package's folder was deleted", () => {
    rmSync(path.join(root, 'node_modules', 'needed'), { recursive: true });
    expect(packagesAreInstalled(root)).toBe(false);
  });

  test.each([
    ['missing', undefined],
    ['broken', '{"packages": '],
  ])('a %s lockfile is said, with what to do', (_what, content) => {
    rmSync(path.join(root, 'package-lock.json'));
    if (content !== undefined) writeFileSync(path.join(root, 'package-lock.json'), content);
    expect(() => packagesAreInstalled(root)).toThrow(SetupError);
    expect(() => packagesAreInstalled(root)).toThrow(/Nothing was changed\. Restore it/);
  });
});
