import type { Browser, Locator } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, installApp } from './support/app.ts';
import { noBrowser, type OpenedPage, openPage, PATIENCE, startBrowser } from './support/browser.ts';
import { introduce, openCase, saved } from './support/steps.ts';
import { type RunningProgram, startProgram } from './support/program.ts';

let installation: Installation;
let program: RunningProgram;
let browser: Browser;
let opened: OpenedPage;

const page = () => opened.page;
const mark = (name: string): Locator => page().getByRole('button', { name, exact: true });
const photograph = (): Locator => page().getByRole('group', { name: /^Photograph/ });
const take = (tool: string) => page().getByRole('button', { name: tool, exact: true }).click();
const shown = (count: string): Promise<void> =>
  page()
    .getByRole('img', { name: `${count} on the photograph, listed beside it` })
    .waitFor(PATIENCE);
const focused = () => page().evaluate(() => document.activeElement?.textContent);

/** A place on the screen, by its share of the photograph's box. */
async function at(x: number, y: number): Promise<[number, number]> {
  const box = await photograph().boundingBox();
  if (box === null) throw new Error('The photograph is not shown.');
  return [box.x + x * box.width, box.y + y * box.height];
}

async function drag(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  const { mouse } = page();
  await mouse.move(...(await at(...from)));
  await mouse.down();
  await mouse.move(...(await at((from[0] + to[0]) / 2, (from[1] + to[1]) / 2)), { steps: 4 });
  await mouse.move(...(await at(...to)), { steps: 4 });
  await mouse.up();
}

/** What each revision changed, as the history tells it: the newest first. */
async function history(): Promise<readonly string[]> {
  await saved(page());
  await page().getByRole('button', { name: 'History of the answers' }).click();
  const popover = page().getByRole('dialog', { name: 'History of the answers' });
  await popover.getByRole('listitem').first().waitFor();
  const texts = await popover.getByRole('listitem').allInnerTexts();
  await page().keyboard.press('Escape');
  return texts;
}

async function press(...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page().keyboard.press(key);
}

describe.skipIf(noBrowser !== null)(`marks on the photograph (${noBrowser ?? 'in Chromium'})`, () => {
  beforeAll(async () => {
    installation = await installApp();
    program = startProgram(installation);
    browser = await startBrowser();
    opened = await openPage(browser, program);
    await openCase(page(), 'ISIC_0001769');
    await introduce(page(), 'Dr. Ada');
  }, 180_000);

  afterAll(async () => {
    await browser.close();
    await program.close();
    installation.remove();
  });

  it('are drawn with the mouse: an ellipse by its corners, a polygon corner after corner, a point, a line', async () => {
    await take('Draw ellipses');
    await drag([0.3, 0.3], [0.6, 0.6]);
    await mark('1 Ellipse').waitFor();
    await take('Draw polygons');
    for (const [x, y] of [[0.1, 0.6], [0.3, 0.6], [0.3, 0.8]] as const) await page().mouse.click(...(await at(x, y))); // prettier-ignore
    await press('Enter');
    await mark('2 Polygon').waitFor();
    await take('Set points');
    await page().mouse.click(...(await at(0.2, 0.2)));
    await mark('3 Point').waitFor();
    await take('Draw lines by hand');
    await drag([0.7, 0.2], [0.8, 0.5]);
    await mark('4 Line').waitFor();
    await press('Escape');
    await shown('4 marks');
    expect(await history()).toHaveLength(4);
  });

  it('can be taken by their edge and moved', async () => {
    await drag([0.3, 0.45], [0.3, 0.45]);
    await expect.poll(() => mark('1 Ellipse').getAttribute('aria-current'), PATIENCE).toBe('true');
    await drag([0.3, 0.45], [0.25, 0.5]);
    expect((await history())[0]).toContain('1 mark changed');
  });

  it('are named, and found again after the page is loaded anew', async () => {
    await page().getByRole('textbox', { name: 'Label of 1 Ellipse' }).fill('pigment network');
    await saved(page());
    await page().reload();
    await shown('4 marks');
    expect(await page().getByRole('textbox', { name: 'Label of 1 Ellipse' }).inputValue()).toBe('pigment network');
  });

  it('are drawn, moved, reshaped and removed by keys alone', async () => {
    await press(
      'Shift+G',
      'Space',
      'ArrowRight',
      'ArrowRight',
      'Space',
      'ArrowDown',
      'ArrowDown',
      'Space',
      'Enter',
      'Escape',
    );
    const drawn = (await history()).length;
    await mark('5 Polygon').focus();
    await press('ArrowLeft');
    expect(await history()).toHaveLength(drawn + 1);
    await mark('5 Polygon').focus();
    await press('PageDown');
    expect(await focused()).toBe('5 Polygon, handle 1 of 3');
    await press('ArrowUp');
    const [moved, ...before] = await history();
    expect(moved).toContain('1 mark changed');
    expect(before).toHaveLength(drawn + 1);
    await mark('5 Polygon').focus();
    await press('Delete');
    await shown('4 marks');
    await expect.poll(focused, PATIENCE).toBe('4 Line');
    expect((await history())[0]).toContain('1 mark removed');
  });

  it('come back by undo, and go again by redo', async () => {
    await page().getByRole('heading', { name: 'Your reading' }).click();
    await press('Control+z');
    await shown('5 marks');
    await press('Control+Shift+z');
    await shown('4 marks');
  });

  it('make the page break none of its rules', () => {
    expect(opened.complaints).toEqual([]);
  });
});
