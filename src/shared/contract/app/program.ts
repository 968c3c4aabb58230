/** The program itself: its host, its engine, its settings, and what happens unasked. */
import { eventIterator, type } from '@orpc/contract';
import { z } from 'zod';
import { ACTIONS } from '../../domain/shortcut.ts';
import type { EngineFacts } from '../engine.ts';
import { question } from './question.ts';
import type { Work } from './work.ts';

/** What only a host can do. */
export interface HostFacts {
  readonly kind: 'electron' | 'loopback';
  readonly platform: string;
  /** Whether `chooseFolder` opens a dialog. */
  readonly dialogs: boolean;
  /** Why this host and not the other; empty where there is nothing to say. */
  readonly why: string;
}

export interface LibraryLicence {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
}

export interface About {
  readonly version: string;
  /** Node.js, Electron, Chromium, SQLite, ... */
  readonly runtime: Readonly<Record<string, string>>;
  readonly licences: readonly LibraryLicence[];
}

export const LANGUAGES = ['en'] as const;

export const settingsSchema = z.strictObject({
  theme: z.enum(['dark', 'light', 'system']),
  density: z.enum(['comfortable', 'compact']),
  language: z.enum(LANGUAGES),
  /** Keys that differ from DEFAULT_SHORTCUTS. */
  shortcuts: z.partialRecord(z.enum(ACTIONS), z.string().max(40)),
});
export type Settings = z.infer<typeof settingsSchema>;

export const DEFAULT_SETTINGS: Settings = { theme: 'dark', density: 'comfortable', language: 'en', shortcuts: {} };

export const FOLDER_PURPOSES = ['images', 'workspace', 'model'] as const;
export type FolderPurpose = (typeof FOLDER_PURPOSES)[number];

/** A folder that the person chose: the page holds the grant, never the path. */
export interface FolderGrant {
  readonly grant: string;
  /** The folder's name, to be shown. */
  readonly label: string;
}

/** What the host's menu asks the page to do. */
export const MENU_COMMANDS = [
  'import',
  'openFolder',
  'openDemo',
  'settings',
  'shortcuts',
  'about',
  'undo',
  'redo',
] as const;
export type MenuCommand = (typeof MENU_COMMANDS)[number];

export type News =
  /** The engine process ended; the next question that needs it starts another one. */
  | { readonly kind: 'engineEnded'; readonly code: number }
  | { readonly kind: 'work'; readonly work: Work }
  /** Workspace, reviewer, pair or blindness changed: ask for all again. */
  | { readonly kind: 'session' }
  /** Cases, verdicts or worklists changed. */
  | { readonly kind: 'library' }
  | { readonly kind: 'models' }
  /** The workspace's disk is gone or refuses to be written; what was acknowledged is safe where the disk is. */
  | { readonly kind: 'workspaceLost'; readonly reason: string }
  | { readonly kind: 'menu'; readonly command: MenuCommand };

export const programContract = {
  host: question.output(type<HostFacts>()),
  about: question.output(type<About>()),
  engine: question.output(type<EngineFacts>()),
  settings: question.output(type<Settings>()),
  saveSettings: question.input(settingsSchema).output(type<Settings>()),
  /** Opens the host's dialog; null: the person closed it, or the host has none. */
  chooseFolder: question.input(z.strictObject({ purpose: z.enum(FOLDER_PURPOSES) })).output(type<FolderGrant | null>()),
  /** Shows the workspace's folder in the system's file manager, where the host can. */
  revealWorkspace: question.output(type<null>()),
  /** What happens unasked, at most 10 events a second of each kind. */
  news: question.output(eventIterator(type<News>())),
};
