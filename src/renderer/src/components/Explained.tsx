import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Explanation } from '../../../shared/kernel/errors.ts';

/** What happened, what was kept, what to do: one line each. */
export function Explained({ happened, kept, toDo }: Explanation) {
  const { t } = useTranslation();
  return (
    <>
      <Text c="var(--epsiloscope-caution)">{happened}</Text>
      <Text c="dimmed">{t('error.kept', { kept })}</Text>
      <Text>{toDo}</Text>
    </>
  );
}
