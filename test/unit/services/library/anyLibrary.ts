/** Any library, and any question to it: of few values, so that cases share them and questions find some. */
import fc from 'fast-check';
import { saveWorklist, type Library, type Viewpoint } from '../../../../src/main/services/library/index.ts';
import {
  addReviewer,
  addRevision,
  choosePair,
  recordVerdicts,
  type Workspace,
} from '../../../../src/main/store/index.ts';
import type { ScreenedVerdict } from '../../../../src/shared/contract/app/cases.ts';
import type { Annotation } from '../../../../src/shared/domain/annotation.ts';
import { FACETS, LIBRARY_ORDERS, type LibraryQuery } from '../../../../src/shared/domain/library.ts';
import {
  addCases,
  annotationByHand,
  caseByHand,
  imageOf,
  PAIR,
  verdictByHand,
  type CaseByHand,
} from '../../../support/reviewLab.ts';
import type { PlainCase } from './plainLibrary.ts';

const DX = ['mel', 'nv', 'bkl'] as const;
const IMAGES = ['i1', 'i2', 'i3', 'i4', 'i5', 'i6'] as const;
const TAGS = ['Second Opinion', 'ärztlich', '100%', 'a_b'] as const;
const NAMES = ['ISIC_', 'img%', 'Übung ', 'X\\'] as const;

const caseFacts = fc.record({
  prefix: fc.constantFrom(...NAMES),
  lesionId: fc.constantFrom(null, 'LESION_1', 'Läsion_2'),
  image: fc.constantFrom(...IMAGES),
  dx: fc.constantFrom(...DX, null),
  dxType: fc.constantFrom('histo', 'follow_up', null),
  age: fc.constantFrom(null, 0, 5, 10, 45, 49.5, 85),
  sex: fc.constantFrom('female', 'male', null),
  site: fc.constantFrom('back', "o'clock", null),
  dataset: fc.constantFrom('plain', 'ham10000'),
});

const change = fc.option(fc.tuple(fc.constantFrom(0, 0.25, 0.999, 1, 2, 4, 16), fc.constantFrom(...DX)), { freq: 3 });
const verdict = fc.option(fc.record({ verdict: fc.constantFrom(...DX), change }), { freq: 3 });
const verdictPairs = fc.array(fc.record({ first: verdict, second: verdict }), {
  minLength: IMAGES.length,
  maxLength: IMAGES.length,
});

const saying = fc.record({
  by: fc.integer({ min: 0, max: 1 }),
  about: fc.nat(),
  tags: fc.subarray([...TAGS], { maxLength: 2 }),
  flagged: fc.boolean(),
  state: fc.constantFrom('open', 'reviewed'),
});

export const anyContents = fc.record({
  cases: fc.array(caseFacts, { minLength: 1, maxLength: 25 }),
  verdictPairs,
  sayings: fc.array(saying, { maxLength: 12 }),
  listed: fc.array(fc.nat(), { minLength: 1, maxLength: 8 }),
});

const values = fc.subarray(
  [
    ...DX,
    'none',
    'open',
    'plain',
    'complete',
    'same',
    'below1',
    'from1',
    'unchanged',
    'sameGroup',
    'malignantToBenign',
  ].concat(...['histo', '0', '40', 'female', 'male', 'back', 'ham10000']),
  { minLength: 6 },
);

/** `worklist` is to be replaced by the id of the only one. */
export const anyQuery: fc.Arbitrary<LibraryQuery> = fc.record({
  search: fc.oneof(
    { weight: 2, arbitrary: fc.constant('') },
    {
      weight: 3,
      arbitrary: fc.constantFrom('isic', 'IMG%', '%', '_', '\\', 'üb', 'LÄSION', 'opinion', '0%', '1', "'"),
    },
  ),
  facets: fc
    .subarray([...FACETS], { maxLength: 3 })
    .chain((facets) => fc.record(Object.fromEntries(facets.map((facet) => [facet, values])))),
  order: fc.constantFrom(...LIBRARY_ORDERS),
  descending: fc.boolean(),
  worklist: fc.constantFrom(null, null, 'the only one'),
});

/** Nobody in particular, who may see everything. */
export const SEEING: Viewpoint = { reviewerId: null, blind: false, pair: null };

type Contents = typeof anyContents extends fc.Arbitrary<infer T> ? T : never;
type DrawnVerdict = Contents['verdictPairs'][number]['first'];

const screened = (model: keyof typeof PAIR, drawn: DrawnVerdict | undefined): ScreenedVerdict | null =>
  drawn === null || drawn === undefined ? null : verdictByHand(PAIR[model], drawn.verdict, drawn.change);

/** Puts the contents into a new workspace, piece by piece as people and programs would; what they are in plain words. */
export function fill(
  workspace: Workspace,
  library: Library,
  contents: Contents,
): { plain: PlainCase[]; worklist: string } {
  const { db } = workspace;
  const cases = contents.cases.map(({ prefix, ...facts }, at): CaseByHand => caseByHand(`${prefix}${at}`, facts));
  const half = Math.ceil(cases.length / 2);
  const caseIds = addCases(db, cases.slice(0, half));
  choosePair(db, PAIR);
  const verdictOf = (model: keyof typeof PAIR, image: string) =>
    screened(model, contents.verdictPairs[(IMAGES as readonly string[]).indexOf(image)]?.[model]);
  const record = (some: readonly CaseByHand[]) => {
    recordVerdicts(
      db,
      some.flatMap((one) =>
        (['first', 'second'] as const).flatMap((model) => {
          const verdict = verdictOf(model, one.image);
          return verdict === null ? [] : [{ imageSha256: imageOf(one), verdict }];
        }),
      ),
    );
  };
  record(cases.slice(0, half));
  caseIds.push(...addCases(db, cases.slice(half)));
  record(cases.slice(half));
  const said = sayAll(workspace, caseIds, contents.sayings);
  const listed = [...new Set(contents.listed.map((at) => caseIds[at % caseIds.length] ?? ''))];
  const selection = { kind: 'cases', ids: listed } as const;
  const worklist = saveWorklist(workspace, library, SEEING, 'list', selection).id;
  const plain = cases.map((one, at): PlainCase => {
    const caseId = caseIds[at] ?? '';
    return {
      ...{ ...one, caseId, first: verdictOf('first', one.image), second: verdictOf('second', one.image) },
      said: [...(said.get(caseId)?.values() ?? [])],
      worklists: listed.includes(caseId) ? [worklist] : [],
    };
  });
  return { plain, worklist };
}

/** By case, what each of two reviewers said last. */
function sayAll({ db }: Workspace, caseIds: readonly string[], sayings: Contents['sayings']) {
  const reviewers = ['Ada', 'Grace'].map((name) => addReviewer(db, { name, role: '' }).id);
  const said = new Map<string, Map<string, Annotation>>();
  const revisions = new Map<string, number>();
  for (const { by, about, ...content } of sayings) {
    const caseId = caseIds[about % caseIds.length] ?? '';
    const reviewerId = reviewers[by] ?? '';
    const key = `${caseId}/${reviewerId}`;
    const revision = (revisions.get(key) ?? 0) + 1;
    revisions.set(key, revision);
    const annotation = annotationByHand(content);
    addRevision(db, { caseId, reviewerId, revision, seen: true, content: annotation });
    said.set(caseId, (said.get(caseId) ?? new Map<string, Annotation>()).set(reviewerId, annotation));
  }
  return said;
}
