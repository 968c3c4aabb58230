/** Which key may do what: pure decisions, made before a setting changes. */
import { type Action, ACTIONS, DEFAULT_SHORTCUTS } from '../../../../shared/domain/shortcut.ts';
import { canonicalShortcut } from '../../app/hotkeys.ts';

/** Where an action is at hand; `everywhere` meets all others, `library` and `case` never meet. */
export const SCOPES = ['everywhere', 'library', 'case'] as const;
export type Scope = (typeof SCOPES)[number];

/** In the order of the list that people read: by view, then by what belongs together. */
export const GROUPS = [
  { name: 'everywhere', scope: 'everywhere' },
  { name: 'library', scope: 'library' },
  { name: 'attack', scope: 'case' },
  { name: 'pictures', scope: 'case' },
  { name: 'answer', scope: 'case' },
  { name: 'marks', scope: 'case' },
] as const satisfies readonly { name: string; scope: Scope }[];
export type GroupName = (typeof GROUPS)[number]['name'];

const GROUP_OF: Readonly<Record<Action, GroupName>> = {
  showShortcuts: 'everywhere',
  goToLibrary: 'everywhere',
  goToCase: 'everywhere',
  goToModels: 'everywhere',
  goToSettings: 'everywhere',
  importImages: 'everywhere',
  search: 'library',
  openSelected: 'library',
  selectAll: 'library',
  previousCase: 'attack',
  nextCase: 'attack',
  epsilonDown: 'attack',
  epsilonUp: 'attack',
  toggleOverlay: 'pictures',
  nextMap: 'pictures',
  showOriginal: 'pictures',
  toggleBlink: 'pictures',
  toggleSwipe: 'pictures',
  toggleMagnifier: 'pictures',
  switchModel: 'pictures',
  fit: 'pictures',
  actualPixels: 'pictures',
  zoomIn: 'pictures',
  zoomOut: 'pictures',
  agreeWithFirst: 'answer',
  disagreeWithFirst: 'answer',
  agreeWithSecond: 'answer',
  disagreeWithSecond: 'answer',
  read1: 'answer',
  read2: 'answer',
  read3: 'answer',
  read4: 'answer',
  read5: 'answer',
  read6: 'answer',
  read7: 'answer',
  confidenceUnsure: 'answer',
  confidenceLikely: 'answer',
  confidenceCertain: 'answer',
  flag: 'answer',
  comment: 'answer',
  saveAndNext: 'answer',
  drawPoint: 'marks',
  drawEllipse: 'marks',
  drawPolygon: 'marks',
  drawFreehand: 'marks',
  stopDrawing: 'marks',
  deleteMark: 'marks',
  undo: 'marks',
  redo: 'marks',
};

/** The actions of a group, in the order in which they are declared. */
export const actionsOf = (group: GroupName): readonly Action[] =>
  ACTIONS.filter((action) => GROUP_OF[action] === group);

const scopeOf = (action: Action): Scope => {
  const group = GROUPS.find(({ name }) => name === GROUP_OF[action]);
  return group === undefined ? 'everywhere' : group.scope;
};

const meet = (one: Action, other: Action): boolean => {
  const scopes = [scopeOf(one), scopeOf(other)];
  return scopes[0] === scopes[1] || scopes.includes('everywhere');
};

type Shortcuts = Readonly<Record<Action, string>>;
export type OwnShortcuts = Readonly<Partial<Record<Action, string>>>;

/** The other actions that the same keys would set off in the same place. */
export function othersWith(shortcut: string, action: Action, shortcuts: Shortcuts): readonly Action[] {
  const wanted = canonicalShortcut(shortcut);
  if (wanted === '') return [];
  return ACTIONS.filter(
    (other) => other !== action && meet(action, other) && canonicalShortcut(shortcuts[other]) === wanted,
  );
}

/** Keys that the window, the system or a text field answers to before the page does, or that move the focus. */
const RESERVED: ReadonlySet<string> = new Set(
  [
    ...['mod+W', 'mod+T', 'mod+N', 'mod+Q', 'mod+R', 'mod+shift+R', 'mod+shift+T', 'mod+shift+N', 'mod+shift+W'],
    ...['mod+C', 'mod+V', 'mod+X', 'alt+F4', 'F5', 'F11', 'F12', 'Tab', 'shift+Tab', 'Escape'],
  ].map(canonicalShortcut),
);

export type Judgement =
  | { readonly kind: 'free' }
  | { readonly kind: 'reserved' }
  | { readonly kind: 'taken'; readonly by: readonly Action[] };

/** Whether an action may have these keys. Its default is never reserved to it. */
export function judge(shortcut: string, action: Action, shortcuts: Shortcuts): Judgement {
  const isDefault = canonicalShortcut(shortcut) === canonicalShortcut(DEFAULT_SHORTCUTS[action]);
  if (!isDefault && RESERVED.has(canonicalShortcut(shortcut))) return { kind: 'reserved' };
  const by = othersWith(shortcut, action, shortcuts);
  return by.length === 0 ? { kind: 'free' } : { kind: 'taken', by };
}

/**
 * The person's own keys once the action has these, and the others that had them have none.
 * What equals its default is not kept, so that a later default takes effect.
 */
export function rebound(own: OwnShortcuts, action: Action, shortcut: string): OwnShortcuts {
  const all: Shortcuts = { ...DEFAULT_SHORTCUTS, ...own };
  const losers = othersWith(shortcut, action, all);
  const changed = { ...own, ...Object.fromEntries(losers.map((other) => [other, ''])), [action]: shortcut };
  return Object.fromEntries(
    (Object.entries(changed) as [Action, string][]).filter(
      ([each, keys]) => canonicalShortcut(keys) !== canonicalShortcut(DEFAULT_SHORTCUTS[each]),
    ),
  );
}
