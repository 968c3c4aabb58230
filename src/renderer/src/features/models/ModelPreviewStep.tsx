import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type ModelDescription,
  modelDescriptionSchema,
  type ModelPreview,
  type RegisteredModel,
} from '../../../../shared/contract/app/models.ts';
import { useApi } from '../../api/connection.ts';
import { keys } from '../../api/keys.ts';
import { Facts } from '../../components/Facts.tsx';
import { Refusal } from '../../components/Failure.tsx';
import { DescriptionFields, NO_DESCRIPTION } from './DescriptionFields.tsx';

interface ModelPreviewStepProps {
  readonly preview: ModelPreview;
  readonly onBack: () => void;
  readonly onImported: (model: RegisteredModel) => void;
}

/** What was found, what a bare model does not say of itself, and the last word before it is taken in. */
export function ModelPreviewStep({ preview, onBack, onImported }: ModelPreviewStepProps) {
  const { t, i18n } = useTranslation();
  const [description, setDescription] = useState(NO_DESCRIPTION);
  const take = useTaking(preview, onImported);
  const bare = preview.kind === 'bare';
  const complete = !bare || modelDescriptionSchema.safeParse(description).success;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    take.mutate(bare ? description : null);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text>{t(`models.importing.${preview.kind}`)}</Text>
        <Facts
          rows={[
            [t('models.importing.facts.name'), preview.card?.title ?? null],
            [t('models.importing.facts.parameters'), preview.parameters.toLocaleString(i18n.language)],
            [
              t('models.importing.facts.input'),
              t('models.importing.facts.inputText', { width: preview.width, height: preview.height }),
            ],
          ]}
        />
        {bare && <DescriptionFields description={description} onChange={setDescription} />}
        {take.isError && (
          <div role="alert">
            <Refusal error={take.error} />
          </div>
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onBack}>
            {t('models.importing.back')}
          </Button>
          <Button type="submit" loading={take.isPending} disabled={!complete}>
            {t('models.importing.confirm')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function useTaking({ plan }: ModelPreview, onImported: (model: RegisteredModel) => void) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (description: ModelDescription | null) => api.models.import({ plan, description }),
    onSuccess: async (model) => {
      await queries.invalidateQueries({ queryKey: keys.models });
      onImported(model);
    },
  });
}
