import { useTranslation } from 'react-i18next';
import type { ListedCase, ListedVerdict } from '../../../../shared/contract/app/library.ts';
import { formatEpsilon } from '../../../../shared/domain/epsilon.ts';

export interface ModelNames {
  readonly first: string;
  readonly second: string;
}

/** A case in words, as one line to be read aloud. */
export function useCaseWords(): (listed: ListedCase, models: ModelNames) => string {
  const { t } = useTranslation();
  const verdictWords = (model: string, verdict: ListedVerdict | null): string => {
    if (verdict === null) return t('library.card.verdictUnknown', { model });
    const said = t(`diagnosis.${verdict.verdict}`);
    if (verdict.minimalEpsilon === null || verdict.changedTo === null) {
      return t('library.card.verdictUnchanged', { model, verdict: said });
    }
    const changedTo = t(`diagnosis.${verdict.changedTo}`);
    const epsilon = formatEpsilon(verdict.minimalEpsilon);
    return t('library.card.verdictChanged', { model, verdict: said, changedTo, epsilon });
  };
  const modelWords = ({ withheld, first, second, reference }: ListedCase, models: ModelNames): readonly string[] => {
    if (withheld) return [t('library.card.withheld')];
    return [
      ...(reference === null ? [] : [t('library.card.reference', { diagnosis: t(`diagnosis.${reference}`) })]),
      verdictWords(models.first, first),
      verdictWords(models.second, second),
      ...(modelsDiffer(first, second) ? [t('library.card.differ')] : []),
    ];
  };
  return (listed, models) =>
    [
      listed.imageId,
      ...modelWords(listed, models),
      ...(listed.state === 'reviewed' ? [t('library.card.reviewed')] : []),
      ...(listed.flagged ? [t('library.card.flagged')] : []),
    ].join('. ');
}

/** The two models say different things of the clean input. */
export const modelsDiffer = (first: ListedVerdict | null, second: ListedVerdict | null): boolean =>
  first !== null && second !== null && first.verdict !== second.verdict;
