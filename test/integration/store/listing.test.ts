import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, vi } from 'vitest';
import {
  addReviewer,
  addRevision,
  addWorklist,
  casesAt,
  casesFound,
  choosePair,
  countCases,
  facetCombinations,
  openWorkspace,
  placeOf,
  recordVerdicts,
  verifyLog,
  type ListingQuery,
  type Workspace,
} from '../../../src/main/store/index.ts';
import { migrate } from '../../../src/main/store/db/migrate.ts';
import { workspaceTables } from '../../../src/main/store/migrations/0001-workspace.ts';
import { LIBRARY_ORDERS } from '../../../src/shared/domain/library.ts';
import { addCases, answer, caseByHand, imageOf, PAIR, verdictByHand } from '../../support/reviewLab.ts';
import { FIRST_ENTRIES, openedWorkspace, options, steppingClock, temporaryFolder } from './support.ts';

const databaseOf = (folder: string) => join(folder, 'epsiloscope.db');

/** Looks at the file through another program. */
function looked<T>(folder: string, look: (database: Database.Database) => T): T {
  const database = new Database(databaseOf(folder));
  try {
    return look(database);
  } finally {
    database.close();
  }
}

const rowsIn = (folder: string) =>
  looked(folder, (database) => database.prepare('SELECT * FROM listing ORDER BY seq').all());

const CASES = ['a', 'b', 'c', 'd'].map((name) =>
  caseByHand(name, { dx: 'mel', age: 45, image: name === 'd' ? 'a' : name }),
);

/** Cases, a pair, verdicts, and what two people say. */
function review({ db }: Workspace): void {
  const [first = '', second = ''] = addCases(db, CASES);
  choosePair(db, PAIR);
  recordVerdicts(
    db,
    CASES.slice(0, 2).flatMap((one) => [
      { imageSha256: imageOf(one), verdict: verdictByHand(PAIR.first, 'mel', [0.5, 'nv']) },
      { imageSha256: imageOf(one), verdict: verdictByHand(PAIR.second, 'nv') },
    ]),
  );
  const [ada = '', grace = ''] = ['Ada', 'Grace'].map((name) => addReviewer(db, { name, role: '' }).id);
  const content = answer('mel', { state: 'reviewed', tags: ['Ödem', 'b'] });
  addRevision(db, {
    caseId: first,
    reviewerId: ada,
    revision: 1,
    seen: true,
    content: answer('nv', { flagged: true }),
  });
  addRevision(db, { caseId: first, reviewerId: ada, revision: 2, seen: true, content });
  addRevision(db, {
    caseId: first,
    reviewerId: grace,
    revision: 1,
    seen: true,
    content: answer('nv', { tags: ['c'] }),
  });
  addRevision(db, {
    caseId: second,
    reviewerId: grace,
    revision: 1,
    seen: true,
    content: answer('nv', { flagged: true }),
  });
}

describe('the listing', () => {
  it('is after all changes what it is when it is made anew', async () => {
    const folder = temporaryFolder();
    const workspace = await openWorkspace(folder, options());
    review(workspace);
    workspace.close();
    const grown = rowsIn(folder);
    expect(grown).toMatchObject([
      {
        image_id: 'a',
        state: 'reviewed',
        flag: 'plain',
        agreement: 'differ',
        first_band: 'below1',
        second_band: 'unchanged',
      },
      { image_id: 'b', state: 'open', flag: 'flagged', screening: 'complete' },
      { image_id: 'c', state: 'open', flag: 'plain', screening: 'missing', fragility: 3, reference: 'mel', age: '40' },
      { image_id: 'd', state: 'open', first_verdict: 'mel', fragility: 0.5 / 255 },
    ]);
    looked(folder, (database) => database.exec("DELETE FROM listing; DELETE FROM derivations WHERE name = 'listing'"));
    (await openWorkspace(folder, options())).close();
    expect(rowsIn(folder)).toEqual(grown);
  });

  it('that an earlier program filled by another statement is filled anew, once, and keeps its indices', async () => {
    const folder = temporaryFolder();
    const workspace = await openWorkspace(folder, options());
    review(workspace);
    workspace.close();
    const rows = rowsIn(folder);
    const indices = () =>
      looked(folder, (database) =>
        database.prepare("SELECT sql FROM sqlite_schema WHERE type = 'index' ORDER BY name").all(),
      );
    const before = indices();
    const otherStatement = `UPDATE derivations SET statement_sha256 = '${'0'.repeat(64)}'; UPDATE listing SET state = 'signed'`;
    looked(folder, (database) => database.exec(otherStatement));
    (await openWorkspace(folder, options())).close();
    expect(rowsIn(folder)).toEqual(rows);
    expect(indices()).toEqual(before);
    looked(folder, (database) => database.exec(`UPDATE listing SET state = 'touched'`));
    (await openWorkspace(folder, options())).close();
    expect(rowsIn(folder)).toMatchObject(CASES.map(() => ({ state: 'touched' })));
  });

  it('has no entry in the log: nothing of it is a record of its own', async () => {
    const folder = temporaryFolder();
    (await openWorkspace(folder, options())).close();
    looked(folder, (database) => database.exec('DELETE FROM derivations'));
    const { db } = await openedWorkspace(folder);
    expect(verifyLog(db)).toMatchObject({ intact: true, head: { seq: FIRST_ENTRIES.length } });
  });

  it('has every case of a workspace that an earlier program made', async () => {
    const folder = temporaryFolder();
    looked(folder, (database) => {
      const image = imageOf({ image: 'a' });
      migrate(database, [workspaceTables], steppingClock());
      database.exec(`
        INSERT INTO workspace VALUES (1, 'id', 'now');
        INSERT INTO images VALUES ('${image}', 1, 'jpeg', 400, 300);
        INSERT INTO cases VALUES ('c1', '${image}', 'l', 'nv', 'histo', 45, 'female', 'back', 'plain');
        INSERT INTO original_names VALUES ('c1', 'IMG_1', 'IMG_1.jpg', 'LESION_1');`);
    });
    const { db } = await openedWorkspace(folder);
    expect(readdirSync(join(folder, 'backups'))).toHaveLength(1);
    expect(casesAt(db, QUERY, 0, 10)).toMatchObject([{ image_id: 'IMG_1', reference: 'nv', state: 'open' }]);
    expect(verifyLog(db)).toMatchObject({ intact: true });
  });
});

