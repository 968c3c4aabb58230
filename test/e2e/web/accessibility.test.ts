import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, installApp } from './support/app.ts';
import { violationsInBothThemes } from './support/axe.ts';
import { noBrowser, type OpenedPage, openPage, SLOW, startBrowser } from './support/browser.ts';
import { type RunningProgram, startProgram } from './support/program.ts';
import { archiveFolder, attacked, card, goTo, introduce, openCase, press, saved, screened } from './support/steps.ts';

let installation: Installation;
let browser: Browser;
let program: RunningProgram;
let opened: OpenedPage;

const page = () => opened.page;
const button = (name: string | RegExp) => page().getByRole('button', { name, exact: true });
const dialog = (name: string) => page().getByRole('dialog', { name });

const found = () => violationsInBothThemes(page());

describe.skipIf(noBrowser !== null)(`axe finds nothing, in dark and light (${noBrowser ?? 'Chromium'})`, SLOW, () => {
  beforeAll(async () => {
    installation = await installApp();
    browser = await startBrowser();
    program = startProgram(installation);
    opened = await openPage(browser, program, { reducedMotion: 'reduce', colorScheme: 'dark' });
    await screened(page());
    await goTo(page(), 'Settings');
    await page().getByRole('radiogroup', { name: 'Theme' }).getByText('As the system').click();
  }, SLOW.timeout);

  afterAll(async () => {
    await browser.close();
    await program.close();
    installation.remove();
  });

  afterEach(() => {
    expect(opened.complaints).toEqual([]);
  });

  describe('in the settings', () => {
    it.each(['Appearance', 'Shortcuts', 'About'])('%s', async (section) => {
      await page().getByRole('tab', { name: section }).click();
      await page().getByRole('tabpanel', { name: section }).waitFor();
      expect(await found()).toEqual([]);
    });

    it('with the shortcuts over them', async () => {
      await page().keyboard.press('Shift+?');
      await dialog('Shortcuts').waitFor();
      expect(await found()).toEqual([]);
      await page().keyboard.press('Escape');
      await dialog('Shortcuts').waitFor({ state: 'hidden' });
    });
  });

  describe('in the library', () => {
    const layout = (name: string) =>
      page().getByRole('radiogroup', { name: 'Layout' }).getByText(name, { exact: true }).click();

    it('as a grid, with a selection', async () => {
      await goTo(page(), 'Library');
      await card(page(), 'ISIC_0001769').focus();
      await page().keyboard.press('Space');
      expect(await found()).toEqual([]);
    });

    it('with the dialog of a worklist', async () => {
      await button('Save this search ...').click();
      await dialog('Save as a worklist').waitFor();
      expect(await found()).toEqual([]);
      await dialog('Save as a worklist').getByRole('textbox', { name: 'Name' }).fill('Morning');
      await page().keyboard.press('Enter');
      await dialog('Save as a worklist').waitFor({ state: 'hidden' });
    });

    it('as a table', async () => {
      await layout('Table');
      await page()
        .getByRole('row', { name: /ISIC_0001769/ })
        .waitFor();
      expect(await found()).toEqual([]);
      await layout('Grid');
    });

    it('where nothing matches', async () => {
      await page().getByRole('searchbox').fill('no such case');
      await page().getByText('No case matches').waitFor();
      expect(await found()).toEqual([]);
      await button('Show all cases').click();
    });
  });

  describe('in the case', () => {
    it('that is attacked, before anybody says who reads', async () => {
      await openCase(page(), 'ISIC_0001769');
      await attacked(page());
      expect(await found()).toEqual([]);
    });

    it('that is answered and marked', async () => {
      await introduce(page(), 'Dr. Ada');
      await press(page(), 'Melanoma');
      await button('Draw ellipses').click();
      const surface = page().getByRole('application', { name: 'Draw ellipses' });
      await surface.press('Space');
      for (let times = 0; times < 4; times += 1) {
        await surface.press('ArrowRight');
        await surface.press('ArrowDown');
      }
      await surface.press('Space');
      await button('1 Ellipse').waitFor();
      expect(await found()).toEqual([]);
      await page().keyboard.press('Escape');
      await saved(page());
    });

    it.each(['PGD-20, L-inf: choose the attack', 'How computed', 'About', 'History of the answers', 'Light'])(
      'with what opens under "%s"',
      async (name) => {
        await button(name).click();
        await page().getByRole('dialog').waitFor();
        expect(await found()).toEqual([]);
        await page().keyboard.press('Escape');
        await page().getByRole('dialog').waitFor({ state: 'hidden' });
      },
    );

    it('that is read blind', async () => {
      await page().getByRole('switch', { name: 'Blind reading' }).click();
      await goTo(page(), 'Library');
      await page().getByText('Verdicts and reference come once you have answered.').first().waitFor();
      expect(await found()).toEqual([]);
      await openCase(page(), 'ISIC_0001852');
      await page().getByText('Read blind').waitFor();
      expect(await found()).toEqual([]);
      await page().getByRole('switch', { name: 'Blind reading' }).click();
      await attacked(page());
    });
  });

  describe('among the models', () => {
    it('with a card', async () => {
      await goTo(page(), 'Models');
      await page().getByRole('complementary', { name: 'Card of standard' }).waitFor();
      expect(await found()).toEqual([]);
    });

    it('with each step of an import', async () => {
      await button('Import a model ...').click();
      await dialog('Import a model').waitFor();
      expect(await found()).toEqual([]);
      const folder = join(installation.folder, 'bare');
      cpSync(join(installation.folder, 'resources', 'models', 'standard'), folder, { recursive: true });
      rmSync(join(folder, 'card.json'));
      const files = readdirSync(folder).map((name) => join(folder, name));
      await dialog('Import a model').locator('input[type=file]').setInputFiles(files);
      await dialog('Import a model')
        .getByText(/^A model without a card/)
        .waitFor();
      expect(await found()).toEqual([]);
      await page().keyboard.press('Escape');
      await dialog('Import a model').waitFor({ state: 'hidden' });
    });
  });

  describe('around the views', () => {
    it.each([/^WebAssembly/, 'Search for smallest epsilons finished', 'demo'])(
      'with what opens under %s',
      async (name) => {
        await button(name).click();
        await page().getByRole('dialog').waitFor();
        expect(await found()).toEqual([]);
        await page().keyboard.press('Escape');
        await page().getByRole('dialog').waitFor({ state: 'hidden' });
      },
    );

    it('with the reviewers', async () => {
      await goTo(page(), 'Library');
      await button('Reviewer: Dr. Ada').click();
      await page().getByRole('menu').waitFor();
      expect(await found()).toEqual([]);
      await page().getByRole('menuitem', { name: 'Add a reviewer ...' }).click();
      await dialog('Add a reviewer').waitFor();
      expect(await found()).toEqual([]);
      await page().keyboard.press('Escape');
    });
  });

  describe('in an import', () => {
    it('at each of its steps', async () => {
      const step = dialog('Import images');
      await page().keyboard.press('Control+I');
      await step.waitFor();
      expect(await found()).toEqual([]);
      const folder = archiveFolder(join(installation.folder, 'archive'));
      await step.locator('input[type=file][aria-label="Choose a folder ..."]').setInputFiles(folder);
      await step.getByRole('button', { name: 'Import 4 images' }).waitFor();
      expect(await found()).toEqual([]);
      await step.getByRole('button', { name: 'Import 4 images' }).click();
      await step.getByText('Imported', { exact: true }).waitFor();
      expect(await found()).toEqual([]);
      await page().keyboard.press('Escape');
    });
  });

  describe('at the welcome', () => {
    it('with a recent workspace, and with the dialog of a new one', async () => {
      await button('demo').click();
      await button('Close the workspace').click();
      await button('Open demo').waitFor();
      expect(await found()).toEqual([]);
      await button('Open my images ...').click();
      await dialog('A new workspace').waitFor();
      expect(await found()).toEqual([]);
    });
  });
});
