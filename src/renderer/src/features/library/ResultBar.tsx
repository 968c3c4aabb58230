import { Button, Group, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Selection } from '../../../../shared/contract/app/library.ts';
import { useComparedModels, useSession } from '../../api/queries.ts';
import { FailureDialog } from '../../components/FailureDialog.tsx';
import { Icon } from '../../components/Icon.tsx';
import { Legend } from './Legend.tsx';
import { useScreen, useWorklists } from './libraryData.ts';
import { SaveWorklistDialog } from './WorklistDialogs.tsx';
import { ALL_CHOSEN, type Chosen, chosenCount, NOTHING_CHOSEN } from './selection.ts';
import { useLibraryQuery } from './useLibraryQuery.ts';
import classes from './ResultBar.module.css';

interface ResultBarProps {
  /** How many cases the query finds. */
  readonly total: number;
  readonly chosen: Chosen;
  readonly setChosen: (chosen: Chosen) => void;
  /** The selected cases as the program takes them. */
  readonly selection: () => Promise<Selection>;
}

/** How many cases were found; and what can be done to those that are selected. */
export function ResultBar({ total, chosen, setChosen, selection }: ResultBarProps) {
  const { t } = useTranslation();
  const { blind } = useLibraryQuery();
  const all = useSession().data?.workspace?.cases ?? total;
  const count = chosenCount(chosen, total);
  if (count > 0) {
    return <SelectionBar count={count} total={total} chosen={chosen} setChosen={setChosen} selection={selection} />;
  }
  return (
    <div className={classes['bar']}>
      <Text size="sm" c="dimmed" role="status">
        {total === all ? t('library.found', { count: total }) : t('library.foundOf', { count: total, all })}
      </Text>
      <InWorklist />
      {!blind && <Legend />}
    </div>
  );
}

/** That only a worklist is seen, and the way out of it. */
function InWorklist() {
  const { t } = useTranslation();
  const { query, setQuery } = useLibraryQuery();
  const worklists = useWorklists();
  const name = worklists.data?.find(({ id }) => id === query.worklist)?.name;
  if (name === undefined) return null;
  return (
    <Button
      variant="default"
      size="compact-sm"
      rightSection={<Icon name="close" size={12} />}
      aria-label={t('library.worklists.leave', { name })}
      onClick={() => {
        setQuery({ ...query, worklist: null });
      }}
    >
      {t('library.worklists.inside', { name })}
    </Button>
  );
}

interface SelectionBarProps extends ResultBarProps {
  readonly count: number;
}

function SelectionBar({ count, total, chosen, setChosen, selection }: SelectionBarProps) {
  const { t } = useTranslation();
  const models = useComparedModels();
  const [saving, setSaving] = useState(false);
  const screen = useScreen();
  return (
    <div className={classes['bar']} role="group" aria-label={t('library.selection.bar')} data-chosen>
      <Text size="sm" c="var(--epsiloscope-strong)" fw={600} role="status">
        {t('library.selection.chosen', { count })}
      </Text>
      <Group gap={6} wrap="nowrap">
        {count < total && (
          <BarButton
            onClick={() => {
              setChosen(ALL_CHOSEN);
            }}
          >
            {t('library.selection.all', { count: total })}
          </BarButton>
        )}
        <BarButton
          onClick={() => {
            setSaving(true);
          }}
        >
          {t('library.selection.save')}
        </BarButton>
        {models !== null && (
          <BarButton
            loading={screen.isPending}
            onClick={() => {
              screen.mutate(selection);
            }}
          >
            {t('library.selection.screen')}
          </BarButton>
        )}
        <BarButton
          onClick={() => {
            setChosen(NOTHING_CHOSEN);
          }}
        >
          {t('library.selection.clear')}
        </BarButton>
      </Group>
      <SaveWorklistDialog
        opened={saving}
        onClose={() => {
          setSaving(false);
        }}
        selection={selection}
        cases={chosen.kind === 'all' && chosen.except.size === 0 ? null : count}
      />
      <FailureDialog title={t('library.screening.failed')} error={screen.error} onClose={screen.reset} />
    </div>
  );
}

interface BarButtonProps {
  readonly loading?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function BarButton({ loading = false, onClick, children }: BarButtonProps) {
  return (
    <Button variant="default" size="compact-sm" loading={loading} onClick={onClick}>
      {children}
    </Button>
  );
}
