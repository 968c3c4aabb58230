import { ActionIcon, Button } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Annotation, type Confidence, CONFIDENCES } from '../../../../shared/domain/annotation.ts';
import type { Action } from '../../../../shared/domain/shortcut.ts';
import { useNews } from '../../api/news.ts';
import { Icon, type IconName } from '../../components/Icon.tsx';
import { ActionKeys } from '../../components/Keys.tsx';
import { useAnnotationDesk, useDraftState } from './AnnotationProvider.tsx';
import { chooseConfidence, setReviewed, toBeStored, toggleFlag, toggleReviewed } from './answer/edits.ts';
import type { CaseDraft, DraftState } from './draft/caseDraft.ts';
import { MarkList } from './marks/MarkList.tsx';
import classes from './panel/AnnotationPanel.module.css';
import { Choice, Choices, useNameWithKey } from './panel/Choice.tsx';
import { Conflict } from './panel/Conflict.tsx';
import { History } from './panel/History.tsx';
import { OpinionField } from './panel/OpinionField.tsx';
import { OtherAnswers } from './panel/OtherAnswers.tsx';
import { ReadingField } from './panel/ReadingField.tsx';
import { SaveFailure, SaveState } from './panel/SaveState.tsx';
import { useAnswerKeys } from './panel/useAnswerKeys.ts';
import { WhoAnswers } from './panel/WhoAnswers.tsx';
import { CommentField, TagsField } from './panel/WordsFields.tsx';

interface AnnotationPanelProps {
  /** The answer is stored as reviewed: on to the next case. */
  readonly onNext: () => void;
}

/** What the reviewer says of the case. Stands within AnnotationProvider. */
export function AnnotationPanel({ onNext }: AnnotationPanelProps) {
  const { draft } = useAnnotationDesk();
  const state = useDraftState();
  return (
    <div className={classes['panel']}>
      {draft === null || state === null ? (
        <WhoAnswers />
      ) : (
        <Answer key={`${draft.caseId} ${draft.reviewerId}`} draft={draft} state={state} onNext={onNext} />
      )}
    </div>
  );
}

interface AnswerProps extends AnnotationPanelProps {
  readonly draft: CaseDraft;
  readonly state: DraftState;
}

function Answer({ draft, state: { answer, saving, canUndo, canRedo }, onNext }: AnswerProps) {
  const { t } = useTranslation();
  const { unblinded } = useAnnotationDesk().view;
  const comment = useRef<HTMLTextAreaElement>(null);
  const isBlind = unblinded === null;
  const next = useSaveAndNext(draft, answer, isBlind, onNext);
  useAnswerKeys({ draft, isBlind, onComment: () => comment.current?.focus(), onSaveAndNext: next.go });
  useNews((news) => {
    if (news.kind !== 'menu') return;
    if (news.command === 'undo') draft.undo();
    if (news.command === 'redo') draft.redo();
  });
  return (
    <>
      <div className={classes['top']}>
        <h2 className={classes['heading']}>{t('annotation.reading')}</h2>
        <div className={classes['tools']}>
          <Tool
            icon="undo"
            action="undo"
            name={t('annotation.undo')}
            isPossible={canUndo}
            onUse={() => {
              draft.undo();
            }}
          />
          <Tool
            icon="redo"
            action="redo"
            name={t('annotation.redo')}
            isPossible={canRedo}
            onUse={() => {
              draft.redo();
            }}
          />
          <History draft={draft} />
        </div>
      </div>
      {saving.kind === 'conflict' && <Conflict draft={draft} answer={answer} theirs={saving.theirs} />}
      <ReadingField draft={draft} answer={answer} isBlind={isBlind} onSaveAndNext={next.go} />
      {next.lacksReading && (
        <p role="alert" className={classes['caution']}>
          {t('annotation.readingFirst')}
        </p>
      )}
      <ConfidenceField draft={draft} answer={answer} />
      {!isBlind && <OpinionField draft={draft} answer={answer} />}
      <CommentField ref={comment} draft={draft} answer={answer} onSaveAndNext={next.go} />
      <TagsField draft={draft} answer={answer} onSaveAndNext={next.go} />
      <MarkList draft={draft} marks={answer.shapes} />
      {unblinded !== null && <OtherAnswers others={unblinded.others} />}
      <div className={classes['foot']}>
        {saving.kind === 'failed' && <SaveFailure draft={draft} error={saving.error} />}
        <Ending draft={draft} answer={answer} isGoing={next.isGoing} onSaveAndNext={next.go} />
        <SaveState saving={saving} />
      </div>
    </>
  );
}

