/** The cases of a workspace, filtered, ordered and paged by the store. */
import { type } from '@orpc/contract';
import { z } from 'zod';
import type { ReviewState } from '../../domain/annotation.ts';
import type { Diagnosis } from '../../domain/diagnosis.ts';
import { FACETS, LIBRARY_ORDERS, type Facet, type LibraryQuery } from '../../domain/library.ts';
import type { Sha256 } from '../../kernel/ids.ts';
import { question } from './question.ts';

export const librarySearchSchema = z.string().max(200);

export const libraryQuerySchema = z.strictObject({
  search: librarySearchSchema,
  facets: z.partialRecord(z.enum(FACETS), z.array(z.string().max(200)).max(500).readonly()).readonly(),
  order: z.enum(LIBRARY_ORDERS),
  descending: z.boolean(),
  worklist: z.uuid().nullable(),
}) satisfies z.ZodType<LibraryQuery>;

export const PAGE_LIMIT = 500;

/** What a model says of a case, as the library shows it. */
export interface ListedVerdict {
  readonly verdict: Diagnosis;
  /** Softmax of the clean input's logits at the verdict. */
  readonly probability: number;
  /** In [0, 1]; null: no change found up to 16/255. */
  readonly minimalEpsilon: number | null;
  /** The verdict at that epsilon. */
  readonly changedTo: Diagnosis | null;
}

export interface ListedCase {
  readonly caseId: string;
  /** What the hospital or data set calls it. Patient data: shown, never logged. */
  readonly imageId: string;
  readonly imageSha256: Sha256;
  readonly state: ReviewState;
  readonly flagged: boolean;
  /** True: reference and verdicts are withheld, since the reading is blind and not answered. */
  readonly withheld: boolean;
  readonly reference: Diagnosis | null;
  /** Null: not searched yet, or withheld. */
  readonly first: ListedVerdict | null;
  readonly second: ListedVerdict | null;
}

export interface LibraryPage {
  readonly cases: readonly ListedCase[];
  /** Matches of the query in all. */
  readonly total: number;
}

/** How many cases have each value, under the search and all *other* facets of the query. */
export type FacetCounts = Readonly<Partial<Record<Facet, Readonly<Record<string, number>>>>>;

export interface Neighbours {
  /** 1, 2, 3, ...; null where the case does not match the query. */
  readonly position: number | null;
  readonly total: number;
  readonly previous: string | null;
  readonly next: string | null;
}

/** Either these cases or all that a query finds. */
export const selectionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('cases'), ids: z.array(z.uuid()).min(1).max(100_000) }),
  z.strictObject({ kind: z.literal('query'), query: libraryQuerySchema }),
]);
export type Selection = z.infer<typeof selectionSchema>;

/** A saved query, or a list of chosen cases. */
export type Worklist = { readonly id: string; readonly name: string } & (
  { readonly kind: 'query'; readonly query: LibraryQuery } | { readonly kind: 'cases'; readonly cases: number }
);

const worklistName = z.string().trim().min(1).max(80);

export const libraryContract = {
  page: question
    .input(
      z.strictObject({
        query: libraryQuerySchema,
        offset: z.int().min(0).max(10_000_000),
        limit: z.int().min(1).max(PAGE_LIMIT),
      }),
    )
    .output(type<LibraryPage>()),
  facets: question.input(z.strictObject({ query: libraryQuerySchema })).output(type<FacetCounts>()),
  neighbours: question
    .input(z.strictObject({ query: libraryQuerySchema, caseId: z.uuid() }))
    .output(type<Neighbours>()),
  worklists: question.output(type<readonly Worklist[]>()),
  /** A worklist of chosen cases from a selection of cases, a saved query from a selection by query. */
  saveWorklist: question
    .input(z.strictObject({ name: worklistName, selection: selectionSchema }))
    .output(type<Worklist>()),
  renameWorklist: question.input(z.strictObject({ id: z.uuid(), name: worklistName })).output(type<Worklist>()),
  removeWorklist: question.input(z.strictObject({ id: z.uuid() })).output(type<null>()),
};
