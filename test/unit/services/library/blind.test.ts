import { describe, expect, it } from 'vitest';
import { saveAnnotation } from '../../../../src/main/services/annotations/index.ts';
import { isBlindTo, Library, saveWorklist, type Viewpoint } from '../../../../src/main/services/library/index.ts';
import { choosePair } from '../../../../src/main/services/reviewers/index.ts';
import { addReviewer, recordVerdicts } from '../../../../src/main/store/index.ts';
import {
  EVERYTHING,
  FACETS,
  FACETS_HIDDEN_WHEN_BLIND,
  ORDERS_HIDDEN_WHEN_BLIND,
  withoutHidden,
  type LibraryQuery,
} from '../../../../src/shared/domain/library.ts';
import { openedWorkspace } from '../../../integration/store/support.ts';
import {
  addCases,
  annotationByHand,
  answer,
  caseByHand,
  imageOf,
  PAIR,
  verdictByHand,
} from '../../../support/reviewLab.ts';

const refused = expect.objectContaining({ code: 'LIBRARY_BLIND', kind: 'badInput' }) as Error;
const BY_NAME: LibraryQuery = { ...EVERYTHING, order: 'name' };

describe('a blind reading', () => {
  it.each(FACETS_HIDDEN_WHEN_BLIND)('may not filter by %s', async (facet) => {
    const { library, blind, ada } = await twoReaders();
    const query: LibraryQuery = { ...BY_NAME, facets: { [facet]: ['none'] } };
    for (const ask of questions(library, query, ada.caseIds)) expect(() => ask(blind)).toThrow(refused);
  });

  it.each(ORDERS_HIDDEN_WHEN_BLIND)('may not order by %s', async (order) => {
    const { library, blind, ada } = await twoReaders();
    const query: LibraryQuery = { ...EVERYTHING, order };
    for (const ask of questions(library, query, ada.caseIds)) expect(() => ask(blind)).toThrow(refused);
  });

  it('may save no query that it may not ask', async () => {
    const { workspace, library, blind } = await twoReaders();
    const save = (query: LibraryQuery) => saveWorklist(workspace, library, blind, 'list', { kind: 'query', query });
    expect(() => save(EVERYTHING)).toThrow(refused);
    expect(save(withoutHidden(EVERYTHING))).toMatchObject({ kind: 'query' });
  });

  it('gets the counts of all facets that tell nothing, and of no other', async () => {
    const { library, blind } = await twoReaders();
    const counted = Object.keys(library.facetCounts(blind, BY_NAME)).sort();
    expect(counted).toEqual(FACETS.filter((facet) => !FACETS_HIDDEN_WHEN_BLIND.includes(facet)).sort());
  });

  it('sees what models and data say of the cases that this reviewer has answered, of no other', async () => {
    const { workspace, library, blind, ada } = await twoReaders();
    const { reviewerId } = blind;
    const [answered = ''] = ada.caseIds;
    saveAnnotation(workspace, blind, {
      caseId: answered,
      reviewerId: reviewerId ?? '',
      base: 0,
      content: answer('nv'),
    });
    const [one, other] = library.page(blind, BY_NAME, 0, 10).cases;
    expect(one).toMatchObject({ caseId: answered, withheld: false, reference: 'mel', first: { verdict: 'mel' } });
    expect(other).toMatchObject({ withheld: true, reference: null, first: null, second: null });
    expect(library.page({ ...blind, reviewerId: null }, BY_NAME, 0, 10).cases.every(({ withheld }) => withheld)).toBe(
      true,
    );
    expect(library.page({ ...blind, blind: false }, BY_NAME, 0, 10).cases.some(({ withheld }) => withheld)).toBe(false);
  });

  it('finds no case by the tags that others gave it', async () => {
    const { workspace, library, blind, ada, grace } = await twoReaders();
    const [caseId = ''] = ada.caseIds;
    const content = annotationByHand({ tags: ['surely melanoma'] });
    saveAnnotation(workspace, grace, { caseId, reviewerId: grace.reviewerId ?? '', base: 0, content });
    const search: LibraryQuery = { ...BY_NAME, search: 'melanoma' };
    expect(library.page(grace, search, 0, 10).total).toBe(1);
    expect(library.page(blind, search, 0, 10).total).toBe(0);
    expect(library.facetCounts(blind, search)).toMatchObject({ state: {} });
  });

  it('of a case ends with its first answer, for good', async () => {
    const { workspace, blind, ada, grace } = await twoReaders();
    const [caseId = ''] = ada.caseIds;
    const save = (base: number, content: Parameters<typeof saveAnnotation>[2]['content']) =>
      saveAnnotation(workspace, blind, { caseId, reviewerId: blind.reviewerId ?? '', base, content });
    const isBlind = (viewpoint: Viewpoint) => isBlindTo(workspace.db, viewpoint, caseId);
    save(0, annotationByHand({ comment: 'a thought', flagged: true }));
    expect(isBlind(blind)).toBe(true);
    save(1, answer('nv'));
    expect(isBlind(blind)).toBe(false);
    save(2, annotationByHand());
    expect(isBlind(blind)).toBe(false);
    expect(isBlind({ ...grace, blind: true })).toBe(true);
    expect(isBlind({ ...blind, reviewerId: null })).toBe(true);
  });
});

const questions = (library: Library, query: LibraryQuery, [caseId = '']: readonly string[]) => [
  (viewpoint: Viewpoint) => library.page(viewpoint, query, 0, 10),
  (viewpoint: Viewpoint) => library.facetCounts(viewpoint, query),
  (viewpoint: Viewpoint) => library.neighbours(viewpoint, query, caseId),
  (viewpoint: Viewpoint) => library.casesOf(viewpoint, { kind: 'query', query }),
  (viewpoint: Viewpoint) => library.imagesOf(viewpoint, { kind: 'query', query }),
];

async function twoReaders() {
  const workspace = await openedWorkspace();
  const { db } = workspace;
  const cases = ['a', 'b'].map((name) => caseByHand(name, { dx: 'mel', dxType: 'histo' }));
  const caseIds = addCases(db, cases);
  choosePair(db, PAIR);
  recordVerdicts(
    db,
    cases.map((one) => ({ imageSha256: imageOf(one), verdict: verdictByHand(PAIR.first, 'mel', [0.5, 'nv']) })),
  );
  const viewpointOf = (name: string): Viewpoint => ({
    ...{ reviewerId: addReviewer(db, { name, role: '' }).id, blind: false, pair: PAIR },
  });
  const ada = { ...viewpointOf('Ada'), caseIds };
  return {
    workspace,
    library: new Library(workspace),
    ada,
    blind: { ...ada, blind: true },
    grace: viewpointOf('Grace'),
  };
}