/** Stores the answer as reviewed and goes on once that is acknowledged; stays where it could not be stored. */
function useSaveAndNext(draft: CaseDraft, answer: Annotation, isBlind: boolean, onNext: () => void) {
  const [isGoing, setIsGoing] = useState(false);
  const [wasRefused, setWasRefused] = useState(false);
  const go = () => {
    if (isGoing) return;
    // As it is now: the key may have been pressed in a field that was left by it.
    const refused = isBlind && !hasReading(draft.state().answer);
    setWasRefused(refused);
    if (refused) return;
    setIsGoing(true);
    draft.edit(setReviewed);
    void draft.flush().then((isStored) => {
      setIsGoing(false);
      if (isStored) onNext();
    });
  };
  return { go, isGoing, lacksReading: wasRefused && isBlind && !hasReading(answer) };
}

const hasReading = (answer: Annotation): boolean => toBeStored(answer).reading !== null;

const CONFIDENCE_ACTIONS: Readonly<Record<Confidence, Action>> = {
  unsure: 'confidenceUnsure',
  likely: 'confidenceLikely',
  certain: 'confidenceCertain',
};

interface FieldProps {
  readonly draft: CaseDraft;
  readonly answer: Annotation;
}

function ConfidenceField({ draft, answer }: FieldProps) {
  const { t } = useTranslation();
  return (
    <Choices label={t('annotation.howSure')} columns={3}>
      {CONFIDENCES.map((confidence) => (
        <Choice
          key={confidence}
          chosen={answer.confidence === confidence}
          name={t(`annotation.confidence.${confidence}`)}
          action={CONFIDENCE_ACTIONS[confidence]}
          onChoose={() => {
            draft.edit(chooseConfidence(confidence));
          }}
        />
      ))}
    </Choices>
  );
}

function Ending({
  draft,
  answer,
  isGoing,
  onSaveAndNext,
}: FieldProps & { isGoing: boolean; onSaveAndNext: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes['ending']}>
      <Choice
        chosen={answer.flagged}
        name={t('annotation.flagForDiscussion')}
        short={t('annotation.flag')}
        action="flag"
        onChoose={() => {
          draft.edit(toggleFlag);
        }}
      />
      <Choice
        chosen={answer.state === 'reviewed'}
        name={t('annotation.reviewed')}
        onChoose={() => {
          draft.edit(toggleReviewed);
        }}
      />
      <Button size="xs" loading={isGoing} rightSection={<ActionKeys action="saveAndNext" />} onClick={onSaveAndNext}>
        {t('annotation.saveAndNext')}
      </Button>
    </div>
  );
}

interface ToolProps {
  readonly icon: IconName;
  readonly action: Action;
  readonly name: string;
  readonly isPossible: boolean;
  readonly onUse: () => void;
}

function Tool({ icon, action, name, isPossible, onUse }: ToolProps) {
  const title = useNameWithKey(name, action);
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="sm"
      aria-label={name}
      title={title}
      // Not `disabled`: the focus would be lost when the last step is taken back.
      aria-disabled={!isPossible}
      {...(isPossible ? {} : { 'data-disabled': true })}
      onClick={onUse}
    >
      <Icon name={icon} size={16} />
    </ActionIcon>
  );
}
