import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { workspaceTables } from '../../../../src/main/store/migrations/0001-workspace.ts';
import { reviewTables } from '../../../../src/main/store/migrations/0002-reviews.ts';

const IMAGE = 'a'.repeat(64);
const MODEL = 'b'.repeat(64);
const CONTENT = `'{"reading":null,"state":"open","flagged":false}'`;
let database: Database.Database;

const tables = () =>
  database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all() as string[];

const verdict = (changes: Partial<Record<'image' | 'epsilon' | 'to' | 'survives' | 'probability', string>> = {}) => {
  const values = { image: `'${IMAGE}'`, epsilon: '0.01', to: `'mel'`, survives: '1', probability: '0.7', ...changes };
  return `INSERT INTO verdicts VALUES (${values.image}, '${MODEL}', 'nv', ${values.probability}, '[]', ${values.epsilon}, ${values.to}, ${values.survives}, '{}')`;
};

const revision = (number: number, content = CONTENT, verb = 'INSERT') =>
  `${verb} INTO annotations (case_id, reviewer_id, revision, at, seen, content)
    VALUES ('c', 'r', ${number}, 'now', 0, ${content})`;

/** A workspace of the first version, with everything in it. */
beforeEach(() => {
  database = new Database(':memory:');
  database.exec(`
    ${workspaceTables.up}
    INSERT INTO workspace VALUES (1, 'id', 'now');
    INSERT INTO images VALUES ('${IMAGE}', 1, 'jpeg', 40, 30);
    INSERT INTO cases VALUES ('c', '${IMAGE}', 'l', 'nv', 'histo', 45, 'female', 'back', 'plain');
    INSERT INTO original_names VALUES ('c', 'IMG_1', 'IMG_1.jpg', 'LESION_1');
    INSERT INTO models VALUES ('${MODEL}', 'standard', '{}');
    INSERT INTO runs VALUES ('run', '${IMAGE}', '{}', 'running', 'now', null);
    INSERT INTO work_units VALUES ('run', 'unit', 'now', '{}', x'0102');
    INSERT INTO log VALUES (1, 'now', 'act', '{}', '${IMAGE}', '${MODEL}');
  `);
});

describe('migration 2', () => {
  it('adds the tables of a review and leaves every row of the others as it was', () => {
    const before = tables();
    const rowsOf = (names: readonly string[]) => names.map((name) => database.prepare(`SELECT * FROM ${name}`).all());
    const rows = rowsOf(before);
    database.exec(reviewTables.up);
    expect(tables().filter((name) => !before.includes(name))).toEqual([
      ...[
        'annotations',
        'derivations',
        'listing',
        'preferences',
        'reviewers',
        'verdicts',
        'worklist_cases',
        'worklists',
      ],
    ]);
    expect(rowsOf(before)).toEqual(rows);
  });

  describe('refuses', () => {
    beforeEach(() => {
      database.exec(reviewTables.up);
      database.exec(`INSERT INTO reviewers VALUES ('r', 'Ada', '', 'now'); ${revision(1)}; ${revision(2)};`);
    });

    it.each([
      ['a reviewer without a name', `INSERT INTO reviewers VALUES ('s', '', '', 'now')`, /CHECK/],
      ['a changed annotation', `UPDATE annotations SET content = '{}'`, /append-only/],
      ['a deleted annotation', `DELETE FROM annotations`, /append-only/],
      ['a replaced annotation', revision(1, CONTENT, 'INSERT OR REPLACE'), /append-only/],
      ['a revision with a gap before it', revision(4), /append-only/],
      ['an annotation that is no JSON', revision(3, `'{'`), /JSON|CHECK/],
      ['an annotation without a state', revision(3, `'{"reading":null,"flagged":false}'`), /NOT NULL/],
      ['a state that is none', revision(3, `'{"reading":null,"state":"done","flagged":false}'`), /CHECK/],
      ['an annotation of no case', revision(1).replace(`'c'`, `'d'`), /FOREIGN KEY/],
      ['an annotation of nobody', revision(1).replace(`'r'`, `'s'`), /FOREIGN KEY/],
      ['a verdict on no image', verdict({ image: `'${MODEL}'` }), /FOREIGN KEY/],
      ['a probability above 1', verdict({ probability: '1.5' }), /CHECK/],
      ['an epsilon above 1', verdict({ epsilon: '4.0' }), /CHECK/],
      ['a change without the verdict that it led to', verdict({ to: 'null' }), /CHECK/],
      ['a change of which rounding was not tried', verdict({ survives: 'null' }), /CHECK/],
      ['a rounding of no change', verdict({ epsilon: 'null', to: 'null' }), /CHECK/],
      ['a worklist without a name', `INSERT INTO worklists VALUES ('w', '', 'now', null)`, /CHECK/],
      ['a worklist of unknown cases', `INSERT INTO worklist_cases VALUES ('w', 'c')`, /FOREIGN KEY/],
      ['a preference that is no JSON', `INSERT INTO preferences VALUES ('pair', '{')`, /CHECK/],
    ])('%s', (_, statement, reason) => {
      expect(() => database.exec(statement)).toThrow(reason);
    });

    it('no verdict that is whole', () => {
      database.exec(verdict());
      database.exec(verdict({ epsilon: 'null', to: 'null', survives: 'null' }).replace(MODEL, 'c'.repeat(64)));
      expect(database.prepare('SELECT count(*) FROM verdicts').pluck().get()).toBe(2);
    });
  });

  it('reads state, flag and answer out of what was said, and shows the last revision as the current one', () => {
    database.exec(reviewTables.up);
    database.exec(`INSERT INTO reviewers VALUES ('r', 'Ada', '', 'now'); ${revision(1)};`);
    database.exec(revision(2, `'{"reading":{"kind":"diagnosis","dx":"nv"},"state":"reviewed","flagged":true}'`));
    expect(
      database.prepare('SELECT revision, answered, state, flagged FROM annotations ORDER BY revision').raw().all(),
    ).toEqual([
      [1, 0, 'open', 0],
      [2, 1, 'reviewed', 1],
    ]);
    expect(database.prepare('SELECT revision FROM current_annotations').pluck().all()).toEqual([2]);
  });
});
