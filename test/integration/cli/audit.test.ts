import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PATIENCE, readAudit, run, someImages, tinyModels, workFolder, type Cohort } from './support.ts';

const work = workFolder();
afterAll(work.remove);

const out = join(work.folder, 'out');
let models: string;
let cohort: Cohort;
const auditArgs = (...more: string[]) => [
  ...['audit', cohort.images, '--labels', cohort.labels, '--models', models],
  ...['--epsilons', '8,4', '--seed', '5', '--out', out, ...more],
];

beforeAll(async () => {
  models = await tinyModels(work.folder);
  cohort = someImages(work.folder, 8);
});

/** The float32 values of an NPY file. */
function readNpy(name: string): { header: string; values: Float32Array } {
  const bytes = readFileSync(join(out, 'arrays', name));
  const dataAt = 10 + bytes.readUInt16LE(8);
  const values = new Float32Array(Uint8Array.from(bytes.subarray(dataAt)).buffer);
  return { header: bytes.subarray(10, dataAt).toString('latin1'), values };
}

const noPython = spawnSync('python3', ['--version']).status === 0 ? null : 'needs python3';

/** L-inf distance of one row of two arrays. */
function distance(row: number, one: Float32Array, other: Float32Array): number {
  const size = 16 * 16 * 3;
  const at = [...Array(size).keys()].map((offset) => row * size + offset);
  return Math.max(...at.map((each) => Math.abs((one[each] ?? NaN) - (other[each] ?? NaN))));
}

describe('epsiloscope audit', PATIENCE, () => {
  it('prints a table and writes results that agree with each other', async () => {
    const { code, out: table, err } = await run(auditArgs('--export-arrays'));
    expect(err).toContain('8 rows, read as plain image_id,dx; 8 name an image in the folder.');
    expect(code).toBe(0);
    expect(table).toContain('attacked     the 16x16 model input, not the photograph');
    expect(table).toMatch(/tiny-standard .*accuracy .*balanced accuracy .*melanoma sens\. .*dangerous flips/);
    expect(table).toMatch(/PGD {3}4\/255 .*\[.*\]/);
    expect(table).toContain('Primary comparison');
    expect(table).toContain(`read ${join(out, 'audit.md')}`);
    expect(readdirSync(out).sort()).toEqual([
      ...['arrays', 'audit.json', 'audit.md', 'checks.csv', 'comparisons.csv', 'curve.svg', 'matrix.csv'],
      ...['minimal-epsilon.csv', 'minimal-epsilon.svg', 'results.csv', 'scores.csv', 'workspace'],
    ]);
    const { content } = readAudit(out);
    expect(content.epsilons).toEqual([4 / 255, 8 / 255]);
    const rows = readFileSync(join(out, 'results.csv'), 'utf8').trimEnd().split('\r\n');
    expect(rows).toHaveLength(1 + content.cases.length * 2 * (1 + 3 * 2));
  });

  it('exports arrays that lie in their epsilon balls and in the order of the cases', () => {
    const { content } = readAudit(out);
    const clean = readNpy('clean.npy');
    expect(clean.header).toContain("'shape': (8, 16, 16, 3)");
    for (const [attack, k] of [
      ['noise', 4],
      ['fgsm', 8],
      ['pgd', 4],
      ['pgd', 8],
    ] as const) {
      const { values } = readNpy(`tiny-standard.${attack}.${k}.npy`);
      const distances = content.cases.map((_, row) => distance(row, values, clean.values));
      expect(Math.max(...distances)).toBeLessThanOrEqual(k / 255 + 1e-6);
      // An image that is wrong when clean needs no attack.
      const right = content.cases.flatMap(({ label, models: [first] }, row) =>
        label === first?.clean.verdict ? [row] : [],
      );
      expect(right.length).toBeGreaterThan(0);
      for (const row of right) expect(distances[row]).toBeGreaterThan(0);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...values)).toBeLessThanOrEqual(1);
    }
    const labels = readFileSync(join(out, 'arrays', 'labels.npy')).subarray(-8 * 8);
    const classes = ['akiec', 'bcc', 'bkl', 'df', 'mel', 'nv', 'vasc'];
    const names = [...content.cases.keys()].map((at) => classes[Number(labels.readBigInt64LE(at * 8))]);
    expect(names).toEqual(content.cases.map(({ label }) => label));
  });

  it('computes nothing twice: the same command again gives the same content', async () => {
    const before = readAudit(out).contentSha256;
    const { code, out: answer } = await run(auditArgs('--export-arrays', '--json'));
    expect(code).toBe(0);
    expect(JSON.parse(answer)).toMatchObject({ contentSha256: before, fromFile: true, out });
  });

  it('removes the arrays of an audit that was another', async () => {
    const { code } = await run(auditArgs('--attacks', 'fgsm', '--models', models.split(',')[0] ?? ''));
    expect(code).toBe(0);
    expect(readdirSync(join(out, 'arrays'))).toEqual([]);
  });

  it('verifies what it wrote', async () => {
    const { code, out: checks } = await run(['verify', join(out, 'audit.json')]);
    expect(checks).toContain('PASS  content hash');
    expect(checks).not.toContain('FAIL');
    expect(code).toBe(0);
  });

  it.skipIf(noPython !== null)(
    `can be checked without Epsiloscope, as its documentation says (${noPython ?? 'Python'})`,
    () => {
      const documentation = readFileSync(new URL('../../../docs/audit-json.md', import.meta.url), 'utf8');
      const script = /```python\n([^]*?)```/.exec(documentation)?.[1] ?? '';
      const check = () => execFileSync('python3', ['-c', script, join(out, 'audit.json')], { encoding: 'utf8' });
      expect(check()).toBe(`equal ${readAudit(out).contentSha256}\n`);
    },
  );

  it('does not verify what was changed, by as little as one verdict', async () => {
    const changed = join(work.folder, 'changed.json');
    const text = readFileSync(join(out, 'audit.json'), 'utf8');
    writeFileSync(changed, text.replace('"success": true', '"success": false'));
    const { code, out: answer } = await run(['verify', changed, '--json']);
    expect(JSON.parse(answer)).toMatchObject({ ok: false });
    expect(code).toBe(1);
  });

  it('takes the demo where nothing is named, and draws a sample by seed', async () => {
    const demo = join(work.folder, 'demo');
    const args = ['audit', '--models', models, '--attacks', 'fgsm', '--epsilons', '4', '--out', demo];
    // On the backend that a person would get here.
    const { code, out: table } = await run([...args, '--sample', '12', '--seed', '1'], {});
    expect(code).toBe(0);
    expect(table).toContain(join(demo, 'curve.svg'));
    expect(table).toContain('epsiloscope audit FOLDER --labels CSV');
    expect(readAudit(demo).content.sample).toMatchObject({ n: 12, of: 98, seed: 1 });
  });

  it('audits a workspace, and names cases as the CSV does where that is asked for', async () => {
    const workspace = join(work.folder, 'workspace');
    const imported = await run(['import', cohort.images, '--labels', cohort.labels, '--workspace', workspace]);
    expect(imported.code).toBe(0);
    const named = join(work.folder, 'named');
    const args = ['audit', '--workspace', workspace, '--models', models, '--attacks', 'fgsm', '--epsilons', '4'];
    const { code } = await run([...args, '--original-ids', '--out', named]);
    expect(code).toBe(0);
    const ids = readdirSync(cohort.images).map((name) => name.replace('.jpg', ''));
    expect(
      readAudit(named)
        .content.cases.map(({ imageId }) => imageId)
        .sort(),
    ).toEqual(ids.sort());
    expect(existsSync(join(named, 'workspace'))).toBe(false);
  });
});

