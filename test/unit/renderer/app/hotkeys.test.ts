import { getHotkeyHandler } from '@mantine/hooks';
import { describe, expect, test } from 'vitest';
import {
  canonicalShortcut,
  capsOf,
  hotkeysOf,
  type PressedKeys,
  shortcutOf,
} from '../../../../src/renderer/src/app/hotkeys.ts';
import { ACTIONS, DEFAULT_SHORTCUTS } from '../../../../src/shared/domain/shortcut.ts';

const UNHELD = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

/** Whether Mantine, which listens in the page, hears the shortcut when these keys are pressed. */
function isHeard(shortcut: string, pressed: PressedKeys): boolean {
  let heard = 0;
  const handler = getHotkeyHandler(
    hotkeysOf(shortcut).map((hotkey) => [
      hotkey,
      () => {
        heard += 1;
      },
    ]),
  );
  handler({ ...pressed, preventDefault: () => undefined } as KeyboardEvent);
  expect(heard).toBeLessThanOrEqual(1);
  return heard === 1;
}

describe('the keys of every action', () => {
  test.each(ACTIONS.map((action) => [action, DEFAULT_SHORTCUTS[action]]))('%s: %s is heard', (_action, shortcut) => {
    const caps = capsOf(shortcut);
    const key = caps.at(-1) ?? '';
    const pressed = {
      ...UNHELD,
      key: key === 'Space' ? ' ' : key,
      ctrlKey: caps.includes('mod'),
      shiftKey: caps.includes('shift'),
    };
    expect(isHeard(shortcut, pressed)).toBe(true);
    expect(shortcutOf(pressed)).toBe(canonicalShortcut(shortcut));
  });
});

describe('a sign', () => {
  test.each(['?', '/', '+', '-', '0'])(
    '%s is heard on keyboards where it takes shift, and where it does not',
    (key) => {
      expect(isHeard(key, { ...UNHELD, key })).toBe(true);
      expect(isHeard(key, { ...UNHELD, key, shiftKey: true })).toBe(true);
      expect(shortcutOf({ ...UNHELD, key, shiftKey: true })).toBe(key);
    },
  );

  test('with Ctrl is another shortcut', () => {
    expect(isHeard('+', { ...UNHELD, key: '+', ctrlKey: true })).toBe(false);
    expect(isHeard('mod++', { ...UNHELD, key: '+', ctrlKey: true })).toBe(true);
    expect(capsOf('mod++')).toEqual(['mod', '+']);
  });
});

describe('a letter', () => {
  test('with shift is another shortcut than without', () => {
    expect(isHeard('A', { ...UNHELD, key: 'A', shiftKey: true })).toBe(false);
    expect(isHeard('shift+A', { ...UNHELD, key: 'A', shiftKey: true })).toBe(true);
  });

  test('is the same in either case', () => {
    expect(shortcutOf({ ...UNHELD, key: 'j' })).toBe('J');
    expect(isHeard('J', { ...UNHELD, key: 'j' })).toBe(true);
  });

  test('counts Command as Ctrl', () => {
    expect(shortcutOf({ ...UNHELD, key: 'z', metaKey: true })).toBe('mod+Z');
  });
});

test.each(['Control', 'Shift', 'AltGraph', 'Dead', 'CapsLock'])('%s alone is no shortcut yet', (key) => {
  expect(shortcutOf({ ...UNHELD, key })).toBeNull();
});

test('no key is heard for an action without one', () => {
  expect(hotkeysOf('')).toEqual([]);
  expect(capsOf('')).toEqual([]);
  expect(canonicalShortcut('')).toBe('');
});

test.each([
  ['shift+mod+z', 'mod+shift+Z'],
  ['shift+?', '?'],
  ['shift+ArrowUp', 'shift+ArrowUp'],
  ['mod+shift+1', 'mod+1'],
])('%s is written %s', (shortcut, written) => {
  expect(canonicalShortcut(shortcut)).toBe(written);
});
