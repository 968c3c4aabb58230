import { Stack, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type ModelDescription, modelDescriptionSchema } from '../../../../shared/contract/app/models.ts';

export const NO_DESCRIPTION: ModelDescription = { id: '', title: '', data: '', licence: '', attribution: '' };

interface DescriptionFieldsProps {
  readonly description: ModelDescription;
  readonly onChange: (description: ModelDescription) => void;
}

/** What a model without a card does not say of itself. */
export function DescriptionFields({ description, onChange }: DescriptionFieldsProps) {
  const { t } = useTranslation();
  const field = (name: keyof ModelDescription) => ({
    value: description[name],
    required: true,
    maxLength: modelDescriptionSchema.shape[name].maxLength ?? LONGEST_ID,
    onChange: (event: { currentTarget: { value: string } }) => {
      onChange({ ...description, [name]: event.currentTarget.value });
    },
  });
  const idIsRefused = description.id !== '' && !modelDescriptionSchema.shape.id.safeParse(description.id).success;
  return (
    <Stack gap="sm">
      <TextInput
        label={t('models.importing.id')}
        description={t('models.importing.idHint')}
        error={idIsRefused ? t('models.importing.idRefused') : null}
        data-autofocus
        {...field('id')}
      />
      <TextInput label={t('models.importing.modelTitle')} {...field('title')} />
      <Textarea
        label={t('models.importing.data')}
        description={t('models.importing.dataHint')}
        autosize
        minRows={2}
        maxRows={6}
        {...field('data')}
      />
      <TextInput label={t('models.importing.licence')} {...field('licence')} />
      <TextInput label={t('models.importing.attribution')} {...field('attribution')} />
    </Stack>
  );
}

/** Its pattern says so; zod tells it of plain lengths only. */
const LONGEST_ID = 64;
