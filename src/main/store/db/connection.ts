import type Database from 'better-sqlite3';
import type { Compilable } from 'kysely';
import { explained, explaining } from './errors.ts';

/**
 * A handle that can only read. It refuses a query that would write, whichever way it was made.
 * All calls are synchronous; errors of disk and database are EpsiloscopeErrors (see `explained`).
 */
export class ReadableDb {
  readonly #connection: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(connection: Database.Database) {
    this.#connection = connection;
  }

  /** Every row of the query. */
  all<Row>(query: Compilable<Row>): Row[] {
    const { sql, parameters } = query.compile();
    return explaining(() => this.#reading(sql).all(...parameters) as Row[]);
  }

  /** The first row of the query, if there is one. */
  first<Row>(query: Compilable<Row>): Row | undefined {
    const { sql, parameters } = query.compile();
    return explaining(() => this.#reading(sql).get(...parameters) as Row | undefined);
  }

  /** Row by row, for tables that need not fit into memory. Nothing can be written until the loop ends. */
  *each<Row>(query: Compilable<Row>): Generator<Row, void> {
    const { sql, parameters } = query.compile();
    try {
      for (const row of this.#reading(sql).iterate(...parameters)) yield row as Row;
    } catch (error) {
      throw explained(error);
    }
  }

  protected prepare(text: string): Database.Statement {
    const known = this.#statements.get(text);
    if (known !== undefined) return known;
    const statement = this.#connection.prepare(text);
    this.#statements.set(text, statement);
    return statement;
  }

  #reading(text: string): Database.Statement {
    const statement = this.prepare(text);
    if (!statement.readonly) throw new Error(`A query that writes outside of a change: ${text}`);
    return statement;
  }
}

/** What `WritableDb.change` hands to its work: reads, and writes that commit or vanish together. */
export class WriteTransaction extends ReadableDb {
  /** Executes an insert, update or delete; the number of rows it touched. */
  run(query: Compilable): number {
    const { sql, parameters } = query.compile();
    return explaining(() => this.prepare(sql).run(...parameters).changes);
  }
}
