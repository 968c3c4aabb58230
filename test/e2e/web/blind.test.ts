import type { Browser } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, installApp } from './support/app.ts';
import { noBrowser, type OpenedPage, openPage, PATIENCE, SLOW, startBrowser } from './support/browser.ts';
import { type RunningProgram, startProgram } from './support/program.ts';
import { attacked, card, goTo, introduce, openCase, press, saved, screened } from './support/steps.ts';

let installation: Installation;
let browser: Browser;
let program: RunningProgram;
let opened: OpenedPage;
/** Arrays that the page asked for: attacked inputs and heatmaps. */
const arrays: string[] = [];

const page = () => opened.page;
const button = (name: string | RegExp) => page().getByRole('button', { name, exact: true });

const OTHERS_COMMENT = 'Looks like a melanoma in situ to me.';

/** What the program says of verdicts, references and others' answers, as it would stand in an answer. */
const TOLD = {
  verdict: /"verdict":"[a-z]+"/,
  probability: /"probabilit(y|ies)":[[\d]/,
  'smallest epsilon': /"minimalEpsilon":[\d.]+/,
  'what it changes to': /"changedTo":"[a-z]+"/,
  reference: /"reference":"[a-z]+"/,
  "others' words": new RegExp(OTHERS_COMMENT),
};

const told = (): readonly string[] =>
  Object.entries(TOLD)
    .filter(([, pattern]) => opened.received.some((text) => pattern.test(text)))
    .map(([name]) => name);

/** The same in the page: in its text, names of controls, and tooltips. */
const SHOWN = {
  verdict: /changed to|no change found|no attack tried|models differ/,
  axis: /Where each verdict changes/,
  reference: /reference:? (nevus|Nevus)/,
  'attacked input': /Model input of|Where it takes effect|p\(clean verdict\)/,
  'order of fragility': /Most fragile first/,
  opinions: /Agree with standard/,
  "others' words": new RegExp(OTHERS_COMMENT),
};

const shown = async (): Promise<readonly string[]> => {
  const markup = await page().content();
  return Object.entries(SHOWN)
    .filter(([, pattern]) => pattern.test(markup))
    .map(([name]) => name);
};

describe.skipIf(noBrowser !== null)(`a blind reading (${noBrowser ?? 'Chromium'})`, SLOW, () => {
  beforeAll(async () => {
    installation = await installApp();
    browser = await startBrowser();
    program = startProgram(installation);
    opened = await openPage(browser, program);
    page().on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith('/array/')) arrays.push(pathname);
    });
    await screened(page());
    await openCase(page(), 'ISIC_0001769');
    await introduce(page(), 'Dr. Ada');
    await press(page(), 'Melanoma');
    await page().getByRole('textbox', { name: 'Comment' }).fill(OTHERS_COMMENT);
    await saved(page());
    await attacked(page());
  }, SLOW.timeout);

  afterAll(async () => {
    await browser.close();
    await program.close();
    installation.remove();
  });

  afterEach(() => {
    expect(opened.complaints).toEqual([]);
  });

  it('is begun by a second reviewer', async () => {
    await button('Reviewer: Dr. Ada').click();
    await page().getByRole('menuitem', { name: 'Add a reviewer ...' }).click();
    const dialog = page().getByRole('dialog', { name: 'Add a reviewer' });
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Dr. Bo');
    await dialog.getByRole('button', { name: 'Begin reading' }).click();
    await button('Reviewer: Dr. Bo').waitFor();
    await page().getByRole('switch', { name: 'Blind reading' }).click();
    await page().getByRole('heading', { name: 'Read blind' }).waitFor();
    await goTo(page(), 'Library');
  });

  it('tells nothing in the library: not on the page, and not in any answer of the program', async () => {
    opened.received.length = 0;
    arrays.length = 0;
    await page().reload();
    await page().getByText('Verdicts and reference come once you have answered.').nth(2).waitFor();
    await page().getByRole('radiogroup', { name: 'Layout' }).getByText('Table', { exact: true }).click();
    await page()
      .getByRole('row', { name: /ISIC_0001769/ })
      .waitFor();
    expect(await shown()).toEqual([]);
    await page().getByRole('radiogroup', { name: 'Layout' }).getByText('Grid', { exact: true }).click();
    await page().getByRole('searchbox').fill('melanoma');
    await page().getByText('No case matches').waitFor();
    await page().getByRole('searchbox').fill('');
    await card(page(), 'ISIC_0001769').waitFor();
    expect(await shown()).toEqual([]);
    expect(told()).toEqual([]);
  });

  it('tells nothing in a case, nor in its history, nor in the cases around it', async () => {
    await openCase(page(), 'ISIC_0001769');
    await page().getByRole('heading', { name: 'Read blind' }).waitFor();
    await page().getByRole('group', { name: 'Your reading' }).waitFor();
    await button('History of the answers').click();
    await page().getByText('Nothing was said of this case yet.').waitFor();
    await page().keyboard.press('Escape');
    await button(/^Next/).click();
    await page().getByRole('heading', { level: 1, name: 'ISIC_0001852' }).waitFor();
    await button(/^Previous/).click();
    await page().getByRole('heading', { level: 1, name: 'ISIC_0001769' }).waitFor();
    expect(await shown()).toEqual([]);
    expect(told()).toEqual([]);
    expect(arrays).toEqual([]);
  });

  it('tells nothing for a comment and a certainty alone', async () => {
    await press(page(), 'unsure');
    await page().getByRole('textbox', { name: 'Comment' }).fill('Still thinking.');
    await saved(page());
    await button(/^Save and next/).click();
    await page()
      .getByText(/^Give your reading first/)
      .waitFor();
    expect(await shown()).toEqual([]);
    expect(told()).toEqual([]);
  });

  it('shows it all once the own answer is saved', async () => {
    await press(page(), 'Nevus');
    await attacked(page());
    await page().getByText('1 other reader').waitFor();
    await expect
      .poll(shown, PATIENCE)
      .toEqual(['verdict', 'axis', 'reference', 'attacked input', 'opinions', "others' words"]);
    await expect.poll(told, PATIENCE).toEqual(Object.keys(TOLD));
    expect(arrays.length).toBeGreaterThan(0);
  });

  it('goes on with the next case, of which nothing is told', async () => {
    await button(/^Save and next/).click();
    await page().getByRole('heading', { level: 1, name: 'ISIC_0001852' }).waitFor();
    await page().getByRole('heading', { name: 'Read blind' }).waitFor();
    expect(await shown()).toEqual([]);
  });

  it('is ended by the reviewer; then every case is shown', async () => {
    await page().getByRole('switch', { name: 'Blind reading' }).click();
    await attacked(page());
    expect(await shown()).toContain('verdict');
  });
});
