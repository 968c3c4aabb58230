const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Time left as people say it: no more exact than an estimate is. */
export type TimeLeft =
  | { readonly key: 'unknown' | 'seconds' | 'lessThanAMinute' }
  | { readonly key: 'minutes'; readonly minutes: number }
  | { readonly key: 'hours'; readonly hours: number; readonly minutes: number };

/** @param seconds null: not known yet */
export function timeLeft(seconds: number | null): TimeLeft {
  if (seconds === null) return { key: 'unknown' };
  if (seconds < 10) return { key: 'seconds' };
  if (seconds < MINUTE) return { key: 'lessThanAMinute' };
  // Rounded first, so that no hour has sixty minutes.
  const minutes = Math.round(seconds / MINUTE);
  if (minutes < HOUR / MINUTE) return { key: 'minutes', minutes };
  return { key: 'hours', hours: Math.floor(minutes / 60), minutes: minutes % 60 };
}
