/**
 * What the library shows of each case, finds it by and orders it by: one row per case, derived from cases, names, verdicts
 * of the two models that are compared, and current annotations. Whatever changes one of these refreshes the rows
 * concerned in the same transaction. Nothing here is a record of its own, so none of it stands in the log.
 */
import { type RawBuilder, sql as raw } from 'kysely';
import { DIAGNOSES, isMalignantDiagnosis, type Diagnosis } from '../../../shared/domain/diagnosis.ts';
import type { Facet } from '../../../shared/domain/library.ts';
import { hashOf } from '../audit/chain.ts';
import type { WriteTransaction } from '../db/connection.ts';
import { sql, statement } from '../db/schema.ts';

/** The facets' columns. */
export const FACET_COLUMNS = {
  state: 'state',
  flag: 'flag',
  screening: 'screening',
  agreement: 'agreement',
  firstBand: 'first_band',
  secondBand: 'second_band',
  firstDirection: 'first_direction',
  secondDirection: 'second_direction',
  firstVerdict: 'first_verdict',
  secondVerdict: 'second_verdict',
  reference: 'reference',
  confirmation: 'confirmation',
  age: 'age',
  sex: 'sex',
  site: 'site',
  dataset: 'dataset',
} as const satisfies Record<Facet, string>;

/** Facets that are counted together: those that a review changes, and facts of the data. In the order of the index. */
export const FACET_GROUPS = {
  review: {
    index: 'listing_by_review',
    facets: [
      ...(['state', 'flag', 'screening', 'agreement', 'firstBand', 'secondBand'] as const),
      ...(['firstDirection', 'secondDirection', 'firstVerdict', 'secondVerdict'] as const),
    ],
  },
  facts: { index: 'listing_by_facts', facets: ['reference', 'confirmation', 'age', 'sex', 'site', 'dataset'] },
} as const satisfies Record<string, { readonly index: string; readonly facets: readonly Facet[] }>;

/** Sort keys of what has no smallest epsilon (those lie in [0, 1]): behind all that have one. */
const UNCHANGED_RANK = 2;
const NOT_SEARCHED_RANK = 3;

/** Sides of the pair; each is joined to `verdicts` under its own name. */
type Side = 'first' | 'second';

const quoted = (words: readonly string[]) => raw.join(words.map((word) => raw.lit(word)));
const BENIGN_WORDS: readonly Diagnosis[] = DIAGNOSES.filter((dx) => !isMalignantDiagnosis(dx));
const malignantWords = quoted(DIAGNOSES.filter(isMalignantDiagnosis));
const benignWords = quoted(BENIGN_WORDS);

const column = (side: Side, name: string) => raw.ref(`${side}.${name}`);

/** Literals, not parameters: the same text in each run, so that it is prepared once. */
const number = (value: number) => raw.raw(String(value));

const rank = (side: Side) => raw`CASE
  WHEN ${column(side, 'verdict')} IS NULL THEN ${number(NOT_SEARCHED_RANK)}
  ELSE coalesce(${column(side, 'minimal_epsilon')}, ${number(UNCHANGED_RANK)}) END`;

const band = (side: Side) => raw`CASE
  WHEN ${column(side, 'verdict')} IS NULL THEN 'none'
  WHEN ${column(side, 'minimal_epsilon')} IS NULL THEN 'unchanged'
  WHEN ${column(side, 'minimal_epsilon')} < 1.0 / 255 THEN 'below1'
  WHEN ${column(side, 'minimal_epsilon')} < 4.0 / 255 THEN 'from1'
  ELSE 'from4' END`;

const direction = (side: Side) => raw`CASE
  WHEN ${column(side, 'verdict')} IS NULL THEN 'none'
  WHEN ${column(side, 'changed_to')} IS NULL THEN 'unchanged'
  WHEN ${column(side, 'verdict')} IN (${malignantWords}) AND ${column(side, 'changed_to')} IN (${benignWords})
    THEN 'malignantToBenign'
  WHEN ${column(side, 'verdict')} IN (${benignWords}) AND ${column(side, 'changed_to')} IN (${malignantWords})
    THEN 'benignToMalignant'
  ELSE 'sameGroup' END`;

const saidByAnyone = (what: RawBuilder<unknown>) =>
  raw`EXISTS (SELECT 1 FROM current_annotations WHERE case_id = cases.id AND ${what})`;

