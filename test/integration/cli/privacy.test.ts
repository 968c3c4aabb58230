import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageFixture } from '../../support/hostileImages.ts';
import { filesUnder, PATIENCE, run, tinyModels, workFolder, writeLabels } from './support.ts';

const work = workFolder();
afterAll(work.remove);

/** What a hospital might call its images and lesions; none of it is in the pictures themselves. */
const PLANTED = ['MUELLER-Hans-19570301', 'Jane_Doe_MRN0815', 'Casenumber4711'];
const isPlanted = (text: string) => PLANTED.some((name) => text.includes(name));

const out = join(work.folder, 'out');
let log: string;

beforeAll(async () => {
  const images = join(work.folder, 'images');
  mkdirSync(images);
  const [hans = '', jane = '', lesion = ''] = PLANTED;
  copyFileSync(imageFixture('baseline.jpg'), join(images, `${hans}.jpg`));
  copyFileSync(imageFixture('rgb.png'), join(images, `${jane}.png`));
  copyFileSync(imageFixture('truncated.jpg'), join(images, `${jane}-2.jpg`));
  const labels = writeLabels(work.folder, [
    'lesion_id,image_id,dx,dx_type,age,sex,localization',
    `${lesion},${hans},mel,histo,65,male,back`,
    `,${jane},nv,follow_up,40,female,arm`,
    `,${jane}-2,nv,follow_up,40,female,arm`,
  ]);
  const models = await tinyModels(work.folder);
  const args = ['audit', images, '--labels', labels, '--models', models, '--epsilons', '4', '--attacks', 'fgsm'];
  const { code, err } = await run([...args, '--export-arrays', '--out', out]);
  log = err;
  if (code !== 0) throw new Error(err);
}, PATIENCE.timeout);

const databases = () => filesUnder(out).filter((path) => basename(path) === 'epsiloscope.db');

describe('names of patients', () => {
  it('are shown to the person who runs the audit', () => {
    expect(log).toContain(`row 4 (${PLANTED[1] ?? ''}-2): `);
  });

  it('are in no file of the results and in none of the workspace but its database', () => {
    const files = filesUnder(out);
    expect(files.length).toBeGreaterThan(8);
    expect(files.filter(isPlanted)).toEqual([]);
    const holding = files.filter((path) => isPlanted(readFileSync(path, 'latin1')));
    expect(new Set(holding.map((path) => basename(path).replace(/-(wal|shm)$/, '')))).toEqual(
      new Set(['epsiloscope.db']),
    );
  });

  it('are in one table of the database, and in the listing that is derived from it', () => {
    const [path] = databases();
    expect(path).toBeDefined();
    const db = new Database(path ?? '', { readonly: true });
    const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all() as string[];
    expect(tables).toContain('log');
    const holding = tables.filter((table) =>
      isPlanted(
        db
          .prepare(`SELECT * FROM "${table}"`)
          .raw()
          .all()
          .map((row) => String(row))
          .join('\n'),
      ),
    );
    db.close();
    expect(holding.sort()).toEqual(['listing', 'original_names']);
  });

  it('do not name the stored originals', () => {
    const names = readdirSync(join(out, 'workspace', 'images'), { recursive: true }).map(String);
    expect(names.filter((name) => /[0-9a-f]{64}$/.test(name))).toHaveLength(2);
  });
});
