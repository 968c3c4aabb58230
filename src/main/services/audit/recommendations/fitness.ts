import { listed } from '../../../../shared/kernel/listed.ts';
import { presentClasses } from '../../../../shared/contract/auditRows.ts';
import { classIndexOf, DIAGNOSIS_NAMES, MALIGNANT } from '../../../../shared/domain/diagnosis.ts';
import { countedClasses, type RecommendationSource } from './source.ts';

/** Above this share of images whose lesion is not known, nobody can say how many lesions the figures rest on. */
const MOST_UNKNOWN_LESIONS = 0.05;

/** Why nothing at all is to be advised from this data; null: nothing speaks against it. */
export function unfitData(source: RecommendationSource): string | null {
  const labelled = source.cases.filter(({ label }) => label !== null);
  if (labelled.length === 0) return 'none of its images is labelled';
  const unknown = labelled.filter(({ lesionId }) => lesionId === null).length;
  const reasons = [
    ...malignantReasons(source),
    ...(unknown > MOST_UNKNOWN_LESIONS * labelled.length
      ? ['it is not known which of its images show the same lesion']
      : []),
  ];
  return reasons.length === 0 ? null : listed(reasons);
}

function malignantReasons(source: RecommendationSource): string[] {
  const present = presentClasses(source.sample).map(({ diagnosis }) => classIndexOf(diagnosis));
  const absent = MALIGNANT.filter((index) => !present.includes(index));
  return absent.length === 0 ? [] : ['it does not have all three malignant diagnoses'];
}

/** Why no model is preferred to another here, although the data would bear other advice; null: nothing does. */
export function noPreference(source: RecommendationSource): string | null {
  if (source.models.length < 2) return 'only one model was audited';
  if (source.budget !== 'full') {
    return `only the ${source.budget} budget was spent, whose attacks may miss what stronger ones find`;
  }
  const counted = countedClasses(source).map(({ diagnosis }) => classIndexOf(diagnosis));
  const few = presentClasses(source.sample)
    .map(({ diagnosis }) => diagnosis)
    .filter((diagnosis) => MALIGNANT.includes(classIndexOf(diagnosis)) && !counted.includes(classIndexOf(diagnosis)));
  if (few.length > 0) {
    return `the sample has too few lesions of ${listed(few.map((one) => DIAGNOSIS_NAMES[one]))}`;
  }
  return null;
}
