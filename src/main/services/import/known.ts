import type { Sha256 } from '../../../shared/kernel/ids.ts';
import { listCases, listImages, listOriginalNames, type CaseRecord, type ReadableDb } from '../../store/index.ts';
import type { Facts } from './dialects.ts';
import { printable } from './refusal.ts';
import type { LabelledImage } from './labels.ts';

/** A value that the CSV gives to an image which is known with another one. The stored one stays. */
export interface ChangedFact {
  readonly row: number;
  readonly imageId: string;
  readonly field: keyof Facts;
  readonly stored: string;
  readonly offered: string;
}

export interface KnownCase extends Facts {
  readonly imageSha256: Sha256;
}

/** What the workspace holds already, by the names that the person uses. */
export interface Known {
  readonly images: ReadonlySet<Sha256>;
  readonly cases: ReadonlyMap<string, KnownCase>;
  readonly lesionKeys: ReadonlyMap<string, string>;
}

export function knownIn(db: ReadableDb): Known {
  const byId = new Map<string, CaseRecord>(listCases(db).map((record) => [record.id, record]));
  const cases = new Map<string, KnownCase>();
  const lesionKeys = new Map<string, string>();
  for (const { caseId, imageId, lesionId } of listOriginalNames(db)) {
    const record = byId.get(caseId);
    if (record === undefined) throw new Error('A name without its case.');
    cases.set(imageId, { ...record, lesionId });
    if (lesionId !== null) lesionKeys.set(lesionId, record.lesionKey);
  }
  return { images: new Set(listImages(db).map(({ sha256 }) => sha256)), cases, lesionKeys };
}

const FIELDS: readonly (keyof Facts)[] = ['dx', 'lesionId', 'dxType', 'age', 'sex', 'site'];

/** What the CSV says differently of a known image. What it does not say is no difference. */
export function changedFacts({ row, imageId, facts }: LabelledImage, stored: KnownCase): ChangedFact[] {
  const changed = FIELDS.filter((field) => facts[field] !== null && facts[field] !== stored[field]);
  return changed.map((field) => ({
    row,
    imageId: printable(imageId),
    field,
    stored: printable(String(stored[field] ?? 'not known')),
    offered: printable(String(facts[field])),
  }));
}
