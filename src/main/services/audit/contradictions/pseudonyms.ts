import type { AuditCase } from '../../../../shared/contract/audit.ts';

/** An image by its hash (and a number, where files are alike to the byte); a lesion by the first image of it in the set. */
const IMAGE = /^img-([0-9a-f]{12})(-\d+)?$/;
const LESION = /^lesion-([0-9a-f]{12})(-\d+)?$/;

/**
 * Whether cases that are named by their hashes, as `auditableCases` names them, are named by another's. Nothing is said
 * of those that are named as the labels file names them.
 */
export function arePseudonymsWrong(cases: readonly AuditCase[], isWholeSet: boolean): boolean {
  const isPseudonym = ({ imageId, imageSha256 }: AuditCase) => IMAGE.exec(imageId)?.[1] === imageSha256.slice(0, 12);
  if (!cases.some(isPseudonym)) return false;
  const known = new Map(cases.map(({ imageId, lesionId }) => [imageId, lesionId]));
  return !cases.every((one) => {
    const { lesionId, imageSha256 } = one;
    if (lesionId === null) return isPseudonym(one);
    const first = LESION.exec(lesionId)?.[1];
    if (first === undefined || first > imageSha256) return false;
    const owner = known.get(lesionId.replace('lesion', 'img'));
    return isPseudonym(one) && (owner === undefined ? !isWholeSet : owner === lesionId);
  });
}
