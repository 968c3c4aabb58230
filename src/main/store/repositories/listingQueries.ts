/** Reads the listing: which cases a query finds, in its order. Every statement names the index that it walks. */
import { type RawBuilder, sql as raw } from 'kysely';
import type { Facet, LibraryOrder, LibraryQuery } from '../../../shared/domain/library.ts';
import { sha256, type Sha256 } from '../../../shared/kernel/ids.ts';
import type { ReadableDb } from '../db/connection.ts';
import { folded } from '../db/folded.ts';
import { statement, type Schema } from '../db/schema.ts';
import { FACET_COLUMNS, FACET_GROUPS } from './listing.ts';

/** A row of the library, by the names of the table. */
export type ListingRow = Schema['listing'];

/** Which cases. `inTags`: whether tags are searched too, or ids alone. */
export type ListingFilter = Pick<LibraryQuery, 'search' | 'facets' | 'worklist'> & { readonly inTags: boolean };

/** Which cases, in which order. */
export type ListingQuery = ListingFilter & Pick<LibraryQuery, 'order' | 'descending'>;

export type FacetGroup = keyof typeof FACET_GROUPS;

/** The facets of each group. */
export const facetsOf = (group: FacetGroup): readonly Facet[] => FACET_GROUPS[group].facets;

/** A combination of values of a group's facets that occurs, with its number of cases. */
export type FacetCombination = Readonly<Partial<Record<Facet, string>>> & { readonly cases: number };

/** The place of a case in a query's order. */
export interface ListingPlace {
  /** 1, 2, 3, ...; null where the query does not find the case. */
  readonly position: number | null;
  /** Case ids; null at an end. */
  readonly previous: string | null;
  readonly next: string | null;
}

const ORDERS: Readonly<Record<LibraryOrder, { readonly index: string; readonly columns: readonly string[] }>> = {
  fragility: { index: 'listing_by_fragility', columns: ['fragility', 'seq'] },
  firstFragility: { index: 'listing_by_first_fragility', columns: ['first_fragility', 'seq'] },
  secondFragility: { index: 'listing_by_second_fragility', columns: ['second_fragility', 'seq'] },
  name: { index: 'listing_by_name', columns: ['name', 'seq'] },
  imported: { index: 'listing_by_imported', columns: ['seq'] },
};

const facetNames = Object.keys(FACET_COLUMNS) as Facet[];
const columnOf = (facet: Facet) => raw.ref(FACET_COLUMNS[facet]);

const listingBy = (index: string) => raw`listing INDEXED BY ${raw.ref(index)}`;
const keyOf = (order: LibraryOrder) => raw.join(ORDERS[order].columns.map((column) => raw.ref(column)));

function orderBy(order: LibraryOrder, descending: boolean): RawBuilder<unknown> {
  const direction = raw.raw(descending ? 'DESC' : 'ASC');
  return raw.join(ORDERS[order].columns.map((column) => raw`${raw.ref(column)} ${direction}`));
}

/** As one JSON parameter: the statement's text, and so its preparation, is the same for any number of values. */
const among = (values: readonly (string | number)[]) => raw`(SELECT value FROM json_each(${JSON.stringify(values)}))`;

function matches({ search, facets, worklist, inTags }: ListingFilter): RawBuilder<unknown> {
  const text = folded(search);
  const parts = facetNames.flatMap((facet) => {
    const values = facets[facet];
    return values === undefined ? [] : [raw`${columnOf(facet)} IN ${among(values)}`];
  });
  if (text !== '') parts.push(raw`seq IN (${found(text, inTags)})`);
  if (worklist !== null) parts.push(raw`seq IN (${chosen(worklist)})`);
  return parts.length === 0 ? raw`TRUE` : raw.join(parts, raw` AND `);
}

/** `instr`, not LIKE: nothing in a search text stands for anything but itself. */
const found = (text: string, inTags: boolean) =>
  raw`SELECT seq FROM ${listingBy('listing_by_text')}
    WHERE instr(ids, ${text}) ${inTags ? raw`OR instr(tags, ${text})` : raw``}`;

const chosen = (worklist: string) =>
  raw`SELECT listing.seq FROM worklist_cases JOIN listing USING (case_id) WHERE worklist_id = ${worklist}`;

/** How many cases the filter finds. */
export function countCases(db: ReadableDb, filter: ListingFilter): number {
  const counted = db.first(
    statement(raw<{ cases: number }>`
      SELECT count(*) AS cases FROM ${listingBy('listing_by_review')} WHERE ${matches(filter)}`),
  );
  return counted?.cases ?? 0;
}

