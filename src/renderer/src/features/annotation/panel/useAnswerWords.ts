import { useTranslation } from 'react-i18next';
import type { Annotation, Reading } from '../../../../../shared/domain/annotation.ts';
import { useModels } from '../../../api/queries.ts';
import type { Change } from '../answer/changes.ts';

export interface AnswerWords {
  readonly reading: (reading: Reading | null) => string;
  readonly change: (change: Change) => string;
  /** All that an answer says but its comment, a phrase each. */
  readonly answer: (answer: Annotation) => readonly string[];
}

/** Digits of a model's hash that tell it from others when its name is not known. */
const SHORT_HASH = 8;

/** What answers say, and how they change, in words. */
export function useAnswerWords(): AnswerWords {
  const { t } = useTranslation();
  const { data: models = [] } = useModels();
  const modelName = (sha256: string): string => {
    const model = models.find((each) => each.status === 'verified' && each.sha256 === sha256);
    return model?.status === 'verified' ? model.card.id : sha256.slice(0, SHORT_HASH);
  };
  const reading = (said: Reading | null): string =>
    said === null ? t('annotation.said.noReading') : said.kind === 'other' ? said.text : t(`diagnosis.${said.dx}`);
  const change = (changed: Change): string => {
    switch (changed.kind) {
      case 'reading':
        return changed.to === null
          ? t('annotation.said.readingRemoved')
          : t('annotation.said.reading', { reading: reading(changed.to) });
      case 'confidence':
        return changed.to === null
          ? t('annotation.said.confidenceRemoved')
          : t('annotation.said.confidence', { confidence: t(`annotation.confidence.${changed.to}`) });
      case 'opinion':
        return t(`annotation.said.opinion.${changed.to ?? 'none'}`, { model: modelName(changed.modelSha256) });
      case 'comment':
        return t(`annotation.said.comment.${changed.to}`);
      case 'tagged':
      case 'untagged':
        return t(`annotation.said.${changed.kind}`, { count: changed.tags.length, tags: changed.tags.join(', ') });
      case 'flag':
        return t(changed.to ? 'annotation.said.flagged' : 'annotation.said.unflagged');
      case 'marksAdded':
      case 'marksChanged':
      case 'marksRemoved':
        return t(`annotation.said.${changed.kind}`, { count: changed.count });
      case 'state':
        return t(`annotation.said.state.${changed.to}`);
    }
  };
  const answer = ({ reading: said, confidence, opinions, tags, flagged, shapes, state }: Annotation) => [
    reading(said),
    ...(confidence === null ? [] : [t(`annotation.confidence.${confidence}`)]),
    ...Object.entries(opinions).map(([model, opinion]) =>
      t(`annotation.said.opinion.${opinion}`, { model: modelName(model) }),
    ),
    ...(tags.length === 0 ? [] : [t('annotation.said.tags', { count: tags.length, tags: tags.join(', ') })]),
    ...(shapes.length === 0 ? [] : [t('annotation.said.marks', { count: shapes.length })]),
    ...(flagged ? [t('annotation.said.flagged')] : []),
    t(`annotation.said.state.${state}`),
  ];
  return { reading, change, answer };
}
