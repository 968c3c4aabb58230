import { existsSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { noTinyDisk, tinyDisk } from '../../integration/store/support.ts';
import { type Installation, installApp } from './support/app.ts';
import { violations } from './support/axe.ts';
import { noBrowser, type OpenedPage, openPage, PATIENCE, SLOW, startBrowser } from './support/browser.ts';
import { type RunningProgram, startProgram } from './support/program.ts';
import {
  archiveFolder,
  attacked,
  axis,
  card,
  introduce,
  openCase,
  press,
  saved,
  screened,
  sentence,
} from './support/steps.ts';

let installation: Installation;
let browser: Browser;

interface Running {
  readonly program: RunningProgram;
  readonly opened: OpenedPage;
}

/** Those of the test at work. */
const pages: OpenedPage[] = [];

/** The program and its page, until the test ends. */
async function running(workspace?: string): Promise<Running> {
  const program = startProgram(installation, workspace);
  onTestFinished(async () => {
    await program.kill();
  });
  const opened = await openPage(browser, program);
  onTestFinished(() => opened.close());
  pages.push(opened);
  return { program, opened };
}

/** Imports a few images into the workspace that is open. */
async function importArchive({ page }: OpenedPage): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Import images' });
  await page.getByRole('button', { name: 'Import images ...' }).first().click();
  const folder = archiveFolder(join(installation.folder, 'archive'));
  await dialog.locator('input[type=file][aria-label="Choose a folder ..."]').setInputFiles(folder);
  await dialog.getByRole('button', { name: 'Import 4 images' }).click();
  await dialog.getByText('Imported', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await card(page, 'ISIC_0003462').waitFor();
}

const unable =
  noBrowser ?? (process.platform === 'linux' ? null : 'skipped: finds processes in /proc, which is of Linux');

describe.skipIf(unable !== null)(`what can go wrong (${unable ?? 'Chromium'})`, SLOW, () => {
  beforeAll(async () => {
    installation = await installApp();
    browser = await startBrowser();
  }, SLOW.timeout);

  afterAll(async () => {
    await browser.close();
    installation.remove();
  });

  afterEach(() => {
    expect(pages.splice(0).flatMap(({ complaints }) => complaints)).toEqual([]);
  });

  it('an engine that is killed while a case is open: the case says so, keeps what it shows, and computes on', async () => {
    const { program, opened } = await running();
    const { page } = opened;
    await screened(page);
    await openCase(page, 'ISIC_0001769');
    await attacked(page);
    const before = await sentence(page).innerText();

    const engines = program.engines();
    expect(engines).toHaveLength(1);
    for (const pid of engines) process.kill(pid, 'SIGKILL');
    await axis(page)
      .getByText('The engine ended. What is shown was kept; the next question starts it again.')
      .waitFor();
    await page.getByRole('button', { name: 'Engine: ended, start again' }).waitFor();
    expect(await sentence(page).innerText()).toBe(before);
    expect(await violations(page)).toEqual([]);

    await page.getByRole('slider', { name: 'Epsilon of the attack that is shown' }).focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('Enter');
    await sentence(page)
      .getByText(/^At 15\.75\/255: standard/)
      .waitFor();
    await axis(page)
      .getByText(/The engine ended/)
      .waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: /^WebAssembly/ }).waitFor();
    expect(program.engines()).not.toContain(engines[0]);
  });

  it('an engine that is killed while it attacks: the attack is run again by itself', async () => {
    const { program, opened } = await running();
    const { page } = opened;
    await openCase(page, 'ISIC_0001769');
    await attacked(page);
    await page.getByRole('button', { name: 'PGD-20, L-inf: choose the attack' }).click();
    await page.getByRole('textbox', { name: 'Steps' }).fill('100');
    await page.getByRole('textbox', { name: 'Restarts' }).fill('4');
    await page.getByRole('button', { name: 'Attack', exact: true }).click();
    await axis(page)
      .getByText(/^standard: \d+ of \d+$/)
      .waitFor();

    for (const pid of program.engines()) process.kill(pid, 'SIGKILL');
    await axis(page).getByText('The engine ended. The attack is being run again.').waitFor();
    await attacked(page);
    await page
      .getByRole('region', { name: 'Model input, attacked' })
      .getByText(/PGD-100/)
      .waitFor();
  });

  it('a program that is killed: the page says so, and leaves to be read and copied what was entered', async () => {
    const { program, opened } = await running();
    const { page } = opened;
    await openCase(page, 'ISIC_0001769');
    await introduce(page, 'Dr. Ada');
    const comment = page.getByRole('textbox', { name: 'Comment' });
    await comment.fill('stored before the end');
    await saved(page);

    await program.kill();
    const dialog = page.getByRole('dialog', { name: 'The program answers no more' });
    await dialog.getByText(/Start Epsiloscope again/).waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Show the page behind' }).click();
    await comment.fill('and this after it');
    await page.getByText('The program answers no more').waitFor();
    expect(await comment.inputValue()).toBe('and this after it');
    expect(await page.getByText(/^Saved/).count()).toBe(0);
    // What Chromium and the page write of attempts to come back to a program that is gone.
    const ofTheEnd = /ERR_CONNECTION_REFUSED|^The news ended/;
    expect(opened.complaints.splice(0).filter((text) => !ofTheEnd.test(text))).toEqual([]);

    await opened.close();
    const { page: again } = (await running()).opened;
    await openCase(again, 'ISIC_0001769');
    await expect
      .poll(() => again.getByRole('textbox', { name: 'Comment' }).inputValue(), PATIENCE)
      .toBe('stored before the end');
  });

  it('a workspace that another program has open: the second start says so and leaves it alone', async () => {
    const { opened } = await running();
    await card(opened.page, 'ISIC_0001769').waitFor();
    const second = await startProgram(installation).ended;
    expect(second.code).not.toBe(0);
    expect(second.said).toContain('WORKSPACE_IN_USE');
  });

  it('a workspace that another program has open, chosen on the page: the page says so', async () => {
    const { opened } = await running();
    await card(opened.page, 'ISIC_0001769').waitFor();
    const folder = join(installation.folder, 'another');
    const { page } = (await running(folder)).opened;
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'another', exact: true }).click();
    await page.getByRole('button', { name: 'Close the workspace' }).click();
    await page.getByRole('button', { name: 'Open demo' }).click();
    const refusal = page.getByRole('dialog', { name: 'The workspace was not opened' });
    await refusal.waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await refusal.innerText()).toMatch(/Kept: .+\n+.+/);
    await refusal.getByRole('button', { name: 'Close', exact: true }).last().click();
    await page.getByRole('button', { name: 'Open another' }).click();
    await page.getByRole('heading', { level: 1, name: /^Library another/ }).waitFor();
  });

  it('a workspace whose folder is gone: the page says so, and opens it again once it is back', async () => {
    const folder = join(installation.folder, 'stick');
    const { opened } = await running(folder);
    const { page } = opened;
    await importArchive(opened);
    await openCase(page, 'ISIC_0003462');
    await introduce(page, 'Dr. Ada');
    await press(page, 'Melanoma');

    renameSync(folder, `${folder}-elsewhere`);
    await page.getByRole('button', { name: 'certain', exact: true }).click();
    await page.getByText(/^Not saved: /).waitFor();
    const strip = page.getByRole('alert').filter({ hasText: 'The workspace stick cannot be reached' });
    await strip.waitFor();
    await strip.getByRole('button', { name: 'Try again' }).click();
    await strip
      .getByText(/Kept: /)
      .nth(1)
      .waitFor();
    expect(existsSync(folder)).toBe(false);
    // Room for all of it: a control of which only the edge is scrolled into view is too small for axe.
    await page.setViewportSize({ width: 1366, height: 1000 });
    expect(await violations(page)).toEqual([]);

    renameSync(`${folder}-elsewhere`, folder);
    await strip.getByRole('button', { name: 'Try again' }).click();
    await strip.waitFor({ state: 'hidden' });
    await saved(page);
    await page.reload();
    await page.getByRole('button', { name: 'certain', exact: true, pressed: true }).waitFor();
    await page.getByRole('button', { name: 'Melanoma', exact: true, pressed: true }).waitFor();
  });

  it.skipIf(noTinyDisk !== null)(
    `a disk that is full (${noTinyDisk ?? 'a real one'}): the page says so, keeps the text, and saves it once there is room`,
    async () => {
      const folder = join(tinyDisk('6m').folder, 'ward');
      const { opened } = await running(folder);
      const { page } = opened;
      await importArchive(opened);
      await openCase(page, 'ISIC_0003462');
      await introduce(page, 'Dr. Ada');
      await press(page, 'Melanoma');

      const filler = join(folder, '..', 'filler');
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(filler, Buffer.alloc(bavail * bsize));
      const comment = page.getByRole('textbox', { name: 'Comment' });
      const text = `Written on a full disk. ${'Long. '.repeat(3_000)}`;
      const notSaved = page.getByText(/^Not saved: /);
      for (let times = 0; times < 20 && !(await notSaved.isVisible()); times += 1) {
        await comment.fill(`${text}${times}`);
        await Promise.race([notSaved.waitFor(), saved(page)]);
      }
      await notSaved.waitFor();
      expect(await violations(page)).toEqual([]);
      const typed = await comment.inputValue();
      expect(typed).toContain('Written on a full disk.');

      rmSync(filler);
      await page.getByRole('button', { name: 'Try again' }).first().click();
      await saved(page);
      expect(await comment.inputValue()).toBe(typed);
      await page.reload();
      await expect.poll(() => comment.inputValue(), PATIENCE).toBe(typed);
    },
  );
});
