import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { Action } from '../../../shared/domain/shortcut.ts';
import { capsOf } from '../app/hotkeys.ts';
import { useShortcuts } from '../app/shortcuts.ts';
import classes from './Keys.module.css';

/** The keys of an action, as they lie on the keyboard; nothing where it has none. */
export function ActionKeys({ action }: { action: Action }) {
  return <Keys shortcut={useShortcuts()[action]} />;
}

/** A shortcut drawn as keys. */
export function Keys({ shortcut }: { shortcut: string }) {
  const nameOf = useKeyNames();
  const caps = capsOf(shortcut);
  if (caps.length === 0) return null;
  return (
    <span className={classes['keys']}>
      {caps.map((cap, index) => (
        <Fragment key={cap}>
          {index > 0 && ' '}
          <kbd className={classes['cap']}>{nameOf(cap)}</kbd>
        </Fragment>
      ))}
    </span>
  );
}

/** A shortcut in words: `Ctrl Z`. Empty where there is none. */
export function useShortcutName(): (shortcut: string) => string {
  const nameOf = useKeyNames();
  return (shortcut) => capsOf(shortcut).map(nameOf).join(' ');
}

const onMac = navigator.userAgent.includes('Mac');

function useKeyNames(): (cap: string) => string {
  const { t } = useTranslation();
  return (cap) => {
    if (!isNamed(cap)) return cap;
    return t(cap === 'mod' && onMac ? 'key.modOnMac' : `key.${cap}`);
  };
}

/** Keys with a name of their own in each language; letters, signs and F1 to F12 speak for themselves. */
const NAMED_KEYS = [
  'mod',
  'alt',
  'shift',
  'Space',
  'Enter',
  'Escape',
  'Backspace',
  'Delete',
  'Insert',
  'Home',
  'End',
  'PageUp',
  'PageDown',
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
] as const;

const isNamed = (cap: string): cap is (typeof NAMED_KEYS)[number] => (NAMED_KEYS as readonly string[]).includes(cap);