const QUERY: ListingQuery = {
  search: '',
  facets: {},
  worklist: null,
  inTags: true,
  order: 'fragility',
  descending: false,
};

describe('the statements that are really run', () => {
  /** What SQLite does for each statement that the work runs. */
  async function plansOf(
    work: (workspace: Workspace, query: ListingQuery, caseId: string) => void,
  ): Promise<string[][]> {
    const folder = temporaryFolder();
    const workspace = await openedWorkspace(folder);
    review(workspace);
    const caseId = casesFound(workspace.db, QUERY)[0]?.caseId ?? '';
    const worklist = addWorklist(workspace.db, 'list', { kind: 'cases', caseIds: [caseId] }).id;
    const spies = [vi.spyOn(workspace.db, 'all'), vi.spyOn(workspace.db, 'first')];
    work(workspace, { ...QUERY, facets: { state: ['open'], sex: ['none', 'male'], firstBand: ['below1'] } }, caseId);
    work(workspace, { ...QUERY, search: 'a', worklist, facets: { age: ['40'] } }, caseId);
    work(workspace, QUERY, caseId);
    const statements = spies.flatMap((spy) => spy.mock.calls.map(([query]) => query.compile()));
    expect(statements.length).toBeGreaterThanOrEqual(3);
    return looked(folder, (database) =>
      statements.map(({ sql, parameters }) =>
        database
          .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
          .all(...parameters)
          .map(({ detail }) => detail),
      ),
    );
  }

  const sorts = (plan: readonly string[]) => plan.some((step) => step.includes('USE TEMP B-TREE'));
  const walks = (plan: readonly string[], index: string) =>
    plan.some((step) => new RegExp(`^(SCAN|SEARCH) listing USING (COVERING )?INDEX ${index}\\b`).test(step));
  /** Every step over the whole table, without an index. */
  const scans = (plan: readonly string[]) =>
    plan.filter((step) => /^SCAN \w+$/.test(step) && !step.includes('json_each'));

  const INDEX = {
    fragility: 'listing_by_fragility',
    firstFragility: 'listing_by_first_fragility',
    secondFragility: 'listing_by_second_fragility',
    name: 'listing_by_name',
    imported: 'listing_by_imported',
  } as const;

  for (const order of LIBRARY_ORDERS) {
    for (const descending of [false, true]) {
      it(`page by index, and sort nothing: by ${order}${descending ? ', descending' : ''}`, async () => {
        const plans = await plansOf(({ db }, query) => {
          casesAt(db, { ...query, order, descending }, 2, 10);
          casesFound(db, { ...query, order, descending });
        });
        for (const plan of plans) {
          expect(walks(plan, INDEX[order]), plan.join('\n')).toBe(true);
          expect(sorts(plan), plan.join('\n')).toBe(false);
          expect(scans(plan)).toEqual([]);
        }
      });

      it(`find neighbours by index: by ${order}${descending ? ', descending' : ''}`, async () => {
        const plans = await plansOf(({ db }, query, caseId) => {
          placeOf(db, { ...query, order, descending }, caseId);
        });
        const ofCase = plans.filter((plan) => !walks(plan, INDEX[order]));
        for (const plan of ofCase) expect(plan[0]).toMatch(/^SEARCH listing USING INDEX sqlite_autoindex_listing_1/);
        expect(ofCase.length).toBeLessThan(plans.length / 2);
        for (const plan of plans) {
          expect(sorts(plan), plan.join('\n')).toBe(false);
          expect(scans(plan)).toEqual([]);
        }
      });
    }
  }

  it.each([
    ['review', 'listing_by_review'],
    ['facts', 'listing_by_facts'],
  ] as const)('count facets on a covering index, and sort nothing: %s', async (group, index) => {
    const plans = await plansOf(({ db }, query) => {
      facetCombinations(db, query, group);
    });
    for (const plan of plans) {
      expect(plan.join('\n')).toMatch(new RegExp(`listing USING COVERING INDEX ${index}\\b`));
      expect(sorts(plan), plan.join('\n')).toBe(false);
    }
  });

  it('count cases on a covering index', async () => {
    const plans = await plansOf(({ db }, query) => {
      countCases(db, query);
    });
    for (const plan of plans) expect(plan.join('\n')).toContain('listing USING COVERING INDEX listing_by_review');
  });
});
