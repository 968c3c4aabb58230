import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../components/Dialog.tsx';
import { Explained } from '../../components/Explained.tsx';
import { Wordmark } from '../../components/Wordmark.tsx';
import classes from './Connecting.module.css';

/** Connecting takes a blink of an eye: words come only where it does not. */
const PATIENCE_MILLISECONDS = 600;

/** Stands in place of the page until the program answers. */
export function Connecting() {
  const { t } = useTranslation();
  const [patient, setPatient] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => {
      setPatient(false);
    }, PATIENCE_MILLISECONDS);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  return (
    <main className={classes['page']} aria-busy>
      {!patient && (
        <Stack gap="md" role="status">
          <Wordmark height={28} />
          <Title order={1}>{t('shell.connecting.title')}</Title>
          <Text c="dimmed">{t('shell.connecting.toDo')}</Text>
        </Stack>
      )}
    </main>
  );
}

/** Stands in place of the page where the program could not be reached at all. */
export function RefusedConnection({ error }: { error: Error }) {
  const { t } = useTranslation();
  return (
    <main className={classes['page']}>
      <Stack gap="md" align="flex-start" role="alert">
        <Wordmark height={28} />
        <Title order={1}>{t('shell.refused.title')}</Title>
        <Explained
          happened={t('shell.refused.happened', { reason: error.message })}
          kept={t('shell.refused.kept')}
          toDo={t('shell.refused.toDo')}
        />
        <LoadAgain />
      </Stack>
    </main>
  );
}

/**
 * Over the page once the program answers no more. It can be put aside, to read and copy what stands behind; a line at the
 * foot of the page goes on saying so.
 */
export function LostConnection({ reason }: { reason: string | null }) {
  const { t } = useTranslation();
  const [aside, setAside] = useState(false);
  if (reason === null) return null;
  const putAside = () => {
    setAside(true);
  };
  if (aside) {
    return (
      <div className={classes['foot']} role="status">
        <Text c="var(--epsiloscope-caution)">{t('shell.lost.title')}</Text>
        <LoadAgain />
      </div>
    );
  }
  return (
    <Dialog opened onClose={putAside} title={t('shell.lost.title')} size="lg">
      <Stack gap="sm" role="alert">
        <Explained
          happened={t('shell.lost.happened', { reason })}
          kept={t('shell.lost.kept')}
          toDo={t('shell.lost.toDo')}
        />
        <Group justify="flex-end" mt="sm">
          <Button variant="default" size="xs" onClick={putAside}>
            {t('shell.lost.showPage')}
          </Button>
          <LoadAgain />
        </Group>
      </Stack>
    </Dialog>
  );
}

function LoadAgain() {
  const { t } = useTranslation();
  return (
    <Button
      size="xs"
      onClick={() => {
        window.location.reload();
      }}
    >
      {t('loadAgain')}
    </Button>
  );
}
