import { TextInput } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ANNOTATION_LIMITS, type Annotation } from '../../../../../shared/domain/annotation.ts';
import type { Action } from '../../../../../shared/domain/shortcut.ts';
import { type Diagnosis, MALIGNANT_FIRST } from '../../../../../shared/domain/diagnosis.ts';
import { useActionKeys } from '../../../app/shortcuts.ts';
import { chooseDiagnosis, chooseOther, writeOther } from '../answer/edits.ts';
import type { CaseDraft } from '../draft/caseDraft.ts';
import { Choice, Choices, KeyHint } from './Choice.tsx';

/** The diagnoses as they stand in the panel, each with the key that chooses it. */
export const READINGS: readonly { readonly dx: Diagnosis; readonly action: Action }[] = MALIGNANT_FIRST.map(
  (dx, index) => ({ dx, action: `read${index + 1}` as Action }),
);

interface FieldProps {
  readonly draft: CaseDraft;
  readonly answer: Annotation;
}

/** The reviewer's own diagnosis: one of the seven, or another one in words. */
export function ReadingField({ draft, answer: { reading } }: FieldProps) {
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
            action={action}
            onChoose={() => {
              draft.edit(chooseDiagnosis(dx));
            }}
          >
            {t(`annotation.short.${dx}`)}
            <KeyHint action={action} />
          </Choice>
        ))}
        <Choice
          chosen={reading?.kind === 'other'}
          name={t('annotation.other')}
          onChoose={() => {
            draft.edit(chooseOther);
          }}
        >
          {t('annotation.short.other')}
        </Choice>
      </Choices>
      {reading?.kind === 'other' && <OtherField draft={draft} text={reading.text} />}
    </>
  );
}

function OtherField({ draft, text }: { draft: CaseDraft; text: string }) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  const leave = useActionKeys({ stopDrawing: () => field.current?.blur() });
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
      value={text}
      onKeyDown={leave}
      onChange={(event) => {
        draft.edit(writeOther(event.currentTarget.value), 'other');
      }}
      onBlur={() => {
        draft.rest();
      }}
    />
  );
}
