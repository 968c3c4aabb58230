/** The library once more, as plain loops over all cases: what the store is compared with. */
import type { ScreenedVerdict } from '../../../../src/shared/contract/app/cases.ts';
import type { Annotation } from '../../../../src/shared/domain/annotation.ts';
import { isMalignantDiagnosis } from '../../../../src/shared/domain/diagnosis.ts';
import { FACETS, type Facet, type LibraryQuery } from '../../../../src/shared/domain/library.ts';
import type { CaseByHand } from '../../../support/reviewLab.ts';

export interface PlainCase extends CaseByHand {
  readonly caseId: string;
  readonly first: ScreenedVerdict | null;
  readonly second: ScreenedVerdict | null;
  /** What each reviewer says now. */
  readonly said: readonly Annotation[];
  readonly worklists: readonly string[];
}

function band(verdict: ScreenedVerdict | null): string {
  if (verdict === null) return 'none';
  if (verdict.minimalEpsilon === null) return 'unchanged';
  if (verdict.minimalEpsilon < 1 / 255) return 'below1';
  return verdict.minimalEpsilon < 4 / 255 ? 'from1' : 'from4';
}

function direction(verdict: ScreenedVerdict | null): string {
  if (verdict === null) return 'none';
  if (verdict.changedTo === null) return 'unchanged';
  const [from, to] = [isMalignantDiagnosis(verdict.verdict), isMalignantDiagnosis(verdict.changedTo)];
  if (from === to) return 'sameGroup';
  return from ? 'malignantToBenign' : 'benignToMalignant';
}

function agreement({ first, second }: PlainCase): string {
  if (first === null || second === null) return 'none';
  return first.verdict === second.verdict ? 'same' : 'differ';
}

export const plainFacets = (one: PlainCase): Record<Facet, string> => ({
  state: one.said.some(({ state }) => state === 'reviewed') ? 'reviewed' : 'open',
  flag: one.said.some(({ flagged }) => flagged) ? 'flagged' : 'plain',
  screening: one.first !== null && one.second !== null ? 'complete' : 'missing',
  agreement: agreement(one),
  firstBand: band(one.first),
  secondBand: band(one.second),
  firstDirection: direction(one.first),
  secondDirection: direction(one.second),
  firstVerdict: one.first?.verdict ?? 'none',
  secondVerdict: one.second?.verdict ?? 'none',
  reference: one.dx ?? 'none',
  confirmation: one.dxType ?? 'none',
  age: one.age === null ? 'none' : String(Math.floor(one.age / 10) * 10),
  sex: one.sex ?? 'none',
  site: one.site ?? 'none',
  dataset: one.dataset,
});

const folded = (text: string) => text.normalize('NFC').toLowerCase();

const isFound = ({ imageId, lesionId, said }: PlainCase, search: string): boolean =>
  [imageId, lesionId ?? '', ...said.flatMap(({ tags }) => tags)].some((text) => folded(text).includes(folded(search)));

const inFacets = (one: PlainCase, facets: LibraryQuery['facets'], but?: Facet): boolean =>
  FACETS.every((facet) => facet === but || (facets[facet]?.includes(plainFacets(one)[facet]) ?? true));

const isInScope = (one: PlainCase, { search, worklist }: LibraryQuery): boolean =>
  isFound(one, search) && (worklist === null || one.worklists.includes(worklist));

/** Behind every epsilon: first those that no attack changed, then those not searched. */
const rank = (verdict: ScreenedVerdict | null): number => (verdict === null ? 3 : (verdict.minimalEpsilon ?? 2));

const compareBytes = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right));

const COMPARISONS: Readonly<Record<LibraryQuery['order'], (left: PlainCase, right: PlainCase) => number>> = {
  fragility: (left, right) =>
    Math.min(rank(left.first), rank(left.second)) - Math.min(rank(right.first), rank(right.second)),
  firstFragility: (left, right) => rank(left.first) - rank(right.first),
  secondFragility: (left, right) => rank(left.second) - rank(right.second),
  name: (left, right) => compareBytes(folded(left.imageId), folded(right.imageId)),
  imported: () => 0,
};

/** @param cases in the order of import: that of equals */
export function plainPage(cases: readonly PlainCase[], query: LibraryQuery): string[] {
  const found = cases.filter((one) => isInScope(one, query) && inFacets(one, query.facets));
  const ordered = found.toSorted(COMPARISONS[query.order]).map(({ caseId }) => caseId);
  return query.descending ? ordered.reverse() : ordered;
}

export const plainCounts = (cases: readonly PlainCase[], query: LibraryQuery): Record<string, Record<string, number>> =>
  Object.fromEntries(
    FACETS.map((facet) => {
      const counts: Record<string, number> = {};
      for (const one of cases) {
        if (!isInScope(one, query) || !inFacets(one, query.facets, facet)) continue;
        const value = plainFacets(one)[facet];
        counts[value] = (counts[value] ?? 0) + 1;
      }
      return [facet, counts];
    }),
  );
