import { Button, Group, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Action, DEFAULT_SHORTCUTS } from '../../../../shared/domain/shortcut.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { FailureDialog } from '../../components/FailureDialog.tsx';
import { useShortcutName } from '../../components/Keys.tsx';
import { actionsOf, type GroupName, GROUPS, rebound } from './rebinding.ts';
import { useActionName } from './useActionName.ts';
import { ShortcutRow } from './ShortcutRow.tsx';
import { useSetting } from './useSetting.ts';
import classes from './settings.module.css';

/** Every action with its keys, which can be changed. */
export function ShortcutsSection() {
  const { t } = useTranslation();
  const { settings, change, error, forgetError } = useSetting();
  const [search, setSearch] = useState('');
  const groups = useMatches(search);
  return (
    <div className={classes['groups']}>
      <Text c="dimmed" mb="md">
        {t('settings.shortcuts.explained')}
      </Text>
      <Group justify="space-between" mb="lg">
        <TextInput
          aria-label={t('settings.shortcuts.filter')}
          placeholder={t('settings.shortcuts.filter')}
          w={300}
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
          }}
        />
        <Button
          variant="default"
          disabled={Object.keys(settings.shortcuts).length === 0}
          onClick={() => {
            change({ shortcuts: {} });
          }}
        >
          {t('settings.shortcuts.resetAll')}
        </Button>
      </Group>
      {groups.length === 0 && <Text c="dimmed">{t('settings.shortcuts.noMatch')}</Text>}
      {groups.map(({ name, actions }) => (
        <ShortcutTable
          key={name}
          group={name}
          actions={actions}
          onRebind={(action, keys) => {
            change({ shortcuts: rebound(settings.shortcuts, action, keys) });
          }}
        />
      ))}
      <FailureDialog title={t('settings.notSaved')} error={error} onClose={forgetError} />
    </div>
  );
}

/** The groups with those of their actions whose name or keys hold the words searched for. */
function useMatches(search: string): readonly { name: GroupName; actions: readonly Action[] }[] {
  const actionName = useActionName();
  const shortcuts = useShortcuts();
  const nameOf = useShortcutName();
  const wanted = search.trim().toLowerCase();
  const matches = (action: Action) =>
    `${actionName(action)} ${nameOf(shortcuts[action])}`.toLowerCase().includes(wanted);
  return GROUPS.map(({ name }) => ({ name, actions: actionsOf(name).filter(matches) })).filter(
    ({ actions }) => actions.length > 0,
  );
}

interface ShortcutTableProps {
  readonly group: GroupName;
  readonly actions: readonly Action[];
  readonly onRebind: (action: Action, keys: string) => void;
}

function ShortcutTable({ group, actions, onRebind }: ShortcutTableProps) {
  const { t } = useTranslation();
  return (
    <table className={classes['shortcuts']}>
      <caption>{t(`settings.group.${group}`)}</caption>
      <tbody>
        {actions.map((action) => (
          <ShortcutRow
            key={action}
            action={action}
            onRebind={(keys) => {
              onRebind(action, keys);
            }}
            onReset={() => {
              onRebind(action, DEFAULT_SHORTCUTS[action]);
            }}
          />
        ))}
      </tbody>
    </table>
  );
}
