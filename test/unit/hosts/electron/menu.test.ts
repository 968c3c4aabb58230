import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { menuTemplate } from '../../../../src/main/hosts/electron/menu.ts';
import { MENU_COMMANDS, type MenuCommand } from '../../../../src/shared/contract/app/program.ts';

const itemsOf = (menu: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  menu.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? itemsOf(item.submenu) : [])]);

describe.each(['linux', 'win32', 'darwin'] as const)('the menu on %s', (platform) => {
  const asked: MenuCommand[] = [];
  const items = itemsOf(
    menuTemplate((command) => {
      asked.push(command);
    }, platform),
  );

  it('has each command of the contract once', () => {
    for (const { click } of items) (click as (() => void) | undefined)?.();
    expect([...asked].sort()).toEqual([...MENU_COMMANDS].sort());
  });

  it('gives no key to two items', () => {
    const keys = items.flatMap(({ accelerator }) => (accelerator === undefined ? [] : [accelerator]));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('can neither load a page again nor open the developer tools', () => {
    const roles = items.map(({ role }) => role);
    for (const role of ['reload', 'forceReload', 'toggleDevTools']) expect(roles).not.toContain(role);
  });
});
