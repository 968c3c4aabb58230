import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditSchema } from '../../../src/shared/contract/audit.ts';
import { writeOfficialHam10000 } from '../../support/officialHam10000.ts';
import { PATIENCE, run, someImages, start, tinyModels, workFolder, writeLabels } from './support.ts';

const work = workFolder();
afterAll(work.remove);

const data = join(work.folder, 'data');
const at = (out: string) => join(work.folder, out);
let models: string;

const reproduce = (out: string, ...more: string[]) => [
  ...['reproduce', '--data', data, '--models', models, '--quick', '--out', at(out), ...more],
];
const matrixOf = (out: string) => auditSchema.parse(JSON.parse(readFileSync(join(at(out), 'matrix.json'), 'utf8')));
const looksIn = (out: string, name = 'looks.csv') =>
  readFileSync(join(at(out), name), 'utf8')
    .trimEnd()
    .split('\r\n')
    .slice(1);

const cutShort = (image: string): void => {
  writeFileSync(image, readFileSync(image).subarray(0, 5000));
};

/** Ids of a part in the product's own list. */
const partOfProduct = (part: string): string[] =>
  readFileSync(join(import.meta.dirname, '../../../resources/ham10000/splits.csv'), 'utf8')
    .split('\n')
    .filter((row) => row.endsWith(`,${part}`))
    .map((row) => row.slice(0, -part.length - 1));

beforeAll(async () => {
  models = await tinyModels(work.folder);
  const { labels } = someImages(data, 5);
  writeFileSync(join(data, 'test.csv'), readFileSync(labels));
  const { code, err } = await run(reproduce('whole'));
  if (code !== 0) throw new Error(err);
}, PATIENCE.timeout);

describe('epsiloscope reproduce --train', PATIENCE, () => {
  /** The backend that a person would get here: the reference network is too large for a test on another. */
  const NATIVE = {};

  it('trains the four models of the paper first, once, and attacks those', async () => {
    const images = join(work.folder, 'to-train');
    someImages(images, 4);
    const ids = readdirSync(join(images, 'images')).map((name) => name.replace('.jpg', ''));
    const rows = ids.map((id, place) => `${id},${place % 2 === 0 ? 'mel' : 'nv'}`);
    writeLabels(images, ['image_id,dx', ...rows.slice(0, 2)], 'train.csv');
    writeLabels(images, ['image_id,dx', ...rows.slice(2)], 'val.csv');
    const args = ['reproduce', '--data', images, '--split', 'val', '--train', '--epochs', '1', '--quick'];

    const first = await run([...args, '--out', at('trained')], NATIVE);
    expect(first.code).toBe(0);
    for (const recipe of ['standard', 'fgsm', 'pgd', 'mixed']) {
      expect(first.err).toContain(`${recipe}:\nepoch 1: loss`);
      expect(existsSync(join(at('trained'), 'training', recipe, 'card.json'))).toBe(true);
    }
    const { content } = matrixOf('trained');
    expect(content.models.map(({ id, recipe }) => [id, recipe])).toEqual(
      ['standard', 'fgsm', 'pgd', 'mixed'].map((recipe) => [recipe, recipe]),
    );

    const again = await run([...args, '--out', at('trained')], NATIVE);
    expect(again.err).not.toContain('epoch 1');
    expect(again.out).toContain('Nothing was computed: all of this was on file.');
    expect(matrixOf('trained').content).toEqual(content);
  });
});

