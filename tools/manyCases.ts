/**
 * Makes a workspace of many cases, for trying the library and for benches, and says how long pages and counts take:
 *
 *     node tools/manyCases.ts WORKSPACE COUNT
 *
 * The demo images are imported once; every further case is a copy of one of their rows with a fresh id and a numbered name.
 * Facts of the copies, and verdicts, are drawn: **nothing in such a workspace was measured.** A workspace that is there
 * already is only read, for its times.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomStream, type RandomStream } from '../src/main/engine/randomness.ts';
import { nodeImagingLauncher } from '../src/main/hosts/node/imagingLauncher.ts';
import { createImageDecoder } from '../src/main/imaging/index.ts';
import { importImages, previewImport } from '../src/main/services/import/index.ts';
import { Library, type Viewpoint } from '../src/main/services/library/index.ts';
import {
  caseRow,
  canonicalJson,
  choosePair,
  hashOf,
  insertCases,
  listCases,
  listImages,
  listOriginalNames,
  openWorkspace,
  recordVerdicts,
  type CaseRecord,
  type OriginalName,
  type Workspace,
} from '../src/main/store/index.ts';
import type { ScreenedVerdict } from '../src/shared/contract/app/cases.ts';
import { DIAGNOSES, type Diagnosis } from '../src/shared/domain/diagnosis.ts';
import { EVERYTHING, type LibraryQuery } from '../src/shared/domain/library.ts';
import { systemClock } from '../src/shared/kernel/clock.ts';
import { sha256, type Sha256 } from '../src/shared/kernel/ids.ts';

const ROOT = join(import.meta.dirname, '..');
const DEMO = join(ROOT, 'resources', 'demo');
const CASES_AT_A_TIME = 10_000;

/** As frequent as in HAM10000 (Tschandl 2018, table 2). */
const DIAGNOSIS_SHARES: Readonly<Record<Diagnosis, number>> = {
  ...{ akiec: 0.033, bcc: 0.051, bkl: 0.11, df: 0.011, mel: 0.111, nv: 0.67, vasc: 0.014 },
};
const SITES = ['abdomen', 'back', 'chest', 'face', 'foot', 'hand', 'lower extremity', 'neck', 'scalp', 'trunk'];
const CONFIRMATIONS = ['histo', 'follow_up', 'consensus', 'confocal'];

const one = <T>(random: RandomStream, choices: readonly T[]): T => {
  const choice = choices[random.integer(choices.length)];
  if (choice === undefined) throw new RangeError('Nothing to choose from.');
  return choice;
};

function diagnosis(random: RandomStream): Diagnosis {
  let left = random.next();
  return DIAGNOSES.find((dx) => (left -= DIAGNOSIS_SHARES[dx]) < 0) ?? 'nv';
}

/** The hash of a bundled model's card, as the engine names it. */
const modelSha256 = (folder: string): Sha256 =>
  sha256(
    createHash('sha256')
      .update(readFileSync(join(ROOT, 'resources', 'models', folder, 'card.json')))
      .digest('hex'),
  );

/** Imports the demo images, and no more. */
async function importDemo(workspace: Workspace): Promise<void> {
  const decoder = createImageDecoder(nodeImagingLauncher(join(ROOT, 'src/main/hosts/worker/imaging.ts')));
  try {
    const plan = await previewImport(join(DEMO, 'images'), join(DEMO, 'labels.csv'));
    await importImages(workspace, plan, { decoder });
  } finally {
    decoder.close();
  }
}

function drawnVerdict(model: Sha256, image: Sha256): ScreenedVerdict {
  const random = randomStream('verdict', model, image);
  const verdict = diagnosis(random);
  const changedTo =
    random.next() < 0.2
      ? null
      : one(
          random,
          DIAGNOSES.filter((dx) => dx !== verdict),
        );
  const rest = random.next() / 2 / (DIAGNOSES.length - 1);
  return {
    modelSha256: model,
    verdict,
    probabilities: DIAGNOSES.map((dx) => (dx === verdict ? 1 - rest * (DIAGNOSES.length - 1) : rest)),
    minimalEpsilon: changedTo === null ? null : (random.next() * 16) / 255,
    changedTo,
    survivesRounding: changedTo === null ? null : random.next() < 0.9,
    provenance: {
      ...{ modelSha256: model, attack: 'drawn, not measured', seed: 0, backend: 'wasm', device: 'CPU', threads: 1 },
      ...{ numericsFingerprint: hashOf('drawn, not measured'), at: systemClock.now() },
    },
  };
}

interface Copy {
  readonly record: CaseRecord;
  readonly name: OriginalName;
}

/** A third of the copies are the second image of the lesion before them. */
function copyOf({ record, name }: Copy, number: number): Copy {
  const random = randomStream('case', number);
  const lesion = number % 3 === 2 ? number - 1 : number;
  const id = uuid(`case ${number}`);
  const digits = String(number).padStart(7, '0');
  const facts = {
    dx: random.next() < 0.9 ? diagnosis(random) : null,
    dxType: random.next() < 0.9 ? one(random, CONFIRMATIONS) : null,
    age: random.next() < 0.95 ? 5 * random.integer(18) : null,
    sex: one(random, ['female', 'male']),
    site: random.next() < 0.95 ? one(random, SITES) : null,
  };
  return {
    record: { ...record, ...facts, id, lesionKey: uuid(`lesion ${lesion}`) },
    name: {
      caseId: id,
      imageId: `${name.imageId}-${digits}`,
      fileName: `${digits}-${name.fileName}`,
      lesionId: `LESION_${lesion}`,
    },
  };
}