/**
 * The rows from `offset` (0, 1, ...) on, at most `limit` of them, in the query's order. The index holds all that the query
 * asks for: rows that the offset skips are never looked up.
 */
export const casesAt = (db: ReadableDb, query: ListingQuery, offset: number, limit: number): ListingRow[] =>
  db.all(
    statement(raw<ListingRow>`
      SELECT * FROM ${listingBy(ORDERS[query.order].index)} WHERE ${matches(query)}
      ORDER BY ${orderBy(query.order, query.descending)} LIMIT ${limit} OFFSET ${offset}`),
  );

/**
 * Every combination of values of the group's facets among the cases that match the filter. In groups, since all facets
 * together have nearly as many combinations as there are cases.
 */
export function facetCombinations(db: ReadableDb, filter: ListingFilter, group: FacetGroup): FacetCombination[] {
  const { index, facets } = FACET_GROUPS[group];
  const named = facets.map((facet) => raw`${columnOf(facet)} AS ${raw.ref(facet)}`);
  return db.all(
    statement(raw<FacetCombination>`
      SELECT ${raw.join(named)}, count(*) AS cases FROM ${listingBy(index)}
      WHERE ${matches(filter)} GROUP BY ${raw.join(facets.map(columnOf))}`),
  );
}

/** Where a case stands in the query's order, also where the query does not find it; undefined: no such case. */
export function placeOf(db: ReadableDb, query: ListingQuery, caseId: string): ListingPlace | undefined {
  const row = db.first(
    statement(raw<{ seq: number; found: 0 | 1; [column: string]: number | string }>`
      SELECT *, ${matches(query)} AS found FROM listing WHERE case_id = ${caseId}`),
  );
  if (row === undefined) return undefined;
  const key = raw.join(ORDERS[query.order].columns.map((column) => row[column]));
  return {
    position: row.found === 1 ? countBefore(db, query, key) + 1 : null,
    previous: neighbour(db, query, key, 'before'),
    next: neighbour(db, query, key, 'after'),
  };
}

type Side = 'before' | 'after';

function neighbour(db: ReadableDb, query: ListingQuery, key: RawBuilder<unknown>, side: Side): string | null {
  const found = db.first(
    statement(raw<{ case_id: string }>`
      SELECT case_id FROM ${listingBy(ORDERS[query.order].index)}
      WHERE ${onSide(side, query, key)} AND ${matches(query)}
      ORDER BY ${orderBy(query.order, (side === 'before') !== query.descending)} LIMIT 1`),
  );
  return found?.case_id ?? null;
}

const onSide = (side: Side, { order, descending }: ListingQuery, key: RawBuilder<unknown>) =>
  raw`(${keyOf(order)}) ${raw.raw((side === 'before') === descending ? '>' : '<')} (${key})`;

function countBefore(db: ReadableDb, query: ListingQuery, key: RawBuilder<unknown>): number {
  const counted = db.first(
    statement(raw<{ cases: number }>`
      SELECT count(*) AS cases FROM ${listingBy(ORDERS[query.order].index)}
      WHERE ${onSide('before', query, key)} AND ${matches(query)}`),
  );
  return counted?.cases ?? 0;
}

/** A case and the image that it is of. */
export interface CaseOfImage {
  readonly caseId: string;
  readonly imageSha256: Sha256;
}

/** All that the query finds, in its order. */
export const casesFound = (db: ReadableDb, query: ListingQuery): CaseOfImage[] =>
  db
    .all(
      statement(raw<{ case_id: string; image_sha256: string }>`
        SELECT case_id, image_sha256 FROM ${listingBy(ORDERS[query.order].index)}
        WHERE ${matches(query)} ORDER BY ${orderBy(query.order, query.descending)}`),
    )
    .map(caseOfImage);

/** Those of the cases that there are, in the order of import. */
export const casesNamed = (db: ReadableDb, caseIds: readonly string[]): CaseOfImage[] =>
  db
    .all(
      statement(raw<{ case_id: string; image_sha256: string }>`
        SELECT case_id, image_sha256 FROM listing WHERE case_id IN ${among(caseIds)} ORDER BY seq`),
    )
    .map(caseOfImage);

const caseOfImage = (row: { case_id: string; image_sha256: string }): CaseOfImage => ({
  caseId: row.case_id,
  imageSha256: sha256(row.image_sha256),
});
