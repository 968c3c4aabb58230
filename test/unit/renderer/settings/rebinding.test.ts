import { describe, expect, test } from 'vitest';
import {
  actionsOf,
  GROUPS,
  judge,
  othersWith,
  rebound,
} from '../../../../src/renderer/src/features/settings/rebinding.ts';
import { ACTIONS, DEFAULT_SHORTCUTS } from '../../../../src/shared/domain/shortcut.ts';

test('every action stands in one group', () => {
  const grouped = GROUPS.flatMap(({ name }) => actionsOf(name));
  expect([...grouped].sort()).toEqual([...ACTIONS].sort());
});

test.each(ACTIONS)('the default key of %s sets off nothing else in the same place', (action) => {
  expect(othersWith(DEFAULT_SHORTCUTS[action], action, DEFAULT_SHORTCUTS)).toEqual([]);
});

describe('a wish for other keys', () => {
  test('is free where nobody has them', () => {
    expect(judge('mod+Y', 'redo', DEFAULT_SHORTCUTS)).toEqual({ kind: 'free' });
  });

  test('names who has them, however they are written', () => {
    expect(judge('shift+mod+z', 'undo', DEFAULT_SHORTCUTS)).toEqual({ kind: 'taken', by: ['redo'] });
  });

  test('is taken by an action that is at hand everywhere', () => {
    expect(judge('mod+1', 'flag', DEFAULT_SHORTCUTS)).toEqual({ kind: 'taken', by: ['goToLibrary'] });
  });

  test('is free where the other action is only in another view', () => {
    expect(judge('J', 'search', DEFAULT_SHORTCUTS)).toEqual({ kind: 'free' });
  });

  test.each(['mod+W', 'mod+C', 'F5', 'Tab', 'Escape'])('is refused for %s', (keys) => {
    expect(judge(keys, 'flag', DEFAULT_SHORTCUTS)).toEqual({ kind: 'reserved' });
  });

  test('is never refused for the default', () => {
    expect(judge('Escape', 'stopDrawing', DEFAULT_SHORTCUTS)).toEqual({ kind: 'free' });
  });
});

describe('once keys are changed', () => {
  test('only what differs from the default is kept', () => {
    expect(rebound({}, 'redo', 'mod+Y')).toEqual({ redo: 'mod+Y' });
    expect(rebound({ redo: 'mod+Y' }, 'redo', 'shift+mod+Z')).toEqual({});
  });

  test('who had them has none', () => {
    expect(rebound({}, 'nextCase', 'K')).toEqual({ nextCase: 'K', previousCase: '' });
  });

  test('the default comes back with a reset, and whoever took it loses it', () => {
    const taken = rebound({}, 'nextCase', 'K');
    expect(rebound(taken, 'previousCase', DEFAULT_SHORTCUTS.previousCase)).toEqual({ nextCase: '' });
  });
});
