import type { MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../../../shared/contract/app/program.ts';
import { menuTexts as texts } from './texts.en.ts';

/**
 * The app's menu. What concerns the work is asked of the page, which knows what is open; keys that the page has taken for
 * itself never come here.
 *
 * @param ask passes a command on to the page
 */
export function menuTemplate(
  ask: (command: MenuCommand) => void,
  platform: NodeJS.Platform,
): MenuItemConstructorOptions[] {
  const command = (label: string, asked: MenuCommand, accelerator?: string): MenuItemConstructorOptions => ({
    id: asked,
    label,
    ...(accelerator === undefined ? {} : { accelerator }),
    click: () => {
      ask(asked);
    },
  });
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const file = [
    command(texts.importImages, 'import', 'CmdOrCtrl+I'),
    command(texts.openWorkspace, 'openFolder', 'CmdOrCtrl+O'),
    command(texts.openDemo, 'openDemo'),
    separator,
    command(texts.settings, 'settings', 'CmdOrCtrl+,'),
    separator,
    { id: 'quit', label: texts.quit, role: 'quit', accelerator: 'CmdOrCtrl+Q' } as const,
  ];
  const edit: MenuItemConstructorOptions[] = [
    command(texts.undo, 'undo', 'CmdOrCtrl+Z'),
    command(texts.redo, 'redo', 'CmdOrCtrl+Shift+Z'),
    separator,
    { role: 'cut' },
    { role: 'copy' },
    { role: 'paste' },
    { role: 'selectAll' },
  ];
  const view: MenuItemConstructorOptions[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    separator,
    { role: 'togglefullscreen' },
  ];
  const help = [command(texts.shortcuts, 'shortcuts'), command(texts.about, 'about')];
  return [
    // Hiding, services and quitting live there on macOS.
    ...(platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    { label: texts.file, submenu: file },
    { label: texts.edit, submenu: edit },
    { label: texts.view, submenu: view },
    ...(platform === 'darwin' ? [{ role: 'windowMenu' } as const] : []),
    { label: texts.help, role: 'help', submenu: help },
  ];
}
