import { Group, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../api/queries.ts';
import { useNavigation } from '../../app/navigation.tsx';
import { ReviewerForm } from './ReviewerForm.tsx';
import classes from './Shell.module.css';

/** Asks for the reviewer's name before the first answer; it can wait until then, and the case asks by itself. */
export function WhoReads() {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const { place } = useNavigation();
  const [later, setLater] = useState(false);
  const unknown = session !== undefined && session.workspace !== null && session.reviewer === null;
  if (!unknown || later || place.view === 'case') return null;
  return (
    <section className={classes['strip']} aria-label={t('shell.reviewer.whoReads')}>
      <Group gap="lg" align="flex-end">
        <div>
          <Text fw={600} c="var(--epsiloscope-strong)">
            {t('shell.reviewer.whoReads')}
          </Text>
          <Text c="dimmed">{t('shell.reviewer.why')}</Text>
        </div>
        <ReviewerForm
          layout="row"
          leave={{
            label: t('shell.reviewer.later'),
            onLeave: () => {
              setLater(true);
            },
          }}
        />
      </Group>
    </section>
  );
}
