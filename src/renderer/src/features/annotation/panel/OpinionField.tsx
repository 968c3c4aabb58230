import { useTranslation } from 'react-i18next';
import type { Annotation } from '../../../../../shared/domain/annotation.ts';
import { OPINIONS } from '../../../../../shared/domain/annotation.ts';
import type { Action } from '../../../../../shared/domain/shortcut.ts';
import { type ComparedModels, useComparedModels } from '../../../api/queries.ts';
import { ModelMark, type PairPlace } from '../../../components/ModelMark.tsx';
import { giveOpinion } from '../answer/edits.ts';
import type { CaseDraft } from '../draft/caseDraft.ts';
import { Choice, Choices } from './Choice.tsx';
import classes from './AnnotationPanel.module.css';

const ACTIONS_OF: Readonly<Record<PairPlace, Readonly<Record<(typeof OPINIONS)[number], Action>>>> = {
  first: { agree: 'agreeWithFirst', disagree: 'disagreeWithFirst' },
  second: { agree: 'agreeWithSecond', disagree: 'disagreeWithSecond' },
};

interface FieldProps {
  readonly draft: CaseDraft;
  readonly answer: Annotation;
}

/** Whether the reviewer agrees with what each model says of the clean photograph; nothing where no models are compared. */
export function OpinionField(props: FieldProps) {
  const models = useComparedModels();
  if (models === null) return null;
  return (
    <div className={classes['pair']}>
      <OpinionOfOne {...props} models={models} place="first" />
      <OpinionOfOne {...props} models={models} place="second" />
    </div>
  );
}

function OpinionOfOne({ draft, answer, models, place }: FieldProps & { models: ComparedModels; place: PairPlace }) {
  const { t } = useTranslation();
  const { sha256, card } = models[place];
  return (
    <Choices
      columns={2}
      label={t('annotation.opinionOf', { model: card.id })}
      title={
        <>
          <ModelMark place={place} size={8} />
          <span className={classes['model']}>{card.id}</span>
        </>
      }
    >
      {OPINIONS.map((opinion) => (
        <Choice
          key={opinion}
          chosen={answer.opinions[sha256] === opinion}
          name={t(`annotation.opinionOn.${opinion}`, { model: card.id })}
          short={t(`annotation.opinion.${opinion}`)}
          action={ACTIONS_OF[place][opinion]}
          // The second model's keys are those of the first, with another one held.
          showsKey={place === 'first'}
          onChoose={() => {
            draft.edit(giveOpinion(sha256, opinion));
          }}
        />
      ))}
    </Choices>
  );
}
