import { Button, Text, UnstyledButton } from '@mantine/core';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Facet } from '../../../../shared/domain/library.ts';
import { Failure } from '../../components/Failure.tsx';
import { Icon } from '../../components/Icon.tsx';
import { ModelMark } from '../../components/ModelMark.tsx';
import { Waiting } from '../../components/Waiting.tsx';
import { type FacetGroup, facetGroups, type FacetValue } from './facetGroups.ts';
import { useFacets } from './libraryData.ts';
import { criteriaOf, widened, withToggled } from './query.ts';
import { useFacetWords } from './useFacetWords.ts';
import { useLibraryQuery } from './useLibraryQuery.ts';
import { WorklistsPanel } from './WorklistsPanel.tsx';
import classes from './FacetPanel.module.css';

/** What the cases can be narrowed down by, with how many there are of each; and the worklists. */
export function FacetPanel() {
  const { t } = useTranslation();
  const { query, setQuery, blind } = useLibraryQuery();
  const counts = useFacets(query);
  const groups = counts.data === undefined ? [] : facetGroups(counts.data, query, blind);
  return (
    <aside className={classes['panel']} aria-label={t('library.facets.title')}>
      <div className={classes['facets']} aria-busy={counts.isFetching}>
        <div className={classes['head']}>
          <h2 className={classes['title']}>{t('library.facets.title')}</h2>
          {criteriaOf(query).length > 0 && (
            <Button
              variant="default"
              size="compact-sm"
              onClick={() => {
                setQuery(widened(query));
              }}
            >
              {t('library.facets.clear')}
            </Button>
          )}
        </div>
        {counts.isPending && <Waiting label={t('library.facets.asking')} lines={12} />}
        {counts.isError && <Failure error={counts.error} onRetry={() => void counts.refetch()} />}
        {counts.isSuccess && groups.length === 0 && (
          <Text size="sm" c="dimmed">
            {t('library.facets.nothing')}
          </Text>
        )}
        {groups.map((group) => (
          <Group key={group.facet} group={group} />
        ))}
        {blind && (
          <Text size="sm" c="dimmed" mb="lg">
            {t('library.facets.hidden')}
          </Text>
        )}
      </div>
      <WorklistsPanel />
    </aside>
  );
}

/** Open at first: what the work of review begins with. */
const OPEN_AT_FIRST: readonly Facet[] = [
  'state',
  'flag',
  'agreement',
  'firstBand',
  'secondBand',
  'firstDirection',
  'secondDirection',
  'reference',
];
const FEW_VALUES = 8;

function Group({ group: { facet, values } }: { group: FacetGroup }) {
  const { t } = useTranslation();
  const { facetName } = useFacetWords();
  const listId = useId();
  const [isOpen, setIsOpen] = useState(OPEN_AT_FIRST.includes(facet) || values.some(({ chosen }) => chosen));
  const [whole, setWhole] = useState(false);
  const shown = whole ? values : values.filter(({ chosen }, at) => at < FEW_VALUES || chosen);
  const left = values.length - shown.length;
  return (
    <section className={classes['group']} aria-label={facetName(facet)}>
      <h3 className={classes['title']}>
        <UnstyledButton
          className={classes['fold'] ?? ''}
          aria-expanded={isOpen}
          aria-controls={listId}
          onClick={() => {
            setIsOpen(!isOpen);
          }}
        >
          {facet.startsWith('first') && <ModelMark place="first" size={9} />}
          {facet.startsWith('second') && <ModelMark place="second" size={9} />}
          <span className={classes['name']}>{facetName(facet)}</span>
          <Icon name="chevron" size={12} />
        </UnstyledButton>
      </h3>
      <div id={listId} hidden={!isOpen}>
        {shown.map((value) => (
          <Value key={value.value} facet={facet} value={value} />
        ))}
        {(left > 0 || whole) && (
          <UnstyledButton
            className={classes['less'] ?? ''}
            onClick={() => {
              setWhole(!whole);
            }}
          >
            {whole ? t('library.facets.showFewer') : t('library.facets.showAll', { count: left })}
          </UnstyledButton>
        )}
      </div>
    </section>
  );
}

function Value({ facet, value: { value, count, chosen } }: { facet: Facet; value: FacetValue }) {
  const { query, setQuery } = useLibraryQuery();
  const { valueName } = useFacetWords();
  return (
    // Not an input: keys of the page are not heard while the focus is in one.
    <UnstyledButton
      role="checkbox"
      aria-checked={chosen}
      className={classes['value'] ?? ''}
      onClick={() => {
        setQuery(withToggled(query, facet, value));
      }}
    >
      <span className={classes['box']}>{chosen && <Icon name="check" size={11} />}</span>
      <span className={classes['name']}>{valueName(facet, value)}</span>
      <span className={classes['count']}>{count}</span>
    </UnstyledButton>
  );
}
