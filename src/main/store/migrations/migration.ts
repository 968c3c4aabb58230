/** One step of the database's form. Released migrations are never edited: a correction is a new one. */
export interface Migration {
  /** 1, 2, 3, ...; the `user_version` that the step leaves. */
  readonly version: number;
  /** SQL statements; they run in one transaction. */
  readonly up: string;
}
