import { UnstyledButton } from '@mantine/core';
import type { ComponentPropsWithRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Action } from '../../../../../shared/domain/shortcut.ts';
import { useShortcuts } from '../../../app/shortcuts.ts';
import { useShortcutName } from '../../../components/Keys.tsx';
import classes from './pictures.module.css';

/** What a control does, with the key that does it: `Fit (0)`. */
export function useNameWithKey(): (name: string, action: Action) => string {
  const { t } = useTranslation();
  const shortcuts = useShortcuts();
  const nameOf = useShortcutName();
  return (name, action) => {
    const key = nameOf(shortcuts[action]);
    return key === '' ? name : t('review.view.withKey', { name, key });
  };
}

interface ToolProps extends Omit<ComponentPropsWithRef<'button'>, 'name' | 'title' | 'style'> {
  /** What it does, in words. */
  readonly name: string;
  /** The key that does the same. */
  readonly action?: Action;
  /** On or off; left out where it is neither. */
  readonly pressed?: boolean;
}

/** A small button under a picture. */
export function Tool({ name, action, pressed, className, ...button }: ToolProps) {
  const withKey = useNameWithKey();
  const title = action === undefined ? name : withKey(name, action);
  return (
    <UnstyledButton
      className={[classes['tool'], className].filter((each) => each !== undefined).join(' ')}
      title={title}
      aria-label={title}
      aria-pressed={pressed}
      {...button}
    />
  );
}
