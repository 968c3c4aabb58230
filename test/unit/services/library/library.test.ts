import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Library } from '../../../../src/main/services/library/index.ts';
import { addRevision, addReviewer, hashOf, recordVerdicts, type Workspace } from '../../../../src/main/store/index.ts';
import { choosePair } from '../../../../src/main/services/reviewers/index.ts';
import { EVERYTHING, type LibraryQuery } from '../../../../src/shared/domain/library.ts';
import { openedWorkspace } from '../../../integration/store/support.ts';
import { addCases, answer, caseByHand, imageOf, PAIR, verdictByHand } from '../../../support/reviewLab.ts';
import { anyContents, anyQuery, fill, SEEING } from './anyLibrary.ts';
import { plainCounts, plainPage } from './plainLibrary.ts';

const code = (name: string) => expect.objectContaining({ code: name, kind: 'badInput' }) as Error;
const idsOn = ({ cases }: { cases: readonly { caseId: string }[] }) => cases.map(({ caseId }) => caseId);

describe('any query of any library', () => {
  const withQueries = fc.array(anyQuery, { minLength: 25, maxLength: 25 });

  it('is answered as plain loops over all cases answer it', async () => {
    await fc.assert(
      fc.asyncProperty(anyContents, withQueries, async (contents, queries) => {
        const workspace = await openedWorkspace();
        const library = new Library(workspace);
        const { plain, worklist } = fill(workspace, library, contents);
        for (const drawn of queries) {
          const query = { ...drawn, worklist: drawn.worklist === null ? null : worklist };
          const found = plainPage(plain, query);
          expect(library.page(SEEING, query, 0, 500)).toMatchObject({ total: found.length });
          expect(idsOn(library.page(SEEING, query, 0, 500))).toEqual(found);
          expect(idsOn(library.page(SEEING, query, 3, 4))).toEqual(found.slice(3, 7));
          expect(library.casesOf(SEEING, { kind: 'query', query })).toEqual(found);
          expect(library.facetCounts(SEEING, query)).toEqual(plainCounts(plain, query));
          found.forEach((caseId, at) => {
            expect(library.neighbours(SEEING, query, caseId)).toEqual({
              position: at + 1,
              total: found.length,
              previous: found[at - 1] ?? null,
              next: found[at + 1] ?? null,
            });
          });
        }
      }),
      { numRuns: 12 },
    );
  });
});

describe('a page', () => {
  it('shows what the two models of the pair say, and nothing of others', async () => {
    const { workspace, library } = await workspaceOf(['seen', 'unseen']);
    recordVerdicts(workspace.db, [
      { imageSha256: hashOf('seen'), verdict: verdictByHand(PAIR.first, 'mel', [0.75, 'nv']) },
      { imageSha256: hashOf('seen'), verdict: verdictByHand(hashOf('another'), 'bcc', [0.1, 'nv']) },
      { imageSha256: hashOf('unseen'), verdict: verdictByHand(PAIR.second, 'mel') },
    ]);
    const [seen, unseen] = library.page(SEEING, EVERYTHING, 0, 10).cases;
    const mel = { verdict: 'mel', probability: 0.7 };
    expect(seen).toMatchObject({
      ...{ imageId: 'seen', imageSha256: hashOf('seen'), state: 'open', flagged: false, withheld: false },
      ...{ first: { ...mel, minimalEpsilon: 0.75 / 255, changedTo: 'nv' }, second: null, reference: null },
    });
    expect(unseen).toMatchObject({ first: null, second: { ...mel, minimalEpsilon: null, changedTo: null } });
  });

  it('shows the other verdicts once another pair is chosen', async () => {
    const { workspace, library } = await workspaceOf(['a', 'b']);
    recordVerdicts(workspace.db, [{ imageSha256: hashOf('b'), verdict: verdictByHand(PAIR.first, 'mel', [1, 'nv']) }]);
    const facets = () => library.facetCounts(SEEING, EVERYTHING);
    expect(facets()).toMatchObject({ firstVerdict: { mel: 1, none: 1 }, secondVerdict: { none: 2 } });
    choosePair(workspace.db, { first: PAIR.second, second: PAIR.first });
    expect(facets()).toMatchObject({ firstVerdict: { none: 2 }, secondVerdict: { mel: 1, none: 1 } });
    expect(library.page(SEEING, EVERYTHING, 0, 1).cases[0]).toMatchObject({ imageId: 'b', second: { verdict: 'mel' } });
  });

  it('puts the most fragile first, then what no attack changed, then what was not searched', async () => {
    const { workspace, library } = await workspaceOf(['notSearched', 'unchanged', 'robust', 'fragile']);
    recordVerdicts(workspace.db, [
      ...[PAIR.first, PAIR.second].map((model) => ({
        imageSha256: hashOf('unchanged'),
        verdict: verdictByHand(model, 'nv'),
      })),
      { imageSha256: hashOf('robust'), verdict: verdictByHand(PAIR.first, 'mel', [15, 'nv']) },
      { imageSha256: hashOf('fragile'), verdict: verdictByHand(PAIR.first, 'mel') },
      { imageSha256: hashOf('fragile'), verdict: verdictByHand(PAIR.second, 'mel', [0.2, 'nv']) },
    ]);
    const names = library.page(SEEING, EVERYTHING, 0, 10).cases.map(({ imageId }) => imageId);
    expect(names).toEqual(['fragile', 'robust', 'unchanged', 'notSearched']);
  });

  it('has the new total and the new counts as soon as something was stored', async () => {
    const { workspace, library, caseIds } = await workspaceOf(['a', 'b']);
    const open: LibraryQuery = { ...EVERYTHING, facets: { state: ['open'] } };
    expect(library.page(SEEING, open, 0, 10).total).toBe(2);
    const reviewer = addReviewer(workspace.db, { name: 'Ada', role: '' });
    const said = { caseId: caseIds[0] ?? '', reviewerId: reviewer.id, revision: 1, seen: true };
    addRevision(workspace.db, { ...said, content: answer('nv', { state: 'reviewed', flagged: true }) });
    expect(library.page(SEEING, open, 0, 10).total).toBe(1);
    expect(library.facetCounts(SEEING, EVERYTHING)).toMatchObject({
      state: { open: 1, reviewed: 1 },
      flag: { flagged: 1 },
    });
    addCases(workspace.db, [caseByHand('c')]);
    expect(library.page(SEEING, open, 0, 10).total).toBe(2);
  });

  it('is empty behind the end, and in a workspace without cases', async () => {
    const { library } = await workspaceOf(['a']);
    expect(library.page(SEEING, EVERYTHING, 5, 10)).toEqual({ cases: [], total: 1 });
    const none = new Library(await openedWorkspace());
    expect(none.page(SEEING, EVERYTHING, 0, 10)).toEqual({ cases: [], total: 0 });
    expect(none.facetCounts(SEEING, EVERYTHING)).toMatchObject({ state: {}, age: {} });
  });

  it('finds nothing where a facet is asked for without any value', async () => {
    const { library } = await workspaceOf(['a']);
    expect(library.page(SEEING, { ...EVERYTHING, facets: { sex: [] } }, 0, 10).total).toBe(0);
  });
});

