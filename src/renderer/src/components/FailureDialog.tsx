import { Button, Group, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Dialog } from './Dialog.tsx';
import { Refusal } from './Failure.tsx';

interface FailureDialogProps {
  readonly title: string;
  /** Null: nothing failed, and nothing is shown. */
  readonly error: Error | null;
  readonly onClose: () => void;
}

/** Why what a bar or menu was asked to do did not happen, where there is no place for it in the page. */
export function FailureDialog({ title, error, onClose }: FailureDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog opened={error !== null} onClose={onClose} title={title}>
      {error !== null && (
        <Stack gap="sm" role="alert">
          <Refusal error={error} />
          <Group justify="flex-end">
            <Button variant="default" size="xs" onClick={onClose}>
              {t('close')}
            </Button>
          </Group>
        </Stack>
      )}
    </Dialog>
  );
}
