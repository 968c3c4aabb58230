/** The forms of a key with its modifiers: as it is stored, as Mantine compares it, as the browser tells it. */

const MODIFIERS = ['mod', 'alt', 'shift'] as const;
type Modifier = (typeof MODIFIERS)[number];

interface Parts {
  readonly modifiers: ReadonlySet<Modifier>;
  /** `J`, `ArrowLeft`, `+`; empty: no key. */
  readonly key: string;
}

/** Modifiers stand first; what follows them is the key, which may be a plus itself. */
function partsOf(shortcut: string): Parts {
  const [modifiers = ''] = /^(?:(?:mod|alt|shift)\+)*/i.exec(shortcut) ?? [];
  return {
    modifiers: new Set(modifiers.toLowerCase().split('+').filter(isModifier)),
    key: shortcut.slice(modifiers.length),
  };
}

const isModifier = (text: string): text is Modifier => (MODIFIERS as readonly string[]).includes(text);

/** A digit, bracket, question mark, ...: whether it takes shift to type one depends on the keyboard. */
const isSign = (key: string): boolean => key.length === 1 && !/\p{L}/u.test(key);

const written = (modifiers: ReadonlySet<Modifier>, key: string): string =>
  [...MODIFIERS.filter((each) => modifiers.has(each)), key].join('+');

const without = (modifiers: ReadonlySet<Modifier>, left: Modifier): ReadonlySet<Modifier> =>
  new Set([...modifiers].filter((each) => each !== left));

/** One form for all ways to write the same keys: `mod+shift+Z`, `?`, `Space`; empty for no key. */
export function canonicalShortcut(shortcut: string): string {
  const { modifiers, key } = partsOf(shortcut);
  if (key === '') return '';
  if (isSign(key)) return written(without(modifiers, 'shift'), key);
  return written(modifiers, key.length === 1 ? key.toUpperCase() : key);
}

/** What to give to Mantine's `useHotkeys`. A sign is heard with shift and without: layouts differ in which it takes. */
export function hotkeysOf(shortcut: string): readonly string[] {
  const { modifiers, key } = partsOf(canonicalShortcut(shortcut));
  if (key === '') return [];
  const heard = key === '+' ? '[plus]' : key;
  if (!isSign(key)) return [written(modifiers, heard)];
  return [written(modifiers, heard), written(new Set([...modifiers, 'shift']), heard)];
}

/** The part of a keyboard event that names the keys. */
export type PressedKeys = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** Keys that only change others, and what stands for a key that is not known yet. */
const NOT_A_KEY = new Set([
  'Control',
  'Meta',
  'Alt',
  'AltGraph',
  'Shift',
  'CapsLock',
  'Dead',
  'Process',
  'Unidentified',
]);

/** The shortcut that was pressed; null while only modifiers are held. */
export function shortcutOf({ key, ctrlKey, metaKey, altKey, shiftKey }: PressedKeys): string | null {
  if (NOT_A_KEY.has(key)) return null;
  const held: Readonly<Record<Modifier, boolean>> = { mod: ctrlKey || metaKey, alt: altKey, shift: shiftKey };
  const modifiers = new Set(MODIFIERS.filter((modifier) => held[modifier]));
  return canonicalShortcut(written(modifiers, key === ' ' ? 'Space' : key));
}

/** The keys to be drawn one beside the other: `['mod', 'Z']`; empty for no key. */
export function capsOf(shortcut: string): readonly string[] {
  const { modifiers, key } = partsOf(canonicalShortcut(shortcut));
  return key === '' ? [] : [...MODIFIERS.filter((each) => modifiers.has(each)), key];
}
