import { getHotkeyHandler } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import type { Action } from '../../../../shared/domain/shortcut.ts';
import { hotkeysOf } from '../../app/hotkeys.ts';
import { useShortcuts } from '../../app/shortcuts.ts';

/** A field takes the key as text, a button as a press. */
const takesKeys = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, textarea, select, button, a, [contenteditable]') !== null;

/** Whether the key of this action is held down now. */
export function useHeld(action: Action): boolean {
  const shortcut = useShortcuts()[action];
  const [held, setHeld] = useState(false);
  useEffect(() => {
    const press = getHotkeyHandler(
      hotkeysOf(shortcut).map((hotkey) => [
        hotkey,
        () => {
          setHeld(true);
        },
      ]),
    );
    const onDown = (event: KeyboardEvent) => {
      if (!takesKeys(event.target)) press(event);
    };
    const release = () => {
      setHeld(false);
    };
    document.addEventListener('keydown', onDown);
    document.addEventListener('keyup', release);
    window.addEventListener('blur', release);
    return () => {
      document.removeEventListener('keydown', onDown);
      document.removeEventListener('keyup', release);
      window.removeEventListener('blur', release);
    };
  }, [shortcut]);
  return held;
}
