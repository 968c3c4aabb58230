import type { Browser } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, installApp } from './support/app.ts';
import { noBrowser, type OpenedPage, openPage, PATIENCE, SLOW, startBrowser } from './support/browser.ts';
import { type RunningProgram, startProgram } from './support/program.ts';
import { attacked, card, pressed, saved, screened, sentence } from './support/steps.ts';

let installation: Installation;
let browser: Browser;
let program: RunningProgram;
let opened: OpenedPage;

const page = () => opened.page;
const key = (name: string) => page().keyboard.press(name);
const type = (text: string) => page().keyboard.type(text);
const button = (name: string) => page().getByRole('button', { name, exact: true });
const heading = (name: string | RegExp) => page().getByRole('heading', { level: 1, name });

/** Presses Tab until what has the focus is called so; fails where no control is. */
async function tabTo(name: RegExp): Promise<void> {
  const mostControls = 80;
  for (let times = 0; times < mostControls; times += 1) {
    if (name.test(await focused())) return;
    await key('Tab');
  }
  throw new Error(`Tab leads to no control that is called ${String(name)}.`);
}

/** Name of the control with the focus, by its label or its text. */
const focused = () =>
  page().evaluate(() => {
    const element = document.activeElement;
    const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : [];
    return (
      element?.ariaLabel ?? (labels.map(({ textContent }) => textContent).join(' ') || (element?.textContent ?? ''))
    );
  });

describe.skipIf(noBrowser !== null)(`a case by keys alone (${noBrowser ?? 'Chromium'})`, SLOW, () => {
  beforeAll(async () => {
    installation = await installApp();
    browser = await startBrowser();
    program = startProgram(installation);
    opened = await openPage(browser, program);
    await screened(page());
    await page().evaluate(() => {
      const counted = window as unknown as { pointed: number };
      counted.pointed = 0;
      for (const kind of ['pointerdown', 'pointermove', 'mousedown', 'mousemove', 'wheel', 'touchstart']) {
        window.addEventListener(kind, () => (counted.pointed += 1), { capture: true });
      }
    });
  }, SLOW.timeout);

  afterAll(async () => {
    await browser.close();
    await program.close();
    installation.remove();
  });

  afterEach(async () => {
    expect(opened.complaints).toEqual([]);
    expect(await page().evaluate(() => (window as unknown as { pointed: number }).pointed)).toBe(0);
  });

  it('is found by a search, and opened', async () => {
    await key('/');
    await type('1852');
    await expect.poll(() => page().getByRole('gridcell').count(), PATIENCE).toBe(1);
    await key('Escape');
    await key('Escape');
    await card(page(), 'ISIC_0001871').waitFor();
    await tabTo(/^ISIC_/);
    const first = await focused();
    await key('ArrowRight');
    expect(await focused()).not.toBe(first);
    await key('ArrowLeft');
    expect(await focused()).toBe(first);
    await key('Enter');
    await heading(/ISIC_/).waitFor();
    await attacked(page());
  });

  it('asks who reads', async () => {
    await tabTo(/^Name$/);
    await type('Dr. Ada');
    await key('Enter');
    await page().getByRole('group', { name: 'Your reading' }).waitFor();
  });

  it('is attacked at a smaller and at a larger epsilon, on both models', async () => {
    const said = () => sentence(page()).innerText();
    const before = await said();
    await key('ArrowRight');
    expect(await said()).not.toBe(before);
    await key('ArrowLeft');
    expect(await said()).toBe(before);
    await key('x');
    await page()
      .getByRole('img', { name: /^Model input of pgd/ })
      .waitFor();
    await key('h');
    await page().getByRole('heading', { name: 'Size of the perturbation' }).waitFor();
  });

  it('is answered', async () => {
    for (const each of ['3', 'l', 'a', 'Shift+D', 'f']) await key(each);
    await key('m');
    await type('Asymmetric.');
    await key('Escape');
    await saved(page());
    expect(
      await pressed(page(), ['Melanoma', 'likely', 'Agree with standard', 'Disagree with pgd', 'Flag for discussion']),
    ).toEqual({
      Melanoma: 'true',
      likely: 'true',
      'Agree with standard': 'true',
      'Disagree with pgd': 'true',
      'Flag for discussion': 'true',
    });
    await tabTo(/^Tags$/);
    await type('teaching');
    await key('Enter');
    await key('Escape');
    await page().getByText('teaching', { exact: true }).waitFor();
  });

  it('is marked', async () => {
    await key('Shift+P');
    await page().getByRole('application', { name: 'Set points' }).waitFor();
    for (let times = 0; times < 3; times += 1) await key('ArrowUp');
    await key('Space');
    await button('1 Point').waitFor();
    await key('Escape');
    await page().getByRole('application').waitFor({ state: 'hidden' });
  });

  it('is undone and redone', async () => {
    await key('Control+z');
    await button('1 Point').waitFor({ state: 'hidden' });
    await key('Control+Shift+z');
    await button('1 Point').waitFor();
    await saved(page());
  });

  it('is saved, and the next one comes', async () => {
    const place = page().url();
    await key('Control+Enter');
    await page().waitForURL((url) => url.href !== place);
    await heading(/ISIC_\d+ open/).waitFor();
    await page()
      .getByRole('button', { name: /^Previous/, disabled: false })
      .waitFor();
    await key('k');
    await heading(/ISIC_\d+ reviewed/).waitFor();
    expect(await page().getByRole('textbox', { name: 'Comment' }).inputValue()).toBe('Asymmetric.');
  });

  it('is left for the library, which has the focus where it was', async () => {
    await key('Control+1');
    await heading(/^Library demo/).waitFor();
    await expect.poll(focused, PATIENCE).toMatch(/^ISIC_/);
  });
});