describe('epsiloscope import', PATIENCE, () => {
  it('previews without changing anything', async () => {
    const workspace = join(work.folder, 'previewed');
    const args = ['import', cohort.images, '--labels', cohort.labels, '--workspace', workspace];
    const { code, out: text } = await run([...args, '--preview']);
    expect(text).toContain('8 name an image in the folder');
    expect(existsSync(workspace)).toBe(false);
    expect(code).toBe(0);
  });

  it('adds nothing twice', async () => {
    const args = ['import', cohort.images, '--labels', cohort.labels];
    const into = ['--workspace', join(work.folder, 'twice'), '--json'];
    expect(JSON.parse((await run([...args, ...into])).out)).toMatchObject({ cases: 8, alreadyKnown: 0 });
    expect(JSON.parse((await run([...args, ...into])).out)).toMatchObject({ cases: 0, alreadyKnown: 8 });
  });
});

describe('epsiloscope models', PATIENCE, () => {
  it('lists the models of a workspace with their state', async () => {
    const workspace = join(work.folder, 'with-models');
    cpSync(models.split(',')[1] ?? '', join(workspace, 'models', 'tiny-pgd'), { recursive: true });
    const { out: text } = await run(['models', '--workspace', workspace]);
    expect(text).toContain('tiny-pgd: Untrained network for tests');
    expect(text).toContain('recipe pgd, on none');
    expect(text).toContain('hashes        verified now');
  });
});

describe('epsiloscope doctor', PATIENCE, () => {
  it('says what really computes, how fast, and what to do about what is missing', async () => {
    const { code, out: text } = await run(['doctor', '--json']);
    expect(JSON.parse(text)).toMatchObject({
      node: process.version,
      engine: { backend: 'wasm', device: 'CPU' },
      selfTest: { repeatable: true },
      cuda: 'not run by the project, and not in use here',
    });
    expect(code).toBe(0);
  });
});