describe('a search', () => {
  it.each(['%', '_', '\\', '"', "'", '*', '\u0000', '\n'])(
    'finds nothing by what only looks like a pattern: %j',
    async (search) => {
      const { library } = await workspaceOf(['IMG-1', 'IMG-2']);
      expect(library.page(SEEING, { ...EVERYTHING, search }, 0, 10).total).toBe(0);
    },
  );

  it.each([
    ['mg-1', ['IMG-1']],
    ['ÜBUNG', ['Übung']],
    // The same letters, as macOS writes them.
    ['u\u0308bung', ['Übung']],
    ['esion_7', ['IMG-1']],
    ['rounds', ['Übung']],
    ['g', ['IMG-1', 'IMG-2', 'Übung']],
  ])('finds %j anywhere in image id, lesion id or tags', async (search, names) => {
    const { workspace, library, caseIds } = await workspaceOf(['IMG-1', 'IMG-2', 'Übung'], { 'IMG-1': 'LESION_7' });
    const reviewer = addReviewer(workspace.db, { name: 'Ada', role: '' });
    const said = { caseId: caseIds[2] ?? '', reviewerId: reviewer.id, revision: 1, seen: true };
    addRevision(workspace.db, { ...said, content: answer('nv', { tags: ['Grand Rounds'] }) });
    const { cases } = library.page(SEEING, { ...EVERYTHING, search, order: 'name' }, 0, 10);
    expect(cases.map(({ imageId }) => imageId)).toEqual(names);
  });
});

describe('neighbours', () => {
  it('are told of a case that the query does not find any more', async () => {
    const { workspace, library, caseIds } = await workspaceOf(['a', 'b', 'c']);
    const [a = '', b = '', c = ''] = caseIds;
    const reviewer = addReviewer(workspace.db, { name: 'Ada', role: '' });
    const content = answer('nv', { state: 'reviewed' });
    addRevision(workspace.db, { caseId: b, reviewerId: reviewer.id, revision: 1, seen: true, content });
    const open: LibraryQuery = { ...EVERYTHING, facets: { state: ['open'] } };
    expect(library.neighbours(SEEING, open, b)).toEqual({ position: null, total: 2, previous: a, next: c });
  });

  it('are not told of a case that there is not', async () => {
    const { library } = await workspaceOf(['a']);
    expect(() => library.neighbours(SEEING, EVERYTHING, 'nowhere')).toThrow(code('CASE_UNKNOWN'));
  });
});

describe('a selection', () => {
  it('of chosen cases has each once, in the order of import, and refuses one that there is not', async () => {
    const { library, caseIds } = await workspaceOf(['a', 'b', 'c']);
    const [a = '', b = ''] = caseIds;
    expect(library.casesOf(SEEING, { kind: 'cases', ids: [b, a, b] })).toEqual([a, b]);
    expect(() => library.casesOf(SEEING, { kind: 'cases', ids: [a, 'nowhere'] })).toThrow(code('CASE_UNKNOWN'));
  });

  it('has each image once, in the order of the query', async () => {
    const workspace = await openedWorkspace();
    const cases = [caseByHand('c', { image: 'x' }), caseByHand('b', { image: 'y' }), caseByHand('a', { image: 'x' })];
    addCases(workspace.db, cases);
    const query: LibraryQuery = { ...EVERYTHING, order: 'name' };
    const images = new Library(workspace).imagesOf(SEEING, { kind: 'query', query });
    expect(images).toEqual([imageOf({ image: 'x' }), imageOf({ image: 'y' })]);
  });
});

async function workspaceOf(names: readonly string[], lesions: Readonly<Record<string, string>> = {}) {
  const workspace: Workspace = await openedWorkspace();
  const caseIds = addCases(
    workspace.db,
    names.map((name) => caseByHand(name, { lesionId: lesions[name] ?? null })),
  );
  choosePair(workspace.db, PAIR);
  return { workspace, library: new Library(workspace), caseIds };
}
