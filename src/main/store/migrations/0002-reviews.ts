import type { Migration } from './migration.ts';

const REVIEW = [
  ...['state', 'flag', 'screening', 'agreement', 'first_band', 'second_band', 'first_direction', 'second_direction'],
  ...['first_verdict', 'second_verdict'],
];
const FACTS = ['reference', 'confirmation', 'age', 'sex', 'site', 'dataset'];

/** What a review needs: reviewers and what they say, verdicts of models, worklists, preferences, and the listing. */
export const reviewTables: Migration = {
  version: 2,
  up: `
    CREATE TABLE reviewers (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL CHECK (name <> ''),
      role TEXT NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT;

    -- Whole snapshots of what one reviewer says of one case: 1, 2, 3, ...; none is ever changed.
    CREATE TABLE annotations (
      case_id TEXT NOT NULL REFERENCES cases,
      reviewer_id TEXT NOT NULL REFERENCES reviewers,
      revision INTEGER NOT NULL CHECK (revision > 0),
      at TEXT NOT NULL,
      -- Whether the reviewer could see verdicts when this was stored.
      seen INTEGER NOT NULL CHECK (seen IN (0, 1)),
      content TEXT NOT NULL CHECK (json_valid(content)),
      answered INTEGER NOT NULL AS (json_extract(content, '$.reading') IS NOT NULL) STORED,
      state TEXT NOT NULL AS (json_extract(content, '$.state')) STORED CHECK (state IN ('open', 'reviewed')),
      flagged INTEGER NOT NULL AS (json_extract(content, '$.flagged')) STORED CHECK (flagged IN (0, 1)),
      PRIMARY KEY (case_id, reviewer_id, revision)
    ) STRICT;
    CREATE TRIGGER annotations_are_never_updated BEFORE UPDATE ON annotations
      BEGIN SELECT RAISE(ABORT, 'annotations are append-only'); END;
    CREATE TRIGGER annotations_are_never_deleted BEFORE DELETE ON annotations
      BEGIN SELECT RAISE(ABORT, 'annotations are append-only'); END;
    -- INSERT OR REPLACE deletes without a trigger: a revision may only stand behind the last one.
    CREATE TRIGGER annotations_only_grow BEFORE INSERT ON annotations
      WHEN NEW.revision IS NOT (
        SELECT coalesce(max(revision), 0) + 1 FROM annotations
        WHERE case_id = NEW.case_id AND reviewer_id = NEW.reviewer_id
      )
      BEGIN SELECT RAISE(ABORT, 'annotations are append-only'); END;

    CREATE VIEW current_annotations AS
      SELECT * FROM annotations AS one
      WHERE revision = (
        SELECT max(revision) FROM annotations
        WHERE case_id = one.case_id AND reviewer_id = one.reviewer_id
      );

    -- What a model says of an image, and the smallest epsilon at which an attack was found to change it.
    CREATE TABLE verdicts (
      image_sha256 TEXT NOT NULL REFERENCES images,
      model_sha256 TEXT NOT NULL CHECK (length(model_sha256) = 64),
      verdict TEXT NOT NULL,
      probability REAL NOT NULL CHECK (probability BETWEEN 0 AND 1),
      probabilities TEXT NOT NULL CHECK (json_valid(probabilities)),
      minimal_epsilon REAL CHECK (minimal_epsilon BETWEEN 0 AND 1),
      changed_to TEXT,
      survives_rounding INTEGER CHECK (survives_rounding IN (0, 1)),
      provenance TEXT NOT NULL CHECK (json_valid(provenance)),
      PRIMARY KEY (image_sha256, model_sha256),
      CHECK ((minimal_epsilon IS NULL) = (changed_to IS NULL)),
      CHECK ((minimal_epsilon IS NULL) = (survives_rounding IS NULL))
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX verdicts_by_model ON verdicts (model_sha256);

    CREATE TABLE worklists (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL CHECK (name <> ''),
      created_at TEXT NOT NULL,
      -- Null: a list of chosen cases.
      query TEXT CHECK (json_valid(query))
    ) STRICT;
    CREATE TABLE worklist_cases (
      worklist_id TEXT NOT NULL REFERENCES worklists ON DELETE CASCADE,
      case_id TEXT NOT NULL REFERENCES cases,
      PRIMARY KEY (worklist_id, case_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE preferences (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL CHECK (json_valid(value))
    ) STRICT, WITHOUT ROWID;

    -- By which statement a derived table was filled: another one fills it anew.
    CREATE TABLE derivations (
      name TEXT PRIMARY KEY,
      statement_sha256 TEXT NOT NULL CHECK (length(statement_sha256) = 64)
    ) STRICT, WITHOUT ROWID;

    -- Derived: what the library shows of each case, finds it by and orders it by (repositories/listing.ts). It repeats
    -- names of original_names: patient data.
    CREATE TABLE listing (
      -- The place in the order of import.
      seq INTEGER PRIMARY KEY,
      case_id TEXT NOT NULL UNIQUE REFERENCES cases,
      image_sha256 TEXT NOT NULL,
      image_id TEXT NOT NULL,
      ids TEXT NOT NULL,
      tags TEXT NOT NULL,
      name TEXT NOT NULL,
      fragility REAL NOT NULL,
      first_fragility REAL NOT NULL,
      second_fragility REAL NOT NULL,
      state TEXT NOT NULL,
      flag TEXT NOT NULL,
      screening TEXT NOT NULL,
      agreement TEXT NOT NULL,
      first_band TEXT NOT NULL,
      second_band TEXT NOT NULL,
      first_direction TEXT NOT NULL,
      second_direction TEXT NOT NULL,
      first_verdict TEXT NOT NULL,
      second_verdict TEXT NOT NULL,
      reference TEXT NOT NULL,
      confirmation TEXT NOT NULL,
      age TEXT NOT NULL,
      sex TEXT NOT NULL,
      site TEXT NOT NULL,
      dataset TEXT NOT NULL,
      first_probability REAL,
      first_epsilon REAL,
      first_changed_to TEXT,
      second_probability REAL,
      second_epsilon REAL,
      second_changed_to TEXT
    ) STRICT;
    CREATE INDEX listing_by_text ON listing (ids, tags);
    CREATE INDEX listing_by_review ON listing (${[...REVIEW, ...FACTS].join(', ')});
    CREATE INDEX listing_by_facts ON listing (${[...FACTS, ...REVIEW].join(', ')});
    ${indexOnFacets('listing_by_imported', 'seq')}
    ${indexOnFacets('listing_by_name', 'name', 'seq')}
    ${indexOnFacets('listing_by_fragility', 'fragility', 'seq')}
    ${indexOnFacets('listing_by_first_fragility', 'first_fragility', 'seq')}
    ${indexOnFacets('listing_by_second_fragility', 'second_fragility', 'seq')}
  `,
};

/** With all facets behind the order: a filtered page is found without a look at the rows that it skips. */
function indexOnFacets(name: string, ...order: readonly string[]): string {
  return `CREATE INDEX ${name} ON listing (${[...order, ...REVIEW, ...FACTS].join(', ')});`;
}
