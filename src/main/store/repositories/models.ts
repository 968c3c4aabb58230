import { modelCardSchema, type ModelCard } from '../../../shared/contract/modelCard.ts';
import { sha256, type Sha256 } from '../../../shared/kernel/ids.ts';
import { canonicalJson } from '../audit/chain.ts';
import type { ReadableDb } from '../db/connection.ts';
import { sql } from '../db/schema.ts';
import type { WritableDb } from '../db/writableDb.ts';

/** A model that this workspace has audited. */
export interface ModelRecord {
  /** Of its `card.json`, which names the hash of every other file of the package. */
  readonly sha256: Sha256;
  readonly id: string;
  readonly card: ModelCard;
}

/** Adds the model; one with the same card is known already, and nothing happens. */
export function registerModel(db: WritableDb, model: ModelRecord): void {
  const known = db.first(sql.selectFrom('models').select('id').where('sha256', '=', model.sha256));
  if (known !== undefined) return;
  const entry = { act: 'model.registered', details: { modelId: model.id, sha256: model.sha256 } } as const;
  db.change(entry, (transaction) =>
    transaction.run(sql.insertInto('models').values({ ...model, card: canonicalJson(model.card) })),
  );
}

/** All models in the order in which they were registered. */
export const listModels = (db: ReadableDb): ModelRecord[] =>
  db.all(sql.selectFrom('models').selectAll().orderBy(sql.dynamic.ref('rowid'))).map((row) => ({
    sha256: sha256(row.sha256),
    id: row.id,
    card: modelCardSchema.parse(JSON.parse(row.card)),
  }));
