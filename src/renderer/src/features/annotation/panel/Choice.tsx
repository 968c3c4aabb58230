import { VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Action } from '../../../../../shared/domain/shortcut.ts';
import { useShortcutName } from '../../../components/Keys.tsx';
import { useShortcuts } from '../../../app/shortcuts.ts';
import classes from './Choice.module.css';

interface ChoiceProps {
  readonly chosen: boolean;
  readonly onChoose: () => void;
  /** In full, for those who point at it or do not see it. */
  readonly name: string;
  /** What the button shows, where there is no room for the name. */
  readonly short?: string;
  /** Whose key does the same. */
  readonly action?: Action;
  /** Whether the key stands in the button; it is told of in any case. */
  readonly showsKey?: boolean;
}

/** One of a few answers beside each other; choosing the chosen one again takes it back. */
export function Choice({ chosen, onChoose, name, short, action, showsKey = action !== undefined }: ChoiceProps) {
  const title = useNameWithKey(name, action);
  return (
    <button type="button" className={classes['choice']} aria-pressed={chosen} title={title} onClick={onChoose}>
      {short === undefined ? (
        name
      ) : (
        <>
          <span aria-hidden>{short}</span>
          <VisuallyHidden>{name}</VisuallyHidden>
        </>
      )}
      {showsKey && action !== undefined && <KeyHint action={action} />}
    </button>
  );
}

/** `Melanoma (3)`: a name with the key that does the same. */
export function useNameWithKey(name: string, action: Action | undefined): string {
  const { t } = useTranslation();
  const shortcuts = useShortcuts();
  const keyName = useShortcutName();
  const key = action === undefined ? '' : keyName(shortcuts[action]);
  return key === '' ? name : t('annotation.nameWithKey', { name, key });
}

/** The key of an action in small, within a control; nothing where it has none. */
function KeyHint({ action }: { action: Action }) {
  const shortcuts = useShortcuts();
  const keyName = useShortcutName();
  return (
    <span className={classes['hint']} aria-hidden>
      {keyName(shortcuts[action])}
    </span>
  );
}

interface ChoicesProps {
  readonly label: string;
  readonly columns: number;
  /** The label stands over the choices; else it is only said. */
  readonly title?: ReactNode;
  readonly children: ReactNode;
}

/** Choices under their name. */
export function Choices({ label, columns, title, children }: ChoicesProps) {
  return (
    <div role="group" aria-label={label} className={classes['choices']}>
      {title !== undefined && <div className={classes['title']}>{title}</div>}
      <div className={classes['row']} style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
        {children}
      </div>
    </div>
  );
}
