import { Button, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EVERYTHING } from '../../../../shared/domain/library.ts';
import { Icon } from '../../components/Icon.tsx';
import { useCommands } from '../shell/commands.ts';
import { type Criterion, criteriaOf, without } from './query.ts';
import { useFacetWords } from './useFacetWords.ts';
import { useLibraryQuery } from './useLibraryQuery.ts';
import classes from './NoCases.module.css';

/** In place of the cases of a workspace that has none. */
export function NoImages() {
  const { t } = useTranslation();
  const { importImages } = useCommands();
  return (
    <Notice title={t('library.empty.title')}>
      <Text c="dimmed" maw={440} ta="center">
        {t('library.empty.text')}
      </Text>
      <Button onClick={importImages}>{t('library.importImages')}</Button>
    </Notice>
  );
}

/** In place of the cases where none matches: what to leave out. */
export function NoMatch() {
  const { t } = useTranslation();
  const { query, setQuery } = useLibraryQuery();
  const criteria = criteriaOf(query);
  return (
    <Notice title={t('library.empty.noMatch')}>
      <Text c="dimmed">{t(criteria.length === 0 ? 'library.empty.noCriteria' : 'library.empty.loosen')}</Text>
      <Group gap="xs" justify="center" maw={640}>
        {criteria.map((criterion) => (
          <Loosening key={JSON.stringify(criterion)} criterion={criterion} />
        ))}
      </Group>
      <Button
        variant="default"
        onClick={() => {
          setQuery({ ...EVERYTHING, order: query.order, descending: query.descending });
        }}
      >
        {t('library.empty.clearAll')}
      </Button>
    </Notice>
  );
}

function Loosening({ criterion }: { criterion: Criterion }) {
  const { t } = useTranslation();
  const { query, setQuery } = useLibraryQuery();
  const { facetName, valueName } = useFacetWords();
  const choice =
    criterion.kind === 'search'
      ? t('library.empty.search', { search: criterion.search })
      : `${facetName(criterion.facet)}: ${valueName(criterion.facet, criterion.value)}`;
  return (
    <Button
      variant="default"
      size="compact-sm"
      rightSection={<Icon name="close" size={12} />}
      aria-label={t('library.empty.leaveOut', { choice })}
      onClick={() => {
        setQuery(without(query, criterion));
      }}
    >
      {choice}
    </Button>
  );
}

function Notice({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack className={classes['notice'] ?? ''} role="status" align="center" justify="center" gap="md">
      <Text size="lg" c="var(--epsiloscope-strong)">
        {title}
      </Text>
      {children}
    </Stack>
  );
}
