import { join } from 'node:path';
import type { Browser } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, installApp } from './support/app.ts';
import { noBrowser, type OpenedPage, openPage, PATIENCE, SLOW, startBrowser } from './support/browser.ts';
import { type RunningProgram, startProgram } from './support/program.ts';
import {
  archiveFolder,
  attacked,
  axis,
  BROKEN,
  card,
  goTo,
  introduce,
  openCase,
  press,
  pressed,
  probabilities,
  saved,
  screened,
  sentence,
} from './support/steps.ts';

let installation: Installation;
let browser: Browser;
let program: RunningProgram;
let opened: OpenedPage;

const page = () => opened.page;
const region = (name: string) => page().getByRole('region', { name, exact: true });
const button = (name: string | RegExp) => page().getByRole('button', { name, exact: true });
const comment = () => page().getByRole('textbox', { name: 'Comment' });
const slider = () => page().getByRole('slider', { name: 'Epsilon of the attack that is shown' });

describe.skipIf(noBrowser !== null)(`a day with Epsiloscope in a browser (${noBrowser ?? 'Chromium'})`, SLOW, () => {
  beforeAll(async () => {
    installation = await installApp();
    browser = await startBrowser();
    program = startProgram(installation);
    opened = await openPage(browser, program);
  }, SLOW.timeout);

  afterAll(async () => {
    await browser.close();
    await program.close();
    installation.remove();
  });

  afterEach(() => {
    expect(opened.complaints).toEqual([]);
  });

  describe('first', () => {
    it('the demonstration imports and searches itself, for the smallest epsilon of each model', async () => {
      await screened(page());
      const verdicts = /standard: Actinic keratosis, changed to Nevus at [\d.]+\/255\. pgd: Dermatofibroma, changed to/;
      await expect.poll(() => page().getByRole('gridcell', { name: verdicts }).count(), PATIENCE).toBe(3);
    });

    it('shows its photographs', async () => {
      const picture = card(page(), 'ISIC_0001769').locator('img');
      const width = await picture.evaluate(async (image: HTMLImageElement) => {
        await image.decode();
        return image.naturalWidth;
      });
      expect(width).toBeGreaterThan(100);
    });

    it('is left for the welcome, which asks for images of the person', async () => {
      await button('demo').click();
      await button('Close the workspace').click();
      await page()
        .getByRole('heading', { level: 1, name: /^Would this verdict survive/ })
        .waitFor();
      await button('Open my images ...').click();
      await page().getByRole('textbox', { name: 'Name' }).fill('Ward 7');
      await button('Make it').click();
      await page().getByRole('dialog', { name: 'Import images' }).waitFor();
    });
  });

  describe('an import', () => {
    const dialog = () => page().getByRole('dialog', { name: 'Import images' });

    it('shows what a folder and its table would bring, before anything changes', async () => {
      const folder = archiveFolder(join(installation.folder, 'archive'));
      await dialog().locator('input[type=file][aria-label="Choose a folder ..."]').setInputFiles(folder);
      await dialog().getByRole('button', { name: 'Import 4 images' }).waitFor();
      const text = await dialog().innerText();
      expect(text).toContain('read as a table of HAM10000');
      expect(text).toMatch(/Melanoma\s*m?\s*1/);
    });

    it('takes the images, and refuses by its name the one that is none', async () => {
      await dialog().getByRole('button', { name: 'Import 4 images' }).click();
      await dialog().getByText('Imported', { exact: true }).waitFor();
      const refused = dialog().getByRole('table', { name: 'Refused images' });
      const rows = await refused.getByRole('row').allInnerTexts();
      expect(rows).toHaveLength(2);
      expect(rows[1]).toContain(BROKEN);
      await dialog().getByRole('button', { name: 'Close', exact: true }).last().click();
      await page().getByRole('heading', { level: 1, name: 'Library Ward 7, 3 cases' }).waitFor();
    });

    it('is followed by the search for the smallest epsilons, where the person wants it', async () => {
      await button('Search the smallest epsilons').click();
      await screened(page());
      await page()
        .getByRole('gridcell', { name: /standard: .* at [\d.]+\/255/ })
        .first()
        .waitFor();
    });
  });

  describe('the library', () => {
    const count = () => page().getByRole('region', { name: 'Cases' }).getByRole('status').first().innerText();

    const layout = (name: string) =>
      page().getByRole('radiogroup', { name: 'Layout' }).getByText(name, { exact: true }).click();

    it('is narrowed down by a facet', async () => {
      const reference = region('Reference diagnosis').getByRole('checkbox', { name: /^Melanoma/ });
      await reference.click();
      await expect.poll(count, PATIENCE).toBe('1 of 3 cases');
      await card(page(), 'ISIC_0003582').waitFor();
      expect(await page().getByRole('gridcell').count()).toBe(1);
      await reference.click();
      await expect.poll(count, PATIENCE).toBe('3 cases');
    });

    it('is searched', async () => {
      const search = page().getByRole('searchbox');
      await search.fill('LESION_1');
      await expect.poll(count, PATIENCE).toBe('2 of 3 cases');
      await search.fill('3539');
      await expect.poll(count, PATIENCE).toBe('1 of 3 cases');
      await card(page(), 'ISIC_0003539').waitFor();
    });

    it('is the same as a table', async () => {
      await page().getByRole('searchbox').fill('');
      await layout('Table');
      await page()
        .getByRole('row', { name: /ISIC_0003582/ })
        .waitFor();
      expect(await page().getByRole('row').count()).toBe(4);
      await layout('Grid');
    });
  });

  describe('a case', () => {
    it('says what both models say, and at which epsilon each changes', async () => {
      await openCase(page(), 'ISIC_0003462');
      await introduce(page(), 'Dr. Ada');
      await attacked(page());
      const said = await sentence(page()).innerText();
      expect(said).toMatch(/standard: [a-z ]+ 0\.\d\d, changed to [a-z ]+ at [\d.]+\/255/);
      expect(said).toMatch(/pgd: [a-z ]+ 0\.\d\d, changed to [a-z ]+ at [\d.]+\/255/);
      expect(await probabilities(page())).toHaveLength(14);
    });

    it('names the other image of its lesion', async () => {
      await region('Same lesion, other images').getByRole('button', { name: 'Open ISIC_0003539' }).waitFor();
    });

    it('answers at once where the slider stands', async () => {
      await slider().focus();
      await page().keyboard.press('Home');
      await sentence(page())
        .getByText(/^No perturbation: /)
        .waitFor();
      const clean = await probabilities(page());
      await page().keyboard.press('End');
      await sentence(page())
        .getByText(/^At 16\/255: /)
        .waitFor();
      expect(await probabilities(page())).not.toEqual(clean);
      await region('Model input, attacked').getByText('L-inf 16/255').waitFor();
    });

    it('is attacked where the slider is let go', async () => {
      const { x, y, width, height } = (await slider().boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
      await page().mouse.move(x + width / 2, y + height / 2);
      await page().mouse.down();
      await page().mouse.move(x - 150, y, { steps: 5 });
      await page().mouse.up();
      // Between those that a case is opened with: 8 and 16.
      const computed = /^(9|1\d)(\.\d+)?\/255\. standard /;
      await expect.poll(() => slider().getAttribute('aria-valuetext'), PATIENCE).toMatch(computed);
      await attacked(page());
      const [epsilon = ''] = /^[\d.]+\/255/.exec((await slider().getAttribute('aria-valuetext')) ?? '') ?? [];
      await region('Model input, attacked').getByText(`L-inf ${epsilon}`).waitFor();
      expect(await axis(page()).getByText('is not computed').count()).toBe(0);
    });

    it('is attacked at an epsilon that was not computed', async () => {
      await slider().focus();
      await page().keyboard.press('End');
      await page().keyboard.press('Shift+ArrowLeft');
      await axis(page()).getByText('15.75/255 is not computed.').waitFor();
      await axis(page()).getByRole('button', { name: 'Compute here' }).click();
      await axis(page())
        .getByText(/^standard (changed after step|not changed at 15\.75)/)
        .waitFor();
      await attacked(page());
      await sentence(page())
        .getByText(/^At 15\.75\/255: standard/)
        .waitFor();
      await region('Model input, attacked').getByText('L-inf 15.75/255').waitFor();
    });

    it('is attacked in another way', async () => {
      const before = await sentence(page()).innerText();
      await button('PGD-20, L-inf: choose the attack').click();
      await page().getByRole('combobox', { name: 'Attack' }).selectOption('FGSM, one step');
      await button('Attack').click();
      await button('FGSM, L-inf: choose the attack').waitFor();
      await attacked(page());
      await region('Model input, attacked')
        .getByText(/\d+ x \d+, FGSM/)
        .waitFor();
      expect(await sentence(page()).innerText()).not.toBe(before);
    });

    it('shows the attack on either model, and other maps', async () => {
      await button('pgd (X)').click();
      await page()
        .getByRole('img', { name: /^Model input of pgd, attacked at/ })
        .waitFor();
      await page().getByRole('combobox', { name: 'Heatmap' }).selectOption('Saliency');
      await page()
        .getByRole('img', { name: /^Saliency of the verdict, pgd at/ })
        .waitFor();
    });
  });

  const answered = ['Melanoma', 'likely', 'Disagree with standard', 'Agree with pgd', 'Flag for discussion'];

  describe('an answer', () => {
    it('is stored with every change', async () => {
      for (const name of answered) await press(page(), name);
      await comment().fill('Irregular border at the lower edge.');
      await page().getByRole('combobox', { name: 'Tags' }).fill('conference');
      await page().keyboard.press('Enter');
      await page().getByText('Saving …').waitFor({ state: 'hidden' });
      await saved(page());
    });

    it('has marks on the photograph', async () => {
      await button('Set points').click();
      const surface = page().getByRole('application', { name: 'Set points' });
      await surface.click({ position: { x: 150, y: 100 } });
      await page().keyboard.press('Escape');
      await region('Photograph').getByRole('img', { name: '1 mark on the photograph, listed beside it' }).waitFor();
      await button('1 Point').waitFor();
      await saved(page());
    });

    it('is undone and redone step by step', async () => {
      await button('Undo').click();
      await button('1 Point').waitFor({ state: 'hidden' });
      await button('Undo').click();
      await page().getByText('conference', { exact: true }).waitFor({ state: 'hidden' });
      await button('Redo').click();
      await button('Redo').click();
      await button('1 Point').waitFor();
      await saved(page());
    });

    it('is finished by "Save and next", which goes on', async () => {
      const place = page().url();
      await button(/^Save and next/).click();
      await page().waitForURL((url) => url.href !== place);
      await page()
        .getByRole('heading', { level: 1, name: /ISIC_\d+ open/ })
        .waitFor();
    });
  });

  async function expectTheAnswer(): Promise<void> {
    await openCase(page(), 'ISIC_0003462');
    await button('Melanoma').waitFor();
    expect(await pressed(page(), [...answered, 'Reviewed', 'Nevus'])).toEqual({
      ...Object.fromEntries(answered.map((name) => [name, 'true'])),
      Reviewed: 'true',
      Nevus: 'false',
    });
    expect(await comment().inputValue()).toBe('Irregular border at the lower edge.');
    await page().getByText('conference', { exact: true }).waitFor();
    await button('1 Point').waitFor();
  }

  describe('afterwards', () => {
    it('the library finds the case by its state and its tag', async () => {
      await goTo(page(), 'Library');
      await region('Review')
        .getByRole('checkbox', { name: /^reviewed/ })
        .click();
      await page().getByRole('searchbox').fill('conference');
      await expect.poll(() => page().getByRole('gridcell').count(), PATIENCE).toBe(1);
      await card(page(), 'ISIC_0003462').waitFor();
    });

    it('the page that is loaded again is where it was, and has the same answer', async () => {
      await page().reload();
      await expect.poll(() => page().getByRole('gridcell').count(), PATIENCE).toBe(1);
      await expectTheAnswer();
      const place = page().url();
      await page().reload();
      await page().getByRole('heading', { level: 1, name: 'ISIC_0003462' }).waitFor();
      expect(page().url()).toBe(place);
    });

    it('the program that is started again has it too', async () => {
      const { code, said } = await program.close();
      expect(code).toBe(0);
      expect(said).not.toContain('The page is closed');
      await page()
        .getByRole('dialog', { name: 'The program answers no more' })
        .getByText(/the program has ended/)
        .waitFor();
      await opened.close();
      program = startProgram(installation);
      opened = await openPage(browser, program);
      await button('demo').click();
      await button('Close the workspace').click();
      await button('Open Ward 7').click();
      await page().getByRole('heading', { level: 1, name: 'Library Ward 7, 3 cases' }).waitFor();
      await expectTheAnswer();
    });
  });
});
