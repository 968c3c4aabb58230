import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { RegisteredModel } from '../../../../shared/contract/app/models.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { ModelPreviewStep } from './ModelPreviewStep.tsx';
import { ModelSource } from './ModelSource.tsx';
import { useModelImport } from './useModelImport.ts';

interface ModelImportProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onImported: (model: RegisteredModel) => void;
}

/** Imports a model: choose it, have it looked at, say what it is, take it in. */
export function ModelImport({ opened, onClose, onImported }: ModelImportProps) {
  const { t } = useTranslation();
  const { step, leave, fromFolder, fromFiles } = useModelImport();
  const close = () => {
    leave();
    onClose();
  };
  return (
    <Dialog opened={opened} onClose={close} title={t('models.importing.title')} size={640}>
      {step.step === 'source' && (
        <ModelSource error={step.error} onFolder={() => void fromFolder()} onFiles={(files) => void fromFiles(files)} />
      )}
      {step.step === 'sending' && (
        <Underway
          label={t('models.importing.sending')}
          detail={t('models.importing.sent', { done: step.done, total: step.total })}
          percent={(100 * step.done) / step.total}
          onCancel={leave}
        />
      )}
      {step.step === 'checking' && <Underway label={t('models.importing.checking')} percent={100} onCancel={leave} />}
      {step.step === 'preview' && (
        <ModelPreviewStep
          preview={step.preview}
          onBack={leave}
          onImported={(model) => {
            close();
            onImported(model);
          }}
        />
      )}
    </Dialog>
  );
}

interface UnderwayProps {
  readonly label: string;
  readonly detail?: string;
  /** In [0, 100]. */
  readonly percent: number;
  readonly onCancel: () => void;
}

function Underway({ label, detail = '', percent, onCancel }: UnderwayProps) {
  const { t } = useTranslation();
  return (
    <Stack gap="md" role="status">
      <Text>
        {label}{' '}
        <Text span c="dimmed">
          {detail}
        </Text>
      </Text>
      <Progress value={percent} animated={percent === 100} aria-label={label} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          {t('cancel')}
        </Button>
      </Group>
    </Stack>
  );
}
