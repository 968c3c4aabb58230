import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { EngineFacts } from '../../../shared/contract/engine.ts';
import { Facts } from './Facts.tsx';
import { Hash } from './Hash.tsx';

/** All that the engine says of itself, and why nothing faster computes. */
export function EngineDetails({ facts }: { facts: EngineFacts }) {
  const { t } = useTranslation();
  const versions = Object.entries(facts.versions).map(([library, version]) => `${library} ${version}`);
  return (
    <Stack gap="sm">
      <Facts
        rows={[
          [t('engine.backend'), t(`backend.${facts.backend}`)],
          [t('engine.device'), facts.device],
          [t('engine.threads'), facts.threads],
          [t('engine.processor'), facts.cpu],
          [t('engine.versions'), versions.join(', ')],
          [t('engine.fingerprint'), <Hash key="fingerprint" sha256={facts.numericsFingerprint} />],
        ]}
      />
      {facts.notes.map((note) => (
        <Text key={note} c="var(--epsiloscope-caution)">
          {note}
        </Text>
      ))}
    </Stack>
  );
}
