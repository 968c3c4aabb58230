import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** The command line that the copy of the project has: prints what it was given, and ends with the code it is told. */
const COMMAND_LINE = `
const args: string[] = process.argv.slice(2);
console.log(JSON.stringify(args));
process.exitCode = Number(args[1] ?? 0);
`;

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'epsiloscope-clone-'));
  cpSync('tools', path.join(root, 'tools'), { recursive: true });
  mkdirSync(path.join(root, 'src/main/hosts/cli'), { recursive: true });
  writeFileSync(path.join(root, 'src/main/hosts/cli/index.ts'), COMMAND_LINE);
  writePackage(makeTarball('1.0.0'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

/** A package of nothing, in a file beside the project: `npm ci` needs no network for it. */
function makeTarball(version: string): { file: string; version: string; integrity: string } {
  const file = `needed-${version}.tgz`;
  mkdirSync(path.join(root, 'package'), { recursive: true });
  writeFileSync(path.join(root, 'package/package.json'), JSON.stringify({ name: 'needed', version }));
  execFileSync('tar', ['-czf', file, 'package'], { cwd: root });
  const hash = createHash('sha512').update(readFileSync(path.join(root, file)));
  return { file, version, integrity: `sha512-${hash.digest('base64')}` };
}

/** package.json and lockfile of a project that depends on this one package. */
function writePackage({ file, version, integrity }: ReturnType<typeof makeTarball>): void {
  const own = { name: 'clone', version: '1.0.0', dependencies: { needed: `file:${file}` } };
  const packages = { '': own, 'node_modules/needed': { version, resolved: `file:${file}`, integrity } };
  writeFileSync(path.join(root, 'package.json'), JSON.stringify({ ...own, type: 'module' }));
  writeFileSync(
    path.join(root, 'package-lock.json'),
    JSON.stringify({ name: 'clone', version: '1.0.0', lockfileVersion: 3, requires: true, packages }),
  );
}

/** `epsiloscope ARGS` in the copy, with no downloads and caches of its own: npm's knows a package by its hash alone. */
function epsiloscope(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, [path.join(root, 'tools/epsiloscope.mjs'), ...args], {
    cwd: tmpdir(),
    encoding: 'utf8',
    env: {
      ...process.env,
      EPSILOSCOPE_OFFLINE: '1',
      XDG_CACHE_HOME: path.join(root, 'cache'),
      npm_config_cache: path.join(root, 'cache/npm'),
      ...env,
    },
  });
}

describe('the first start in a fresh clone', () => {
  test('installs, says what it does on stderr alone, and runs the command with its exit code', () => {
    const { status, stdout, stderr } = epsiloscope(['audit', '3']);
    expect(stderr).toMatch(/^epsiloscope: installing the packages.*\n(.*\n)*epsiloscope: installing .*: done after/);
    expect(stderr).toMatch(/no native engine: .*EPSILOSCOPE_OFFLINE=1 forbids downloads\. Audits run on WebAssembly/);
    expect(stdout).toBe('["audit","3"]\n');
    expect(status).toBe(3);
    expect(existsSync(path.join(root, '.bootstrap.lock'))).toBe(false);
  });

  test('the second start goes straight on, from any folder', () => {
    epsiloscope(['audit']);
    expect(epsiloscope(['models'])).toMatchObject({ stdout: '["models"]\n', stderr: '', status: 0 });
  });

  test('another lockfile brings other packages', () => {
    epsiloscope(['audit']);
    writePackage(makeTarball('1.1.0'));
    expect(epsiloscope(['audit']).stderr).toMatch(/installing/);
    expect(readFileSync(path.join(root, 'node_modules/needed/package.json'), 'utf8')).toContain('1.1.0');
    expect(epsiloscope(['audit']).stderr).toBe('');
  });

  test('deleted packages are installed again', () => {
    epsiloscope(['audit']);
    rmSync(path.join(root, 'node_modules'), { recursive: true });
    expect(epsiloscope(['audit']).stderr).toMatch(/installing/);
  });
});

describe('what cannot be set up', () => {
  test('a package that cannot be fetched: npm is quoted, the command is not run', () => {
    rmSync(path.join(root, 'needed-1.0.0.tgz'));
    const { status, stdout, stderr } = epsiloscope(['audit']);
    expect(stderr).toMatch(/could not be installed: npm ended with code \d+ .*\n(.*\n)*.*start once without it/);
    expect(stdout).toBe('');
    expect(status).toBe(1);
  });

  test('no npm', () => {
    const { status, stderr } = epsiloscope(['audit'], { PATH: path.join(root, 'nothing') });
    expect(stderr).toMatch(/npm, which comes with Node\.js, was not found\. Nothing was changed/);
    expect(status).toBe(2);
  });

  test('a setting that names no library', () => {
    const { status, stdout, stderr } = epsiloscope(['audit'], { EPSILOSCOPE_LIBTENSORFLOW: root });
    expect(stderr).toMatch(/EPSILOSCOPE_LIBTENSORFLOW names .*does not hold libtensorflow/);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });
});

test('`epsiloscope setup` tries again what could not be had, and runs nothing', () => {
  epsiloscope(['audit']);
  const { status, stdout, stderr } = epsiloscope(['setup']);
  expect(stderr).toMatch(/no native engine/);
  expect(stdout).toBe('');
  expect(status).toBe(0);
});
