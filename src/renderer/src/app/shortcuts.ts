import { getHotkeyHandler, useHotkeys } from '@mantine/hooks';
import { type Action, DEFAULT_SHORTCUTS } from '../../../shared/domain/shortcut.ts';
import { useSettings } from '../api/queries.ts';
import { hotkeysOf } from './hotkeys.ts';

type Handlers = Readonly<Partial<Record<Action, () => void>>>;
type Shortcuts = Readonly<Record<Action, string>>;

/** The keys in force: the person's own where they chose one, else the defaults. Empty: the action has no key. */
export function useShortcuts(): Shortcuts {
  return { ...DEFAULT_SHORTCUTS, ...useSettings().shortcuts };
}

/** What the keys of these actions do while the component is there; not while the person types into a field. */
export function useActions(handlers: Handlers): void {
  const shortcuts = useShortcuts();
  useHotkeys(
    hotkeyItems(shortcuts, handlers).map(([hotkey, act]) => [
      hotkey,
      (event) => {
        // Nothing happens unseen behind a dialog.
        if (isDialogOpen() || isForTheField(event)) return;
        event.preventDefault();
        act();
      },
      { preventDefault: false },
    ]),
    NO_TAGS_IGNORED,
  );
}

/** Mantine would ignore every `input`, switches and boxes among them: which keys belong to a field is told here. */
const NO_TAGS_IGNORED: string[] = [];
const TEXT_FIELDS =
  'textarea, select, [contenteditable="true"], input:not([type="checkbox"], [type="radio"], [type="button"])';
const KEYS_OF_SWITCHES = new Set([' ', 'Enter', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']);

const isForTheField = ({ target, key }: KeyboardEvent): boolean =>
  target instanceof Element && (target.matches(TEXT_FIELDS) || (target.matches('input') && KEYS_OF_SWITCHES.has(key)));

/** A dialog lies over the page. */
export const isDialogOpen = (): boolean => document.querySelector('[aria-modal="true"]') !== null;

/** The same for one field or element: `onKeyDown={useActionKeys({ saveAndNext })}`. */
export function useActionKeys(handlers: Handlers) {
  return getHotkeyHandler(hotkeyItems(useShortcuts(), handlers));
}

const hotkeyItems = (shortcuts: Shortcuts, handlers: Handlers): [string, () => void][] =>
  (Object.entries(handlers) as [Action, () => void][]).flatMap(([action, act]) =>
    hotkeysOf(shortcuts[action]).map((hotkey): [string, () => void] => [hotkey, act]),
  );