/** As random as a hash is, and the same each time. */
const uuid = (text: string) => hashOf(text).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');

function addCopies({ db }: Workspace, count: number): void {
  const names = new Map(listOriginalNames(db).map((name) => [name.caseId, name]));
  const demo = listCases(db).flatMap((record) => {
    const name = names.get(record.id);
    return name === undefined ? [] : [{ record, name }];
  });
  const random = randomStream('copies');
  const copies = Array.from({ length: Math.max(0, count - demo.length) }, (_, at) => copyOf(one(random, demo), at));
  for (let at = 0; at < copies.length; at += CASES_AT_A_TIME) {
    const part = copies.slice(at, at + CASES_AT_A_TIME);
    const casesSha256 = hashOf(canonicalJson(part.map(({ record }) => caseRow(record))));
    const details = { dialect: 'copies', images: 0, cases: part.length, refused: 0, casesSha256 };
    db.change({ act: 'images.imported', details }, (transaction) => {
      insertCases(
        transaction,
        part.map(({ record }) => record),
        part.map(({ name }) => name),
      );
    });
  }
}

/** Fills a new workspace with `count` cases, of the demo images at least. */
export async function makeManyCases(workspace: Workspace, count: number): Promise<void> {
  const { db } = workspace;
  await importDemo(workspace);
  const models = ['standard', 'pgd'].map(modelSha256);
  const [first, second] = models;
  if (first !== undefined && second !== undefined) choosePair(db, { first, second });
  recordVerdicts(
    db,
    listImages(db).flatMap(({ sha256: image }) =>
      models.map((model) => ({ imageSha256: image, verdict: drawnVerdict(model, image) })),
    ),
  );
  addCopies(workspace, count);
}

const SEEING: Viewpoint = { reviewerId: null, blind: false, pair: null };

/** Milliseconds of each question; each is asked of a new `Library`, which remembers nothing. */
export function timesOf(workspace: Workspace): readonly (readonly [question: string, milliseconds: number])[] {
  const total = new Library(workspace).page(SEEING, EVERYTHING, 0, 1).total;
  const late = Math.floor(total * 0.9);
  const filtered: LibraryQuery = {
    ...EVERYTHING,
    facets: { state: ['open'], sex: ['female'], agreement: ['differ', 'same'] },
  };
  const searched: LibraryQuery = { ...EVERYTHING, search: '0001' };
  const page = (query: LibraryQuery, offset: number) => (library: Library) => library.page(SEEING, query, offset, 100);
  const counts = (query: LibraryQuery) => (library: Library) => library.facetCounts(SEEING, query);
  const [middle] = new Library(workspace).page(SEEING, EVERYTHING, Math.floor(total / 2), 1).cases;
  const questions: readonly (readonly [string, (library: Library) => unknown])[] = [
    ['first page', page(EVERYTHING, 0)],
    [`page at ${late}`, page(EVERYTHING, late)],
    [`page at ${late}, by name, descending`, page({ ...EVERYTHING, order: 'name', descending: true }, late)],
    ['first page, three facets', page(filtered, 0)],
    [`page at ${Math.floor(late / 2.5)}, three facets`, page(filtered, Math.floor(late / 2.5))],
    ['first page, search', page(searched, 0)],
    ['facet counts', counts(EVERYTHING)],
    ['facet counts, three facets', counts(filtered)],
    ['facet counts, search', counts(searched)],
    ['neighbours', (library) => middle && library.neighbours(SEEING, filtered, middle.caseId)],
    ['ids of all', (library) => library.casesOf(SEEING, { kind: 'query', query: EVERYTHING })],
  ];
  return questions.map(([question, ask]) => [question, millisecondsOf(() => ask(new Library(workspace)))]);
}

function millisecondsOf(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

const say = (question: string, milliseconds: number) => {
  console.log(`${milliseconds.toFixed(1).padStart(9)} ms  ${question}`);
};

async function main([folder, count]: readonly string[]): Promise<void> {
  if (folder === undefined || !/^\d+$/.test(count ?? ''))
    throw new Error('Usage: node tools/manyCases.ts WORKSPACE COUNT');
  const known = existsSync(join(folder, 'epsiloscope.db'));
  const started = performance.now();
  const workspace = await openWorkspace(folder, { clock: systemClock, command: 'tools/manyCases.ts' });
  if (known) say('opening', performance.now() - started);
  else {
    await makeManyCases(workspace, Number(count));
    say(`making ${String(count)} cases`, performance.now() - started);
  }
  for (const [question, milliseconds] of timesOf(workspace)) say(question, milliseconds);
  workspace.close();
}

if (import.meta.main) await main(process.argv.slice(2));
