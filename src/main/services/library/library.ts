import type {
  FacetCounts,
  LibraryPage,
  ListedCase,
  ListedVerdict,
  Neighbours,
  Selection,
} from '../../../shared/contract/app/library.ts';
import { FACETS, type LibraryQuery } from '../../../shared/domain/library.ts';
import { sha256, type Sha256 } from '../../../shared/kernel/ids.ts';
import {
  casesAt,
  casesFound,
  casesNamed,
  countCases,
  facetCombinations,
  facetsOf,
  logHead,
  placeOf,
  type FacetCombination,
  type FacetGroup,
  type ListingFilter,
  type ListingRow,
  type ReadableDb,
} from '../../store/index.ts';
import { allowed, isHiddenWhenBlind } from './allowed.ts';
import { chosenOf, countFacets } from './facetCounts.ts';
import { caseUnknown } from './refusals.ts';
import { Remembered } from './remembered.ts';
import { blindCases, type Viewpoint } from './viewpoint.ts';

/** Counts are asked for again with every page and every facet; searches that a person goes back and forth between. */
const COUNTS_KEPT = 50;
const SEARCHES_KEPT = 16;

/** The cases of a workspace as one viewpoint or another may see them. */
export class Library {
  readonly #db: ReadableDb;
  readonly #totals = new Remembered<number>(COUNTS_KEPT);
  readonly #combinations = new Remembered<readonly FacetCombination[]>(SEARCHES_KEPT);

  constructor(workspace: { readonly db: ReadableDb }) {
    this.#db = workspace.db;
  }

  /**
   * @param offset 0, 1, ...
   * @throws EpsiloscopeError `LIBRARY_BLIND`, `WORKLIST_UNKNOWN`
   */
  page(viewpoint: Viewpoint, query: LibraryQuery, offset: number, limit: number): LibraryPage {
    const listed = allowed(this.#db, viewpoint, query);
    const rows = casesAt(this.#db, listed, offset, limit);
    const caseIds = rows.map((row) => row.case_id);
    const withheld = blindCases(this.#db, viewpoint, caseIds);
    return { cases: rows.map((row) => listedCase(row, withheld.has(row.case_id))), total: this.#total(listed) };
  }

  /**
   * Counts under the query's search, worklist and other facets. A blind reading gets none of what it must not see.
   *
   * @throws EpsiloscopeError `LIBRARY_BLIND`, `WORKLIST_UNKNOWN`
   */
  facetCounts(viewpoint: Viewpoint, query: LibraryQuery): FacetCounts {
    const filter = allowed(this.#db, viewpoint, query);
    return { ...this.#countsOf('review', filter, viewpoint), ...this.#countsOf('facts', filter, viewpoint) };
  }

  #countsOf(group: FacetGroup, { search, worklist, inTags, facets }: ListingFilter, { blind }: Viewpoint): FacetCounts {
    const ofGroup = facetsOf(group);
    const others = FACETS.filter((facet) => !ofGroup.includes(facet));
    const filter = { search, worklist, inTags, facets: chosenOf(facets, others) };
    const combinations = this.#combinations.get(this.#version(), JSON.stringify({ group, filter }), () =>
      facetCombinations(this.#db, filter, group),
    );
    const shown = blind ? ofGroup.filter((facet) => !isHiddenWhenBlind(facet)) : ofGroup;
    return countFacets(combinations, facets, shown);
  }

  /**
   * Where the case stands in the query's order. Its neighbours are told also where the query does not find the case (any
   * more): a reader who reviews the open cases goes on from the one just reviewed.
   *
   * @throws EpsiloscopeError `CASE_UNKNOWN`, `LIBRARY_BLIND`, `WORKLIST_UNKNOWN`
   */
  neighbours(viewpoint: Viewpoint, query: LibraryQuery, caseId: string): Neighbours {
    const listed = allowed(this.#db, viewpoint, query);
    const place = placeOf(this.#db, listed, caseId);
    if (place === undefined) throw caseUnknown();
    return { ...place, total: this.#total(listed) };
  }

  /**
   * Ids of the cases: of a query in its order, of chosen cases in the order of import, each once.
   *
   * @throws EpsiloscopeError `CASE_UNKNOWN`, `LIBRARY_BLIND`, `WORKLIST_UNKNOWN`
   */
  casesOf(viewpoint: Viewpoint, selection: Selection): string[] {
    return this.#selected(viewpoint, selection).map(({ caseId }) => caseId);
  }

  /** The images of the cases, each once; else as `casesOf`. */
  imagesOf(viewpoint: Viewpoint, selection: Selection): Sha256[] {
    return [...new Set(this.#selected(viewpoint, selection).map(({ imageSha256 }) => imageSha256))];
  }

  #selected(viewpoint: Viewpoint, selection: Selection) {
    if (selection.kind === 'query') return casesFound(this.#db, allowed(this.#db, viewpoint, selection.query));
    const found = casesNamed(this.#db, selection.ids);
    if (found.length < new Set(selection.ids).size) throw caseUnknown();
    return found;
  }

  #total({ search, worklist, inTags, facets }: ListingFilter): number {
    const filter = { search, worklist, inTags, facets };
    return this.#totals.get(this.#version(), JSON.stringify(filter), () => countCases(this.#db, filter));
  }

  /** Another one after every change: each has its entry in the log. */
  #version(): string {
    return logHead(this.#db).hash;
  }
}

function listedCase(row: ListingRow, withheld: boolean): ListedCase {
  return {
    caseId: row.case_id,
    imageId: row.image_id,
    imageSha256: sha256(row.image_sha256),
    state: row.state,
    flagged: row.flag === 'flagged',
    withheld,
    reference: withheld || row.reference === 'none' ? null : row.reference,
    first: withheld
      ? null
      : listedVerdict(row.first_verdict, row.first_probability, row.first_epsilon, row.first_changed_to),
    second: withheld
      ? null
      : listedVerdict(row.second_verdict, row.second_probability, row.second_epsilon, row.second_changed_to),
  };
}

function listedVerdict(
  verdict: ListingRow['first_verdict'],
  probability: number | null,
  minimalEpsilon: number | null,
  changedTo: ListingRow['first_changed_to'],
): ListedVerdict | null {
  if (verdict === 'none' || probability === null) return null;
  return { verdict, probability, minimalEpsilon, changedTo };
}
