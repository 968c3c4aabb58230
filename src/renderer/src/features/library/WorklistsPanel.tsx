import { ActionIcon, Button, Menu, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Worklist } from '../../../../shared/contract/app/library.ts';
import { EVERYTHING } from '../../../../shared/domain/library.ts';
import { Failure } from '../../components/Failure.tsx';
import { Icon } from '../../components/Icon.tsx';
import { Waiting } from '../../components/Waiting.tsx';
import { useWorklists } from './libraryData.ts';
import { casesKey, worklistQuery } from './query.ts';
import { useLibraryQuery } from './useLibraryQuery.ts';
import { RemoveWorklistDialog, RenameWorklistDialog, SaveWorklistDialog } from './WorklistDialogs.tsx';
import classes from './FacetPanel.module.css';

/** Saved searches and lists of chosen cases. */
export function WorklistsPanel() {
  const { t } = useTranslation();
  const { query } = useLibraryQuery();
  const worklists = useWorklists();
  const [saving, setSaving] = useState(false);
  return (
    <section className={classes['worklists']} aria-label={t('library.worklists.title')}>
      <h2 className={classes['title']}>{t('library.worklists.title')}</h2>
      {worklists.isPending && <Waiting label={t('library.worklists.title')} lines={2} />}
      {worklists.isError && <Failure error={worklists.error} onRetry={() => void worklists.refetch()} />}
      {worklists.data?.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('library.worklists.none')}
        </Text>
      )}
      {worklists.data?.map((worklist) => (
        <WorklistRow key={worklist.id} worklist={worklist} />
      ))}
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        className={classes['less'] ?? ''}
        onClick={() => {
          setSaving(true);
        }}
      >
        {t('library.worklists.saveQuery')}
      </Button>
      <SaveWorklistDialog
        opened={saving}
        onClose={() => {
          setSaving(false);
        }}
        selection={() => Promise.resolve({ kind: 'query', query })}
        cases={null}
      />
    </section>
  );
}

function WorklistRow({ worklist }: { worklist: Worklist }) {
  const { t } = useTranslation();
  const { query, setQuery } = useLibraryQuery();
  const [dialog, setDialog] = useState<'rename' | 'remove' | null>(null);
  const close = () => {
    setDialog(null);
  };
  const found = worklist.kind === 'query' ? worklist.query : worklistQuery(worklist.id, query);
  const isOpen = casesKey(found) === casesKey(query);
  return (
    <div className={classes['worklist']}>
      <UnstyledButton
        className={classes['value'] ?? ''}
        aria-pressed={isOpen}
        onClick={() => {
          setQuery(isOpen ? { ...EVERYTHING, order: query.order, descending: query.descending } : found);
        }}
      >
        <span className={classes['name']}>{worklist.name}</span>
        <span className={classes['count']}>
          {worklist.kind === 'query' ? t('library.worklists.savedSearch') : worklist.cases}
        </span>
      </UnstyledButton>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={24}
            aria-label={t('library.worklists.more', { name: worklist.name })}
          >
            <Icon name="more" size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            onClick={() => {
              setDialog('rename');
            }}
          >
            {t('library.worklists.rename')}
          </Menu.Item>
          <Menu.Item
            onClick={() => {
              setDialog('remove');
            }}
          >
            {t('library.worklists.remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <RenameWorklistDialog worklist={worklist} opened={dialog === 'rename'} onClose={close} />
      <RemoveWorklistDialog
        worklist={worklist}
        opened={dialog === 'remove'}
        onClose={close}
        onRemoved={() => {
          // A list that is no more finds nothing.
          if (query.worklist === worklist.id) setQuery({ ...query, worklist: null });
        }}
      />
    </div>
  );
}
