import { classIndexOf, type ClassIndex } from '../../../shared/domain/diagnosis.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import type { Sha256 } from '../../../shared/kernel/ids.ts';
import { listCases, listOriginalNames, type ReadableDb } from '../../store/index.ts';

/** A case as an audit knows it. */
export interface AuditableCase {
  /** What the audit calls it. */
  readonly imageId: string;
  readonly imageSha256: Sha256;
  /** Null where the labels name no lesion: the image then counts as a lesion of its own. */
  readonly lesionId: string | null;
  readonly label: ClassIndex | null;
  /** What the labels file calls it: patient data. */
  readonly originalId: string;
}

/**
 * All cases of the workspace. Ids are pseudonymous unless asked otherwise: a case is named by its image's hash, a lesion
 * by the first of its images' hashes, so that two workspaces with the same images name them alike.
 *
 * @throws EpsiloscopeError `WORKSPACE_EMPTY`
 */
export function auditableCases(db: ReadableDb, originalIds: boolean): AuditableCase[] {
  const cases = listCases(db);
  if (cases.length === 0) throw empty();
  const names = new Map(listOriginalNames(db).map((name) => [name.caseId, name]));
  const known = cases
    .map((record) => ({ record, name: names.get(record.id) }))
    .sort((a, b) => compare(a.record.imageSha256, b.record.imageSha256) || compare(a.name?.imageId, b.name?.imageId));
  const lesions = new Map<string, string>();
  const used = new Map<string, number>();
  return known.map(({ record, name }) => {
    const short = record.imageSha256.slice(0, 12);
    const twins = (used.get(short) ?? 0) + 1;
    used.set(short, twins);
    const lesion = lesions.get(record.lesionKey) ?? `lesion-${twins > 1 ? `${short}-${twins}` : short}`;
    lesions.set(record.lesionKey, lesion);
    const originalId = name?.imageId ?? '';
    const originalLesion = name?.lesionId ?? null;
    return {
      imageId: originalIds ? originalId : `img-${short}${twins > 1 ? `-${twins}` : ''}`,
      imageSha256: record.imageSha256,
      lesionId: originalIds || originalLesion === null ? originalLesion : lesion,
      label: record.dx === null ? null : classIndexOf(record.dx),
      originalId,
    };
  });
}

const compare = (a: string | undefined, b: string | undefined): number => {
  if (a === b) return 0;
  return (a ?? '') < (b ?? '') ? -1 : 1;
};

const empty = () =>
  badInput('WORKSPACE_EMPTY', {
    happened: 'The workspace holds no images.',
    kept: 'Nothing was changed.',
    toDo: 'Import a folder of images with its labels first: epsiloscope import DIR --labels CSV --workspace DIR',
  });
