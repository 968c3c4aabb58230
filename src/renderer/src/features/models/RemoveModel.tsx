import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useApi } from '../../api/connection.ts';
import { keys } from '../../api/keys.ts';
import type { VerifiedModel } from '../../api/queries.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { Refusal } from '../../components/Failure.tsx';

interface RemoveModelProps {
  readonly model: VerifiedModel;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Asks once more before an imported model is taken away. */
export function RemoveModel({ model: { sha256, card }, opened, onClose }: RemoveModelProps) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.models.remove({ sha256 }),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: keys.models });
    },
  });
  return (
    <Dialog opened={opened} onClose={onClose} title={t('models.remove.title', { id: card.id })}>
      <Stack gap="md">
        <Text>{t('models.remove.explained')}</Text>
        {remove.isError && <Refusal error={remove.error} />}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('cancel')}
          </Button>
          <Button
            loading={remove.isPending}
            onClick={() => {
              remove.mutate();
            }}
          >
            {t('models.remove.confirm')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
