import { useTranslation } from 'react-i18next';
import { isDiagnosis } from '../../../../shared/domain/diagnosis.ts';
import type { Facet } from '../../../../shared/domain/library.ts';
import { texts } from './texts.en.ts';
import { useModelNames } from './useModelNames.ts';

interface FacetWords {
  readonly facetName: (facet: Facet) => string;
  /** Codes in words; the data's own words as they are. */
  readonly valueName: (facet: Facet, value: string) => string;
}

/** Facets and their values in words. */
export function useFacetWords(): FacetWords {
  const { t } = useTranslation();
  const { first, second } = useModelNames();
  const diagnosisName = (value: string): string => (isDiagnosis(value) ? t(`diagnosis.${value}`) : value);
  const decadeName = (value: string): string => {
    if (value === 'none') return t('library.values.age.none');
    return t('library.values.age.decade', { from: value, to: Number(value) + 9 });
  };
  return {
    facetName: (facet) => t(`library.facet.${facet}`, { model: facet.startsWith('first') ? first : second }),
    valueName: (facet, value) => {
      switch (facet) {
        case 'state':
          return knows(texts.values.state, value) ? t(`library.values.state.${value}`) : value;
        case 'flag':
          return knows(texts.values.flag, value) ? t(`library.values.flag.${value}`) : value;
        case 'screening':
          return knows(texts.values.screening, value) ? t(`library.values.screening.${value}`) : value;
        case 'agreement':
          return knows(texts.values.agreement, value) ? t(`library.values.agreement.${value}`) : value;
        case 'firstBand':
        case 'secondBand':
          return knows(texts.values.band, value) ? t(`library.values.band.${value}`) : value;
        case 'firstDirection':
        case 'secondDirection':
          return knows(texts.values.direction, value) ? t(`library.values.direction.${value}`) : value;
        case 'firstVerdict':
        case 'secondVerdict':
          return value === 'none' ? t('library.values.verdict.none') : diagnosisName(value);
        case 'reference':
          return value === 'none' ? t('library.values.diagnosis.none') : diagnosisName(value);
        case 'confirmation':
          return knows(texts.values.confirmation, value) ? t(`library.values.confirmation.${value}`) : value;
        case 'age':
          return decadeName(value);
        case 'sex':
          return knows(texts.values.sex, value) ? t(`library.values.sex.${value}`) : value;
        case 'site':
          return value === 'none' ? t('library.values.site.none') : value;
        case 'dataset':
          return knows(texts.values.dataset, value) ? t(`library.values.dataset.${value}`) : value;
      }
    },
  };
}

const knows = <Key extends string>(words: Readonly<Record<Key, string>>, value: string): value is Key =>
  Object.hasOwn(words, value);
