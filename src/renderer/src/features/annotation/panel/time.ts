/** How long ago something was, as people say it: no more exact than they ask. */
export type Ago =
  | { readonly key: 'now' }
  | { readonly key: 'seconds' | 'minutes'; readonly count: number }
  /** Longer ago than an hour: the date says more. */
  | { readonly key: 'at'; readonly at: Date };

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** @param at ISO 8601 */
export function ago(at: string, now: number): Ago {
  const date = new Date(at);
  const elapsed = now - date.getTime();
  // A clock that was set back tells of the future.
  if (elapsed < 2 * SECOND) return elapsed < -MINUTE ? { key: 'at', at: date } : { key: 'now' };
  if (elapsed < MINUTE) return { key: 'seconds', count: Math.floor(elapsed / SECOND) };
  if (elapsed < HOUR) return { key: 'minutes', count: Math.floor(elapsed / MINUTE) };
  return { key: 'at', at: date };
}
