import type { Migration } from './migration.ts';

/** Everything that a first audit needs: images, cases, models, runs and the log. */
export const workspaceTables: Migration = {
  version: 1,
  up: `
    CREATE TABLE workspace (
      only INTEGER PRIMARY KEY CHECK (only = 1),
      id TEXT NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT;

    CREATE TABLE images (
      sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
      bytes INTEGER NOT NULL CHECK (bytes > 0),
      format TEXT NOT NULL,
      width INTEGER NOT NULL CHECK (width > 0),
      height INTEGER NOT NULL CHECK (height > 0)
    ) STRICT;

    CREATE TABLE cases (
      id TEXT PRIMARY KEY,
      image_sha256 TEXT NOT NULL REFERENCES images,
      lesion_key TEXT NOT NULL,
      dx TEXT,
      dx_type TEXT,
      age REAL,
      sex TEXT,
      site TEXT,
      dataset TEXT NOT NULL
    ) STRICT;
    CREATE INDEX cases_by_image ON cases (image_sha256);
    CREATE INDEX cases_by_lesion ON cases (lesion_key);

    -- The only place with names that a hospital gave: they are patient data.
    CREATE TABLE original_names (
      case_id TEXT PRIMARY KEY REFERENCES cases,
      image_id TEXT NOT NULL UNIQUE,
      file_name TEXT NOT NULL,
      lesion_id TEXT
    ) STRICT;

    CREATE TABLE models (
      sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
      id TEXT NOT NULL,
      card TEXT NOT NULL CHECK (json_valid(card))
    ) STRICT;

    CREATE TABLE runs (
      id TEXT PRIMARY KEY,
      plan_sha256 TEXT NOT NULL UNIQUE CHECK (length(plan_sha256) = 64),
      plan TEXT NOT NULL CHECK (json_valid(plan)),
      state TEXT NOT NULL CHECK (state IN ('running', 'finished')),
      started_at TEXT NOT NULL,
      finished_at TEXT,
      CHECK ((state = 'finished') = (finished_at IS NOT NULL))
    ) STRICT;

    CREATE TABLE work_units (
      run_id TEXT NOT NULL REFERENCES runs,
      unit_key TEXT NOT NULL,
      finished_at TEXT NOT NULL,
      result TEXT NOT NULL CHECK (json_valid(result)),
      data BLOB,
      PRIMARY KEY (run_id, unit_key)
    ) STRICT;

    CREATE TABLE log (
      seq INTEGER PRIMARY KEY,
      at TEXT NOT NULL,
      act TEXT NOT NULL,
      details TEXT NOT NULL,
      prev_hash TEXT NOT NULL,
      hash TEXT NOT NULL
    ) STRICT;
    CREATE TRIGGER log_is_never_updated BEFORE UPDATE ON log
      BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
    CREATE TRIGGER log_is_never_deleted BEFORE DELETE ON log
      BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
    -- INSERT OR REPLACE deletes without a trigger: an entry may only stand behind the last one.
    CREATE TRIGGER log_only_grows BEFORE INSERT ON log
      WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM log)
      BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
  `,
};
