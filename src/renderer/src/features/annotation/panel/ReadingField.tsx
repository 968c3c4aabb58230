import { TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ANNOTATION_LIMITS, type Annotation } from '../../../../../shared/domain/annotation.ts';
import type { Action } from '../../../../../shared/domain/shortcut.ts';
import { type Diagnosis, MALIGNANT_FIRST } from '../../../../../shared/domain/diagnosis.ts';
import { useActionKeys } from '../../../app/shortcuts.ts';
import { chooseDiagnosis, chooseOther, writeOther } from '../answer/edits.ts';
import type { CaseDraft } from '../draft/caseDraft.ts';
import { Choice, Choices } from './Choice.tsx';

/** The diagnoses as they stand in the panel, each with the key that chooses it. */
export const READINGS: readonly { readonly dx: Diagnosis; readonly action: Action }[] = MALIGNANT_FIRST.map(
  (dx, index) => ({ dx, action: `read${index + 1}` as Action }),
);

interface ReadingFieldProps {
  readonly draft: CaseDraft;
  readonly answer: Annotation;
  /** A reading opens what is withheld: half a word must not. */
  readonly isBlind: boolean;
  readonly onSaveAndNext: () => void;
}

/** The reviewer's own diagnosis: one of the seven, or another one in words. */
export function ReadingField({ draft, answer: { reading }, isBlind, onSaveAndNext }: ReadingFieldProps) {
  const { t } = useTranslation();
  const chosen = reading?.kind === 'diagnosis' ? reading.dx : null;
  return (
    <>
      <Choices label={t('annotation.reading')} columns={4}>
        {READINGS.map(({ dx, action }) => (
          <Choice
            key={dx}
            chosen={chosen === dx}
            name={t(`diagnosis.${dx}`)}
            short={t(`annotation.short.${dx}`)}
            action={action}
            onChoose={() => {
              draft.edit(chooseDiagnosis(dx));
            }}
          />
        ))}
        <Choice
          chosen={reading?.kind === 'other'}
          name={t('annotation.other')}
          short={t('annotation.short.other')}
          onChoose={() => {
            draft.edit(chooseOther);
          }}
        />
      </Choices>
      {reading?.kind === 'other' && (
        <OtherField draft={draft} text={reading.text} isBlind={isBlind} onSaveAndNext={onSaveAndNext} />
      )}
    </>
  );
}

function OtherField({
  draft,
  text,
  isBlind,
  onSaveAndNext,
}: Omit<ReadingFieldProps, 'answer'> & { readonly text: string }) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  /** Words that wait until the field is left. */
  const [held, setHeld] = useState<string | null>(null);
  const leave = () => field.current?.blur();
  const keysOfField = useActionKeys({
    stopDrawing: leave,
    saveAndNext: () => {
      leave();
      onSaveAndNext();
    },
  });
  useEffect(() => {
    // Chosen just now; one that has words came with the case.
    if (field.current?.value === '') field.current.focus();
  }, []);
  return (
    <TextInput
      ref={field}
      size="xs"
      aria-label={t('annotation.otherInWords')}
      placeholder={t('annotation.otherInWords')}
      maxLength={ANNOTATION_LIMITS.otherCharacters}
      value={held ?? text}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) leave();
        keysOfField(event);
      }}
      onChange={({ currentTarget: { value } }) => {
        if (isBlind) setHeld(value);
        else draft.edit(writeOther(value), 'other');
      }}
      onBlur={() => {
        if (held !== null) draft.edit(writeOther(held), 'other');
        setHeld(null);
        draft.rest();
      }}
    />
  );
}