const VALUES: Readonly<Record<string, RawBuilder<unknown>>> = {
  seq: raw`cases.rowid`,
  case_id: raw`cases.id`,
  image_sha256: raw`cases.image_sha256`,
  image_id: raw`names.image_id`,
  ids: raw`folded(names.image_id || char(31) || coalesce(names.lesion_id, ''))`,
  tags: raw`folded(coalesce((
    SELECT group_concat(tag.value, char(31)) FROM current_annotations, json_each(content, '$.tags') AS tag
    WHERE case_id = cases.id), ''))`,
  name: raw`folded(names.image_id)`,
  fragility: raw`min(${rank('first')}, ${rank('second')})`,
  first_fragility: rank('first'),
  second_fragility: rank('second'),
  state: raw`iif(${saidByAnyone(raw`state = 'reviewed'`)}, 'reviewed', 'open')`,
  flag: raw`iif(${saidByAnyone(raw`flagged`)}, 'flagged', 'plain')`,
  screening: raw`iif(first.verdict IS NULL OR second.verdict IS NULL, 'missing', 'complete')`,
  agreement: raw`coalesce(iif(first.verdict = second.verdict, 'same', iif(first.verdict <> second.verdict, 'differ', NULL)), 'none')`,
  first_band: band('first'),
  second_band: band('second'),
  first_direction: direction('first'),
  second_direction: direction('second'),
  first_verdict: raw`coalesce(first.verdict, 'none')`,
  second_verdict: raw`coalesce(second.verdict, 'none')`,
  reference: raw`coalesce(cases.dx, 'none')`,
  confirmation: raw`coalesce(cases.dx_type, 'none')`,
  age: raw`coalesce(CAST(CAST(cases.age / 10 AS INTEGER) * 10 AS TEXT), 'none')`,
  sex: raw`coalesce(cases.sex, 'none')`,
  site: raw`coalesce(cases.site, 'none')`,
  dataset: raw`cases.dataset`,
  first_probability: raw`first.probability`,
  first_epsilon: raw`first.minimal_epsilon`,
  first_changed_to: raw`first.changed_to`,
  second_probability: raw`second.probability`,
  second_epsilon: raw`second.minimal_epsilon`,
  second_changed_to: raw`second.changed_to`,
};

const ofPair = (side: Side) => raw`LEFT JOIN verdicts AS ${raw.ref(side)}
  ON ${column(side, 'image_sha256')} = cases.image_sha256
  AND ${column(side, 'model_sha256')} = (SELECT json_extract(value, ${raw.lit(`$.${side}`)}) FROM preferences WHERE key = 'pair')`;

/** The one statement that defines the table, for all cases or those that `where` picks. */
const derive = (where: RawBuilder<unknown>) =>
  statement(raw`
    INSERT OR REPLACE INTO listing (${raw.join(Object.keys(VALUES).map((name) => raw.ref(name)))})
    SELECT ${raw.join(Object.values(VALUES))}
    FROM cases
    JOIN original_names AS names ON names.case_id = cases.id
    ${ofPair('first')}
    ${ofPair('second')}
    ${where}`);

const deriveAll = derive(raw``);

/** By any list that SQLite can hold: JSON travels as one parameter. */
const among = (values: readonly string[]) => raw`(SELECT value FROM json_each(${JSON.stringify(values)}))`;

export const refreshCases = (transaction: WriteTransaction, caseIds: readonly string[]): number =>
  transaction.run(derive(raw`WHERE cases.id IN ${among(caseIds)}`));

/** All cases of these images. */
export const refreshCasesOfImages = (transaction: WriteTransaction, imageSha256: readonly string[]): number =>
  transaction.run(derive(raw`WHERE cases.image_sha256 IN ${among(imageSha256)}`));

/** For a change that touches every case, such as another pair of models. The indices are made anew: several times faster. */
export function refreshAllCases(transaction: WriteTransaction): void {
  const indices = transaction.all(
    statement(raw<{ name: string; definition: string }>`
      SELECT name, sql AS definition FROM sqlite_schema
      WHERE type = 'index' AND tbl_name = 'listing' AND sql IS NOT NULL`),
  );
  for (const { name } of indices) transaction.run(statement(raw`DROP INDEX ${raw.ref(name)}`));
  transaction.run(sql.deleteFrom('listing'));
  transaction.run(deriveAll);
  for (const { definition } of indices) transaction.run(statement(raw.raw(definition)));
}

/**
 * Fills the table where it was not filled by today's statement: in a workspace that has just been migrated, or that an
 * earlier program with another statement wrote.
 */
export function bringListingUpToDate(transaction: WriteTransaction): void {
  const statementSha256 = hashOf(deriveAll.compile().sql);
  const filled = transaction.first(sql.selectFrom('derivations').selectAll().where('name', '=', 'listing'));
  if (filled?.statement_sha256 === statementSha256) return;
  refreshAllCases(transaction);
  transaction.run(sql.replaceInto('derivations').values({ name: 'listing', statement_sha256: statementSha256 }));
}
