import { TagsInput, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Ref, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ANNOTATION_LIMITS, type Annotation } from '../../../../../shared/domain/annotation.ts';
import { useApi } from '../../../api/connection.ts';
import { keys } from '../../../api/keys.ts';
import { useActionKeys } from '../../../app/shortcuts.ts';
import { setTags, writeComment } from '../answer/edits.ts';
import type { CaseDraft } from '../draft/caseDraft.ts';
import { useNameWithKey } from './Choice.tsx';

interface FieldProps {
  readonly draft: CaseDraft;
  readonly answer: Annotation;
  readonly onSaveAndNext: () => void;
}

/** Room left at which it is said. */
const CHARACTERS_SOON_FULL = 500;

/** What else there is to say, in the reviewer's own words. */
export function CommentField({ draft, answer, onSaveAndNext, ref }: FieldProps & { ref: Ref<HTMLTextAreaElement> }) {
  const { t } = useTranslation();
  const placeholder = useNameWithKey(t('annotation.comment'), 'comment');
  const left = ANNOTATION_LIMITS.commentCharacters - answer.comment.length;
  const keysOfField = useActionKeys({
    saveAndNext: onSaveAndNext,
    stopDrawing: () => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    },
  });
  return (
    <Textarea
      ref={ref}
      size="xs"
      rows={2}
      resize="vertical"
      aria-label={t('annotation.comment')}
      placeholder={placeholder}
      maxLength={ANNOTATION_LIMITS.commentCharacters}
      description={left < CHARACTERS_SOON_FULL ? t('annotation.charactersLeft', { count: left }) : undefined}
      value={answer.comment}
      onKeyDown={keysOfField}
      onChange={(event) => {
        draft.edit(writeComment(event.currentTarget.value), 'comment');
      }}
      onBlur={() => {
        draft.rest();
      }}
    />
  );
}

/** Short words by which the case is found again; those in use are offered. */
export function TagsField({ draft, answer, onSaveAndNext }: FieldProps) {
  const { t } = useTranslation();
  const api = useApi();
  const { data: inUse = [] } = useQuery({
    queryKey: [...keys.library, 'tags'],
    queryFn: ({ signal }) => api.annotations.tags(undefined, { signal }),
  });
  const [isFull, setIsFull] = useState(false);
  const keysOfField = useActionKeys({ saveAndNext: onSaveAndNext });
  return (
    <TagsInput
      size="xs"
      aria-label={t('annotation.tags')}
      placeholder={answer.tags.length === 0 ? t('annotation.addTag') : ''}
      description={isFull ? t('annotation.mostTags', { count: ANNOTATION_LIMITS.tags }) : undefined}
      data={[...inUse]}
      limit={20}
      value={[...answer.tags]}
      maxTags={ANNOTATION_LIMITS.tags}
      maxLength={ANNOTATION_LIMITS.tagCharacters}
      openOnFocus={false}
      onMaxTags={() => {
        setIsFull(true);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.blur();
        keysOfField(event);
      }}
      onChange={(tags) => {
        setIsFull(false);
        draft.edit(setTags(tags));
      }}
    />
  );
}
