/** Which cases are selected: some of them, or all that the query finds but some. */
import type { Selection } from '../../../../shared/contract/app/library.ts';
import type { LibraryQuery } from '../../../../shared/domain/library.ts';

export type Chosen =
  | { readonly kind: 'some'; readonly ids: ReadonlySet<string> }
  | { readonly kind: 'all'; readonly except: ReadonlySet<string> };

export const NOTHING_CHOSEN: Chosen = { kind: 'some', ids: new Set() };
export const ALL_CHOSEN: Chosen = { kind: 'all', except: new Set() };

export const isChosen = (chosen: Chosen, id: string): boolean =>
  chosen.kind === 'some' ? chosen.ids.has(id) : !chosen.except.has(id);

/** @param total how many cases the query finds */
export const chosenCount = (chosen: Chosen, total: number): number =>
  chosen.kind === 'some' ? chosen.ids.size : Math.max(0, total - chosen.except.size);

export function toggled(chosen: Chosen, id: string): Chosen {
  return chosen.kind === 'some'
    ? { kind: 'some', ids: withOrWithout(chosen.ids, id) }
    : { kind: 'all', except: withOrWithout(chosen.except, id) };
}

function withOrWithout(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const after = new Set(ids);
  if (!after.delete(id)) after.add(id);
  return after;
}

/** The selection together with a run of neighbouring cases. */
export function withRun(chosen: Chosen, run: readonly string[]): Chosen {
  if (chosen.kind === 'some') return { kind: 'some', ids: new Set([...chosen.ids, ...run]) };
  const inRun = new Set(run);
  return { kind: 'all', except: new Set([...chosen.except].filter((id) => !inRun.has(id))) };
}

/**
 * The selection as the program takes it.
 *
 * @param listIds asks for the ids of all cases that the query finds; needed where all but some are selected
 */
export async function selectionOf(
  chosen: Chosen,
  query: LibraryQuery,
  listIds: () => Promise<readonly string[]>,
): Promise<Selection> {
  if (chosen.kind === 'some') return { kind: 'cases', ids: [...chosen.ids] };
  if (chosen.except.size === 0) return { kind: 'query', query };
  return { kind: 'cases', ids: (await listIds()).filter((id) => !chosen.except.has(id)) };
}
