/** One case as a viewpoint may see it. */
import type { CaseView, Frame, ScreenedVerdict, Unblinded } from '../../../shared/contract/app/cases.ts';
import {
  casesOfLesion,
  findCase,
  verdictsOf,
  type KnownCase,
  type ReadableDb,
  type Workspace,
} from '../../store/index.ts';
import { currentAnnotation, othersAnswers } from '../annotations/index.ts';
import { caseUnknown, isBlindTo, type Viewpoint } from '../library/index.ts';

export { isBlindTo } from '../library/index.ts';

/** The middle square; of an odd remainder the smaller half lies left and above, as where model inputs are cut. */
export function frameOf({ width, height }: { readonly width: number; readonly height: number }): Frame {
  const side = Math.min(width, height);
  return { x: Math.floor((width - side) / 2), y: Math.floor((height - side) / 2), side };
}

/**
 * Everything that is known of a case. While the reading is blind and not answered, nothing of what models, reference and
 * others say is in it.
 *
 * @throws EpsiloscopeError `CASE_UNKNOWN`
 */
export function openCase({ db }: Pick<Workspace, 'db'>, viewpoint: Viewpoint, caseId: string): CaseView {
  const found = findCase(db, caseId);
  if (found === undefined) throw caseUnknown();
  const { record, name, image } = found;
  return {
    caseId,
    imageId: name.imageId,
    fileName: name.fileName,
    lesionId: name.lesionId,
    image: { sha256: image.sha256, width: image.width, height: image.height, format: image.format },
    frame: frameOf(image),
    age: record.age,
    sex: record.sex,
    site: record.site,
    dataset: record.dataset,
    siblings: casesOfLesion(db, record.lesionKey).filter((sibling) => sibling.caseId !== caseId),
    annotation: currentAnnotation(db, viewpoint.reviewerId, caseId),
    unblinded: isBlindTo(db, viewpoint, caseId) ? null : unblinded(db, viewpoint, found),
  };
}

const unblinded = (db: ReadableDb, viewpoint: Viewpoint, { record }: KnownCase): Unblinded => ({
  reference: record.dx,
  confirmation: record.dxType,
  verdicts: pairFirst(verdictsOf(db, record.imageSha256), viewpoint),
  others: othersAnswers(db, viewpoint.reviewerId, record.id),
});

function pairFirst(verdicts: readonly ScreenedVerdict[], { pair }: Viewpoint): ScreenedVerdict[] {
  const rank = ({ modelSha256 }: ScreenedVerdict) => {
    if (modelSha256 === pair?.first) return 0;
    return modelSha256 === pair?.second ? 1 : 2;
  };
  return verdicts.toSorted((left, right) => rank(left) - rank(right));
}
