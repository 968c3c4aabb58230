import { Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import iconAddress from '../../../../../resources/icons/icon.svg';
import type { About } from '../../../../shared/contract/app/program.ts';
import { useApi } from '../../api/connection.ts';
import { keys } from '../../api/keys.ts';
import { useEngineFacts, useHost } from '../../api/queries.ts';
import { EngineDetails } from '../../components/EngineDetails.tsx';
import { Facts } from '../../components/Facts.tsx';
import { Failure } from '../../components/Failure.tsx';
import { Waiting } from '../../components/Waiting.tsx';
import { Wordmark } from '../../components/Wordmark.tsx';
import { Licences } from './Licences.tsx';
import classes from './settings.module.css';

/** What the program is for, what it is made of, and what computes. */
export function AboutSection() {
  const { t } = useTranslation();
  const api = useApi();
  const about = useQuery({ queryKey: keys.about, queryFn: ({ signal }) => api.program.about(undefined, { signal }) });
  return (
    <Stack gap="xl" className={classes['about'] ?? ''}>
      <Group gap="md">
        <img src={iconAddress} alt="" width={40} height={40} />
        <Wordmark height={30} />
      </Group>
      <Part title={t('settings.about.intendedUse')}>
        <Text>{t('shell.welcome.intendedUse')}</Text>
      </Part>
      {about.isPending ? (
        <Waiting label={t('settings.about.loading')} lines={8} />
      ) : about.isError ? (
        <Failure error={about.error} onRetry={() => void about.refetch()} />
      ) : (
        <Versions about={about.data} />
      )}
      <Part title={t('settings.about.engine')}>
        <Computing />
      </Part>
      {about.data !== undefined && (
        <Part title={t('settings.about.licences')}>
          <Text>{t('settings.about.own')}</Text>
          <Licences licences={about.data.licences} />
        </Part>
      )}
    </Stack>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack component="section" gap="sm">
      <Title order={2} c="var(--epsiloscope-strong)">
        {title}
      </Title>
      {children}
    </Stack>
  );
}

function Versions({ about }: { about: About }) {
  const { t } = useTranslation();
  const { data: host } = useHost();
  const why = host === undefined || host.why === '' ? '' : ` (${host.why})`;
  return (
    <Facts
      rows={[
        [t('settings.about.version'), about.version],
        [t('settings.about.host'), host === undefined ? null : `${t(`settings.about.${host.kind}`)}${why}`],
        [
          t('settings.about.runtime'),
          Object.entries(about.runtime)
            .map(([name, version]) => `${name} ${version}`)
            .join(', '),
        ],
      ]}
    />
  );
}

function Computing() {
  const { t } = useTranslation();
  const facts = useEngineFacts();
  if (facts.isPending) return <Waiting label={t('settings.about.engineStarting')} lines={6} />;
  if (facts.isError) return <Failure error={facts.error} onRetry={() => void facts.refetch()} />;
  return <EngineDetails facts={facts.data} />;
}
