import { Button, Group, Stack, Text } from '@mantine/core';
import { Fragment, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { EngineFacts } from '../../../../shared/contract/engine.ts';
import { useBundledModels, useEngineEnding, useEngineFacts } from '../../api/queries.ts';
import { Failure } from '../../components/Failure.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Waiting } from '../../components/Waiting.tsx';
import classes from './start.module.css';

/** Which numerics compute here, as the engine says itself; and whether it still runs. */
export function EnginePanel() {
  const { t } = useTranslation();
  const facts = useEngineFacts();
  const models = useBundledModels();
  const { ending, forget } = useEngineEnding();
  const ask = () => {
    forget();
    void facts.refetch();
    void models.refetch();
  };
  return (
    <Panel title={t('engine.title')} busy={facts.isFetching}>
      {ending !== null && !facts.isFetching ? (
        <Stack gap="sm" align="flex-start" role="alert">
          <Text c="var(--epsiloscope-caution)">{t('engine.ended', { code: ending.code })}</Text>
          <Button variant="default" size="xs" onClick={ask}>
            {t('engine.startAgain')}
          </Button>
        </Stack>
      ) : facts.isFetching ? (
        <Waiting label={t('engine.loading')} lines={6} />
      ) : facts.isError ? (
        <Failure error={facts.error} onRetry={ask} />
      ) : (
        facts.data && <Facts facts={facts.data} />
      )}
    </Panel>
  );
}

function Facts({ facts }: { facts: EngineFacts }) {
  const { t } = useTranslation();
  const rows: readonly (readonly [string, ReactNode])[] = [
    [t('engine.backend'), t(facts.backend === 'tensorflow' ? 'engine.native' : 'engine.wasm')],
    [t('engine.device'), facts.device],
    [t('engine.threads'), facts.threads],
    [t('engine.processor'), facts.cpu],
    [t('engine.versions'), <Versions key="versions" versions={facts.versions} />],
    [t('engine.fingerprint'), <code key="fingerprint">{facts.numericsFingerprint.slice(0, 12)}</code>],
  ];
  return (
    <>
      <dl className={classes['facts']}>
        {rows.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
      {facts.notes.map((note) => (
        <Text key={note} mt="sm" c="var(--epsiloscope-caution)">
          {note}
        </Text>
      ))}
    </>
  );
}

function Versions({ versions }: Pick<EngineFacts, 'versions'>) {
  return (
    <Group component="span" gap="md">
      {Object.entries(versions).map(([library, version]) => (
        <span key={library}>
          {library} {version}
        </span>
      ))}
    </Group>
  );
}
