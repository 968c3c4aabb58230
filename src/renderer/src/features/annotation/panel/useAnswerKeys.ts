import type { Action } from '../../../../../shared/domain/shortcut.ts';
import { useComparedModels } from '../../../api/queries.ts';
import { useActions } from '../../../app/shortcuts.ts';
import { chooseConfidence, chooseDiagnosis, giveOpinion, toggleFlag } from '../answer/edits.ts';
import type { CaseDraft } from '../draft/caseDraft.ts';
import { READINGS } from './ReadingField.tsx';

interface AnswerKeys {
  readonly draft: CaseDraft;
  /** Then there is nothing yet to agree with. */
  readonly isBlind: boolean;
  readonly onComment: () => void;
  readonly onSaveAndNext: () => void;
}

type Handlers = Readonly<Partial<Record<Action, () => void>>>;

/** Everything in the panel by keys. */
export function useAnswerKeys({ draft, isBlind, onComment, onSaveAndNext }: AnswerKeys): void {
  const models = useComparedModels();
  useActions({
    ...readingKeys(draft),
    ...(isBlind || models === null ? {} : opinionKeys(draft, models.first.sha256, models.second.sha256)),
    confidenceUnsure: () => {
      draft.edit(chooseConfidence('unsure'));
    },
    confidenceLikely: () => {
      draft.edit(chooseConfidence('likely'));
    },
    confidenceCertain: () => {
      draft.edit(chooseConfidence('certain'));
    },
    flag: () => {
      draft.edit(toggleFlag);
    },
    comment: onComment,
    undo: () => {
      draft.undo();
    },
    redo: () => {
      draft.redo();
    },
    saveAndNext: onSaveAndNext,
  });
}

const readingKeys = (draft: CaseDraft): Handlers =>
  Object.fromEntries(
    READINGS.map(({ dx, action }) => [
      action,
      () => {
        draft.edit(chooseDiagnosis(dx));
      },
    ]),
  );

const opinionKeys = (draft: CaseDraft, first: string, second: string): Handlers => ({
  agreeWithFirst: () => {
    draft.edit(giveOpinion(first, 'agree'));
  },
  disagreeWithFirst: () => {
    draft.edit(giveOpinion(first, 'disagree'));
  },
  agreeWithSecond: () => {
    draft.edit(giveOpinion(second, 'agree'));
  },
  disagreeWithSecond: () => {
    draft.edit(giveOpinion(second, 'disagree'));
  },
});
