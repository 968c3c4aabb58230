/** Where the window was, kept for the next start. Knows no Electron. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const placeSchema = z.strictObject({
  x: z.int(),
  y: z.int(),
  width: z.int().positive(),
  height: z.int().positive(),
  maximised: z.boolean(),
});
/** In device-independent pixels; of a maximised window, where it was before. */
export type WindowPlace = z.infer<typeof placeSchema>;

export const SMALLEST = { width: 960, height: 600 } as const;
const FIRST = { width: 1366, height: 768 } as const;

/** So much of the title must lie on a screen that the window can be taken by it. */
const VISIBLE = { width: 120, height: 40 } as const;

/** Null where there is none, or none that can be read: the window then opens in the middle. */
export function readPlace(file: string): WindowPlace | null {
  try {
    return placeSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/** Where the window was is not worth an error: a full disk is told of by what matters. */
export function writePlace(file: string, place: WindowPlace): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, JSON.stringify(place), { mode: 0o600 });
  } catch {
    return;
  }
}

/**
 * Where to open the window: as it was, no larger than its screen; in the middle of the first screen where the one it was on
 * is gone.
 *
 * @param screens their work areas, the first one first
 */
export function placeOn(screens: readonly [Rectangle, ...Rectangle[]], before: WindowPlace | null): WindowPlace {
  const screen = before === null ? undefined : screens.find((each) => showsTitle(each, before));
  const { width, height } = fitting(screen ?? screens[0], before ?? FIRST);
  const maximised = before?.maximised ?? false;
  if (before !== null && screen !== undefined) return { x: before.x, y: before.y, width, height, maximised };
  return { ...inTheMiddle(screens[0], width, height), width, height, maximised };
}

const showsTitle = (screen: Rectangle, window: Rectangle): boolean =>
  overlap(screen.x, screen.width, window.x, window.width) >= VISIBLE.width &&
  window.y >= screen.y &&
  window.y <= screen.y + screen.height - VISIBLE.height;

const overlap = (start: number, length: number, otherStart: number, otherLength: number): number =>
  Math.min(start + length, otherStart + otherLength) - Math.max(start, otherStart);

const fitting = (screen: Rectangle, { width, height }: { readonly width: number; readonly height: number }) => ({
  width: Math.max(Math.min(width, screen.width), SMALLEST.width),
  height: Math.max(Math.min(height, screen.height), SMALLEST.height),
});

const inTheMiddle = (screen: Rectangle, width: number, height: number) => ({
  x: screen.x + Math.max(0, Math.round((screen.width - width) / 2)),
  y: screen.y + Math.max(0, Math.round((screen.height - height) / 2)),
});
