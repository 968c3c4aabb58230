/** The time, passed in by constructor so that the same run can be made twice. */
export interface Clock {
  /** ISO 8601 in UTC with milliseconds, for example `2026-01-31T09:30:00.000Z`. */
  now(): string;
}

export const systemClock: Clock = { now: () => new Date().toISOString() };
