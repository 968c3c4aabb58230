import { Button, Group, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Action, DEFAULT_SHORTCUTS } from '../../../../shared/domain/shortcut.ts';
import { canonicalShortcut, shortcutOf } from '../../app/hotkeys.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { Keys, useShortcutName } from '../../components/Keys.tsx';
import { judge, type Judgement } from './rebinding.ts';
import { useActionName } from './useActionName.ts';
import classes from './settings.module.css';

/** The keys that were pressed, and why they are not in force yet. */
interface Refused {
  readonly keys: string;
  readonly judgement: Exclude<Judgement, { kind: 'free' }>;
}

interface ShortcutRowProps {
  readonly action: Action;
  readonly onRebind: (keys: string) => void;
  readonly onReset: () => void;
}

/** One action: its keys, and a way to press others. */
export function ShortcutRow({ action, onRebind, onReset }: ShortcutRowProps) {
  const { t } = useTranslation();
  const shortcuts = useShortcuts();
  const actionName = useActionName();
  const [refused, setRefused] = useState<Refused | null>(null);
  const name = actionName(action);
  const isDefault = canonicalShortcut(shortcuts[action]) === canonicalShortcut(DEFAULT_SHORTCUTS[action]);
  const wish = (keys: string) => {
    const judgement = judge(keys, action, shortcuts);
    setRefused(judgement.kind === 'free' ? null : { keys, judgement });
    if (judgement.kind === 'free') onRebind(keys);
  };
  const leave = () => {
    setRefused(null);
  };
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <KeyRecorder name={name} shortcut={shortcuts[action]} onPress={wish} />
        {refused !== null && (
          <Conflict
            refused={refused}
            onLeave={leave}
            onTake={() => {
              leave();
              onRebind(refused.keys);
            }}
          />
        )}
      </td>
      <td>
        {!isDefault && (
          <Button
            variant="default"
            size="xs"
            aria-label={t('settings.shortcuts.resetNamed', { action: name })}
            onClick={() => {
              leave();
              onReset();
            }}
          >
            {t('settings.shortcuts.reset')}
          </Button>
        )}
      </td>
    </tr>
  );
}

interface KeyRecorderProps {
  readonly name: string;
  readonly shortcut: string;
  readonly onPress: (keys: string) => void;
}

/** Shows keys; chosen, it waits for others to be pressed. Escape and Tab leave it. */
function KeyRecorder({ name, shortcut, onPress }: KeyRecorderProps) {
  const { t } = useTranslation();
  const [recording, setRecording] = useState(false);
  const record = (event: KeyboardEvent) => {
    if (!recording || event.key === 'Tab') return;
    // Neither the page's own keys nor the button may hear what is recorded.
    event.preventDefault();
    event.stopPropagation();
    const keys = shortcutOf(event);
    if (keys === null) return;
    setRecording(false);
    if (keys !== 'Escape') onPress(keys);
  };
  return (
    <UnstyledButton
      className={classes['keys'] ?? ''}
      data-recording={recording || undefined}
      onClick={() => {
        setRecording(true);
      }}
      onKeyDown={record}
      onBlur={() => {
        setRecording(false);
      }}
    >
      <VisuallyHidden>{t('settings.shortcuts.rebind', { action: name })}</VisuallyHidden>{' '}
      {recording ? (
        t('settings.shortcuts.press')
      ) : shortcut === '' ? (
        t('settings.shortcuts.noKey')
      ) : (
        <Keys shortcut={shortcut} />
      )}
    </UnstyledButton>
  );
}

interface ConflictProps {
  readonly refused: Refused;
  readonly onTake: () => void;
  readonly onLeave: () => void;
}

function Conflict({ refused: { keys, judgement }, onTake, onLeave }: ConflictProps) {
  const { t } = useTranslation();
  const actionName = useActionName();
  const shortcutName = useShortcutName();
  return (
    <Group gap="sm" py={4} role="alert">
      <Text c="var(--epsiloscope-caution)">
        {judgement.kind === 'reserved'
          ? t('settings.shortcuts.reserved', { keys: shortcutName(keys) })
          : t('settings.shortcuts.taken', {
              keys: shortcutName(keys),
              others: judgement.by.map((other) => actionName(other)).join(', '),
            })}
      </Text>
      {judgement.kind === 'taken' && (
        <Button size="xs" onClick={onTake}>
          {t('settings.shortcuts.takeIt')}
        </Button>
      )}
      <Button variant="default" size="xs" onClick={onLeave}>
        {t('settings.shortcuts.leaveIt')}
      </Button>
    </Group>
  );
}