describe('epsiloscope reproduce', PATIENCE, () => {
  it('leaves the matrix at four epsilons, which verifies', async () => {
    const { content } = matrixOf('whole');
    expect(content.epsilons.map((epsilon) => Math.round(255 * epsilon))).toEqual([1, 2, 4, 8]);
    expect(content.budget).toBe('quick');
    expect(content.sample).toMatchObject({ n: 5, seed: 1 });
    expect(new Set(content.results.map(({ attack }) => attack))).toEqual(
      new Set(['clean', 'noise', 'fgsm', 'pgd', 'worst-case']),
    );
    const { code, out } = await run(['verify', join(at('whole'), 'matrix.json')]);
    expect(out).not.toContain('FAIL');
    expect(code).toBe(0);
  });

  it('writes its look at the test split down: when, with what, at which split, with which models', () => {
    const { content } = matrixOf('whole');
    const [row, ...others] = looksIn('whole');
    expect(others).toEqual([]);
    expect(row).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z,epsiloscope \d/);
    expect(row).toContain('reproduce --data');
    for (const { id, sha256 } of content.models) expect(row).toContain(`${id} ${sha256}`);
  });

  it('writes it down before the split is read, but only when the models are sound', async () => {
    const broken = join(work.folder, 'broken-data');
    mkdirSync(broken);
    writeFileSync(join(broken, 'test.csv'), 'no labels');
    const unread = await run(['reproduce', '--data', broken, '--models', models, '--out', at('unread')]);
    expect(unread.code).toBe(2);
    expect(looksIn('unread')).toHaveLength(1);

    const none = await run(['reproduce', '--data', data, '--models', `${data}/nowhere`, '--out', at('unsound')]);
    expect(none.code).toBe(2);
    expect(existsSync(join(at('unsound'), 'looks.csv'))).toBe(false);
  });

  it('logs no look at the validation split', async () => {
    writeLabels(data, ['image_id,dx', 'ISIC_0001769,nv'], 'val.csv');
    const [first = ''] = models.split(',');
    const args = ['reproduce', '--data', data, '--models', first, '--quick', '--split', 'val', '--out', at('val')];
    expect((await run(args)).code).toBe(0);
    expect(readdirSync(at('val')).filter((name) => name.includes('looks'))).toEqual([]);
    expect(matrixOf('val').content.sample.n).toBe(1);
  });

  it('after kill -9 goes on to the content of an unbroken run', async () => {
    const command = start(reproduce('killed'));
    await command.said(/^[1-7]\d %: tiny-/m);
    command.kill('SIGKILL');
    expect((await command.finished).signal).toBe('SIGKILL');
    expect(existsSync(join(at('killed'), 'matrix.json'))).toBe(false);

    expect((await run(reproduce('killed'))).code).toBe(0);
    expect(matrixOf('killed').contentSha256).toBe(matrixOf('whole').contentSha256);
    expect(matrixOf('killed').run.resumed).toBe(true);
    expect(looksIn('killed')).toHaveLength(2);
  });

  it('in shards, merged without data and models, gives the content of one run, and the looks of all', async () => {
    for (const number of [1, 2]) {
      const workspace = at(`workspace-${number}`);
      const shard = await run(reproduce('shards', '--shard', `${number}/2`, '--workspace', workspace));
      expect(shard.code).toBe(0);
      rmSync(workspace, { recursive: true });
    }
    expect(looksIn('shards', 'shard-2-of-2.looks.csv')).toHaveLength(1);
    const merged = await run(['reproduce', '--merge', at('shards'), '--out', at('merged'), '--json']);
    expect(merged.code).toBe(0);
    expect(JSON.parse(merged.out)).toMatchObject({ contentSha256: matrixOf('whole').contentSha256 });
    expect(matrixOf('merged').contentSha256).toBe(matrixOf('whole').contentSha256);
    expect(looksIn('merged')).toHaveLength(2);

    const one = join(at('shards'), 'shard-1-of-2.json.gz');
    const alone = await run(['reproduce', '--merge', one, '--out', at('alone')]);
    expect(alone.err).toContain('Of 2 shards, these are missing: 2.');
    expect(alone.code).toBe(2);
    expect(existsSync(at('alone'))).toBe(false);
  });

  it('agrees with a committed result, also on a smaller sample, and says so', async () => {
    const { code, out } = await run(
      reproduce('agrees', '--sample', '3', '--compare', join(at('whole'), 'matrix.json')),
    );
    // Three images, two models, clean and three attacks at four epsilons; and what was turned benign or not.
    const entries = matrixOf('agrees').content.cases.flatMap(({ models: all }) => all.flatMap((one) => one.attacked));
    const directed = entries.filter(({ turnedBenign }) => turnedBenign !== null).length;
    const all = 3 * 2 * 13 + directed;
    expect(directed).toBeGreaterThan(0);
    expect(out).toContain(`Compared: ${all} of ${all} verdicts are equal (100.00 %).`);
    expect(code).toBe(0);
  });

  it('names an attack that the other ran otherwise, and does not agree; the result is kept', async () => {
    const file = at('other-noise.json');
    const other = JSON.stringify(matrixOf('whole')).replaceAll('"draws":10,', '"draws":11,');
    writeFileSync(file, other);
    rmSync(join(at('agrees'), 'matrix.json'));
    const { code, out } = await run(reproduce('agrees', '--sample', '3', '--compare', file));
    expect(out).toContain('NOT compared, since the two did not run it with the same parameters: noise.');
    expect(out).toContain('They do NOT agree');
    expect(code).toBe(1);
    expect(existsSync(join(at('agrees'), 'matrix.json'))).toBe(true);
  });

  it.each([
    ['of another seed', 'COMPARED_SEEDS_DIFFER', ['--seed', '2'], {}],
    ['at other epsilons', 'COMPARED_EPSILONS_DIFFER', [], { epsilons: [1 / 255] }],
    ['of other models', 'COMPARED_MODELS_DIFFER', [], { models: [] }],
  ])('refuses to be compared with one %s before it looks at the split', async (_, refused, more, changes) => {
    const file = at(`${refused}.json`);
    const matrix = matrixOf('whole');
    writeFileSync(file, JSON.stringify({ ...matrix, content: { ...matrix.content, ...changes } }));
    const { code, err } = await run(reproduce('refused', ...more, '--compare', file));
    expect(err).toContain(`(${refused})`);
    expect(code).toBe(2);
    expect(existsSync(join(at('refused'), 'looks.csv'))).toBe(false);
  });

  it('refuses to be compared with one of other image files before it attacks any', async () => {
    const file = at('other-files.json');
    const matrix = matrixOf('whole');
    const cases = matrix.content.cases.map((one) => ({ ...one, imageSha256: '0'.repeat(64) }));
    writeFileSync(file, JSON.stringify({ ...matrix, content: { ...matrix.content, cases } }));
    const { code, err } = await run(reproduce('other-files', '--compare', file));
    expect(err).toContain('Of 5 image files here, 0 are among the 1 of the file to compare with.');
    expect(code).toBe(2);
    expect(err).not.toContain('tiny-standard: ');
  });

  it('fails where it does not agree, and lists each difference with its logit margin', async () => {
    const { content } = matrixOf('whole');
    const [first] = content.cases;
    const changed = JSON.stringify(matrixOf('whole')).replace(
      /("imageId":"[^"]*",[^]*?"clean":\{"verdict":")\w+/,
      (_, before: string) => `${before}${first?.models[0]?.clean.verdict === 'vasc' ? 'df' : 'vasc'}`,
    );
    writeFileSync(at('changed.json'), changed);
    const { code, out } = await run(reproduce('whole', '--compare', at('changed.json')));
    expect(out).toContain('Nothing was computed: all of this was on file.');
    expect(out).toMatch(/ {2}img-\w+, tiny-standard, clean: \w+ here, (vasc|df) there; logit margin \d\.\d+e[+-]\d/);
    expect(out).toContain('They do NOT agree');
    expect(code).toBe(1);
  });

  it.each([
    ['is not there', rmSync, ''],
    ['is cut short', cutShort, ''],
    ['has an unknown diagnosis', () => undefined, 'unheard of'],
  ])('refuses a split of which an image %s, by name, with the look logged', async (what, harm, dx) => {
    const folder = at(`data, one ${what}`);
    const { labels, images } = someImages(folder, 3);
    const [first = ''] = readdirSync(images).sort();
    harm(join(images, first));
    const rows = readFileSync(labels, 'utf8');
    const id = first.replace('.jpg', '');
    writeFileSync(join(folder, 'test.csv'), dx === '' ? rows : rows.replace(`${id},akiec`, `${id},${dx}`));
    const out = at(`out, one ${what}`);
    const { code, err } = await run(['reproduce', '--data', folder, '--models', models, '--quick', '--out', out]);
    expect(err).toContain(`Of 3 images of the split, 1 are missing or refused: ${id}.`);
    expect(err).toContain('(SPLIT_INCOMPLETE)');
    expect(code).toBe(2);
    expect(existsSync(join(out, 'matrix.json'))).toBe(false);
    expect(looksIn(`out, one ${what}`)).toHaveLength(1);
  });

  it('takes HAM10000 as it is downloaded; a part that lacks images costs no look', async () => {
    const folder = at('official');
    const [bytes] = readdirSync(join(data, 'images')).map((name) => readFileSync(join(data, 'images', name)));
    if (bytes === undefined) throw new Error('expected an image');
    const test = partOfProduct('test').map((id, place) => ({
      ...{ id, dx: 'nv', part: null, bytes },
      half: place % 2 === 0 ? (1 as const) : (2 as const),
    }));
    writeOfficialHam10000(folder, test);
    const [lost] = test;
    rmSync(join(folder, 'HAM10000_images_part_1', `${lost?.id ?? ''}.jpg`));
    const args = ['reproduce', '--data', folder, '--models', models, '--quick', '--out', at('official-out')];
    const { code, err } = await run(args);
    expect(err).toContain(`1 images of the test part are not in ${folder}: ${lost?.id ?? ''}.`);
    expect(code).toBe(2);
    expect(existsSync(at('official-out'))).toBe(false);
  });

  it.each([
    [[], 'It names no data.'],
    [['--data', 'data', '--shard', '1/2', '--compare', 'x'], 'Only a run of its own can be compared'],
    [['--data', 'data', '--shard', '1/2', '--train'], '--train makes new models'],
    [['--data', 'data', '--shard', '3/2'], 'Write it as 3/8'],
    [['--data', join(work.folder, 'images-only')], 'does not hold test.csv'],
    [['--data', 'data', '--compare', 'nowhere.json'], 'no result that a run could be compared with'],
  ])('says what is missing in %j', async (args, message) => {
    const { code, err } = await run(['reproduce', '--out', at('nothing'), ...args]);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });
});
