import { sql as raw } from 'kysely';
import type { Provenance, ScreenedVerdict } from '../../../shared/contract/app/cases.ts';
import { classIndexOf } from '../../../shared/domain/diagnosis.ts';
import { sha256, type Sha256 } from '../../../shared/kernel/ids.ts';
import { canonicalJson, hashOf } from '../audit/chain.ts';
import type { ReadableDb } from '../db/connection.ts';
import { sql, statement } from '../db/schema.ts';
import type { WritableDb } from '../db/writableDb.ts';
import { refreshCasesOfImages } from './listing.ts';

/** What a model says of a stored image. */
export interface VerdictOfImage {
  readonly imageSha256: Sha256;
  readonly verdict: ScreenedVerdict;
}

/**
 * Stores verdicts in one change; each takes the place of an older one of the same model and image. When this returns, they
 * survive a kill and a loss of power, and the library shows them. Every image must be in the workspace.
 */
export function recordVerdicts(db: WritableDb, verdicts: readonly VerdictOfImage[]): void {
  if (verdicts.length === 0) return;
  const models = [...new Set(verdicts.map(({ verdict }) => verdict.modelSha256))].sort();
  const details = { verdicts: verdicts.length, models, verdictsSha256: hashOf(canonicalJson(verdicts)) };
  db.change({ act: 'verdicts.recorded', details }, (transaction) => {
    for (const each of verdicts) transaction.run(sql.replaceInto('verdicts').values(verdictRow(each)));
    refreshCasesOfImages(transaction, [...new Set(verdicts.map(({ imageSha256 }) => imageSha256))]);
  });
}

function verdictRow({ imageSha256, verdict }: VerdictOfImage) {
  const probability = verdict.probabilities[classIndexOf(verdict.verdict)];
  if (probability === undefined) throw new Error('A verdict without the probability of its class.');
  return {
    image_sha256: imageSha256,
    model_sha256: verdict.modelSha256,
    verdict: verdict.verdict,
    probability,
    probabilities: canonicalJson(verdict.probabilities),
    minimal_epsilon: verdict.minimalEpsilon,
    changed_to: verdict.changedTo,
    survives_rounding: asBit(verdict.survivesRounding),
    provenance: canonicalJson(verdict.provenance),
  } as const;
}

function asBit(fact: boolean | null): 0 | 1 | null {
  if (fact === null) return null;
  return fact ? 1 : 0;
}

/** Those of `images` of which the model's verdict is not stored yet: each once, in the order given. */
export function unscreened(db: ReadableDb, modelSha256: Sha256, images: readonly Sha256[]): Sha256[] {
  const screened = db.all(
    statement(raw<{ image_sha256: string }>`
      SELECT image_sha256 FROM verdicts
      WHERE model_sha256 = ${modelSha256} AND image_sha256 IN (SELECT value FROM json_each(${JSON.stringify(images)}))`),
  );
  const known = new Set(screened.map((row) => row.image_sha256));
  return [...new Set(images)].filter((image) => !known.has(image));
}

/** How many images of the workspace each model has screened; a model that screened none is not named. */
export const screenedCounts = (db: ReadableDb): { readonly modelSha256: Sha256; readonly screened: number }[] =>
  db
    .all(
      sql
        .selectFrom('verdicts')
        .select((select) => ['model_sha256', select.fn.countAll<number>().as('screened')])
        .groupBy('model_sha256')
        .orderBy('model_sha256'),
    )
    .map((row) => ({ modelSha256: sha256(row.model_sha256), screened: row.screened }));

/** Of every model that screened this image, by the hash of its card. */
export const verdictsOf = (db: ReadableDb, imageSha256: Sha256): ScreenedVerdict[] =>
  db
    .all(sql.selectFrom('verdicts').selectAll().where('image_sha256', '=', imageSha256).orderBy('model_sha256'))
    .map((row) => ({
      modelSha256: sha256(row.model_sha256),
      verdict: row.verdict,
      probabilities: JSON.parse(row.probabilities) as number[],
      minimalEpsilon: row.minimal_epsilon,
      changedTo: row.changed_to,
      survivesRounding: row.survives_rounding === null ? null : row.survives_rounding === 1,
      provenance: JSON.parse(row.provenance) as Provenance,
    }));
