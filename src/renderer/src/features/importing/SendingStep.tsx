import { Button, Progress, Stack, Text, Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { explanationOf } from '../../api/explanation.ts';
import { Explained } from '../../components/Explained.tsx';
import { fileSize } from './fileSize.ts';
import type { SendProgress } from './sendAll.ts';
import type { Sending } from './steps.ts';
import classes from './importing.module.css';

interface Cancellable {
  readonly onCancel: () => void;
}

/** Something short is under way. */
export function WaitingStep({ text, onCancel }: Cancellable & { readonly text: string }) {
  return (
    <Stack gap="md">
      <Text role="status">{text}</Text>
      <Progress value={100} animated aria-label={text} size="sm" />
      <Cancel onCancel={onCancel} />
    </Stack>
  );
}

/** Files are on their way to the program. */
export function SendingStep({ progress, onCancel }: Cancellable & { readonly progress: SendProgress }) {
  const { t } = useTranslation();
  const { done, total, sentBytes, totalBytes } = progress;
  return (
    <Stack gap="md">
      <Text>{t('importing.sending.title')}</Text>
      <Progress
        value={totalBytes === 0 ? 0 : (100 * sentBytes) / totalBytes}
        size="sm"
        aria-label={t('importing.sending.bar')}
      />
      <Text c="dimmed">
        {t('importing.sending.progress', { done, total, sent: fileSize(sentBytes), size: fileSize(totalBytes) })}
      </Text>
      <Cancel onCancel={onCancel} />
    </Stack>
  );
}

interface UnsentStepProps extends Cancellable {
  readonly sending: Sending;
  readonly unsent: readonly number[];
  readonly error: Error;
  readonly onTryAgain: () => void;
  readonly onLeaveOut: () => void;
}

/** Some files did not arrive. */
export function UnsentStep({ sending, unsent, error, onTryAgain, onLeaveOut, onCancel }: UnsentStepProps) {
  const { t } = useTranslation();
  const reason = explanationOf(error)?.happened ?? error.message;
  const names = unsent.map((index) => sending.files[index]?.name ?? '');
  return (
    <Stack gap="md">
      <Stack gap={4} role="alert">
        <Explained
          happened={t('importing.sending.unsent', { count: unsent.length })}
          kept={t('importing.sending.unsentKept')}
          toDo={t('importing.sending.unsentToDo')}
        />
        <Text c="dimmed">{t('importing.sending.reason', { reason })}</Text>
      </Stack>
      <Textarea
        label={t('importing.sending.names')}
        readOnly
        rows={Math.min(8, names.length)}
        value={names.join('\n')}
      />
      <div className={classes['ways']}>
        <Button variant="default" onClick={onCancel}>
          {t('cancel')}
        </Button>
        {unsent.length < sending.files.length && (
          <Button variant="default" onClick={onLeaveOut}>
            {t('importing.sending.leaveOut')}
          </Button>
        )}
        <Button onClick={onTryAgain}>{t('importing.sending.tryAgain')}</Button>
      </div>
    </Stack>
  );
}

function Cancel({ onCancel }: Cancellable) {
  const { t } = useTranslation();
  return (
    <div className={classes['ways']}>
      <Button variant="default" onClick={onCancel}>
        {t('cancel')}
      </Button>
    </div>
  );
}
