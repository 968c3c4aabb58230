/**
 * Takes screenshots of every view of the real program, on the demo, dark and light, at two sizes:
 *
 *     node tools/screenshots.ts [OUT]
 *
 * OUT: folder of the pictures (default: docs/screenshots). Names like `case-dark-1366.webp`; those without photographs, and those
 * that the README shows, are PNG.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { launchChromium, startProgram } from './openApp.ts';

const ROOT = join(import.meta.dirname, '..');
const DEMO = join(ROOT, 'resources', 'demo');
const THEMES = ['Dark', 'Light'] as const;
const SIZES = [
  { width: 1366, height: 768 },
  { width: 2560, height: 1440 },
] as const;

/** Melanoma to one model below 1/255 and to the other up to 16/255. */
const CASE = 'ISIC_0012684';
const ANNOTATED_CASE = 'ISIC_0012335';
const BLIND_CASE = 'ISIC_0012513';
const IMPORTED_IMAGES = 24;
/** The demo is imported and searched within minutes, also where others compute beside it. */
const MINUTES_FOR_THE_DEMO = 30;

/** How a picture is kept small: PNG of few colours for text and lines, of all colours for the README, WebP for photographs. */
type Keeping = 'text' | 'readme' | 'photographs';

const KEEPING: Readonly<Record<string, Keeping>> = {
  'library-dark-1366': 'readme',
  'case-dark-1366': 'readme',
  models: 'text',
  'model-card': 'text',
  'settings-appearance': 'text',
  'settings-shortcuts': 'text',
  'settings-about': 'text',
  shortcuts: 'text',
  welcome: 'text',
};

async function keep(picture: Buffer, out: string, view: string, suffix: string): Promise<void> {
  const name = `${view}-${suffix}`;
  const keeping = KEEPING[name] ?? KEEPING[view] ?? 'photographs';
  const image = sharp(picture);
  if (keeping === 'photographs') {
    await image.webp({ quality: 88, effort: 6, smartSubsample: true }).toFile(join(out, `${name}.webp`));
    return;
  }
  const options = keeping === 'text' ? { palette: true, quality: 100, dither: 0, effort: 10 } : {};
  await image.png({ compressionLevel: 9, ...options }).toFile(join(out, `${name}.png`));
}

/** The page in one theme at one size. */
interface Stage {
  readonly page: Page;
  /** Once nothing is on its way any more. */
  readonly shoot: (view: string) => Promise<void>;
}

/** Where the mouse lies on nothing that answers to it. */
const NOWHERE = { x: 2, y: 2 };

async function settled(page: Page): Promise<void> {
  await page.mouse.move(NOWHERE.x, NOWHERE.y);
  await page.waitForFunction(
    () =>
      document.querySelectorAll('[aria-busy="true"], .mantine-Skeleton-root').length === 0 &&
      [...document.images].every((image) => image.complete) &&
      document.getAnimations().every((animation) => animation.playState !== 'running') &&
      document.fonts.status === 'loaded',
  );
}

async function goTo(page: Page, view: 'Library' | 'Models' | 'Settings'): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: view }).click();
}

const clearAll = (page: Page) => page.getByRole('button', { name: 'Clear all' });

/** Finds a case by the search and opens it, the first time; from then on its address is known. */
async function openCase(page: Page, imageId: string): Promise<void> {
  const known = addresses.get(imageId);
  if (known === undefined) {
    await page.getByRole('searchbox').fill(imageId);
    await page.waitForFunction(() => document.querySelectorAll('[role=gridcell]').length === 1);
    await page.getByRole('gridcell').filter({ hasText: imageId }).click();
    await page.waitForURL(/#\/case\//);
    addresses.set(imageId, new URL(page.url()).hash);
    await goToLibrary(page);
    await page.getByRole('searchbox').fill('');
    await page.waitForFunction(() => document.querySelectorAll('[role=gridcell]').length > 1);
    await openCase(page, imageId);
    return;
  }
  await page.evaluate((hash) => {
    window.location.hash = hash;
  }, known);
  await page.getByRole('region', { name: 'Photograph' }).waitFor();
  await settled(page);
}

const addresses = new Map<string, string>();

async function goToLibrary(page: Page): Promise<void> {
  await goTo(page, 'Library');
  await settled(page);
}

const choose = (page: Page, name: string) => page.locator('label').filter({ hasText: name }).click();

/** Of whatever stands scrolled, since the library comes back to where it was left. */
async function toTheTop(page: Page): Promise<void> {
  await settled(page);
  await page.evaluate(() => {
    for (const element of document.querySelectorAll('main *')) element.scrollTo(0, 0);
  });
  await settled(page);
}

async function library({ page, shoot }: Stage): Promise<void> {
  await goToLibrary(page);
  await choose(page, 'Grid');
  // A blind reading left the cases in the order of their names.
  await page.getByRole('combobox', { name: 'Order' }).selectOption('fragility');
  await toTheTop(page);
  await shoot('library');
  await choose(page, 'Table');
  await toTheTop(page);
  await shoot('library-table');
  await choose(page, 'Grid');
  await page
    .getByRole('region', { name: /^Where standard goes/ })
    .getByText('malignant to benign')
    .click();
  await page
    .getByRole('region', { name: /^standard changes/ })
    .getByText('below 1/255')
    .click();
  await settled(page);
  await shoot('library-filtered');
  await clearAll(page).click();
}

async function importDialog({ page, shoot }: Stage, files: readonly string[]): Promise<void> {
  await page.getByRole('button', { name: 'Import images ...' }).click();
  await page
    .locator('input[type=file][multiple]:not([webkitdirectory])')
    .last()
    .setInputFiles([...files]);
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Import \d/ })
    .waitFor();
  await settled(page);
  await shoot('import');
  await page.getByRole('dialog').getByRole('button', { name: 'Back' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
}

/** Moves the slider to an epsilon that is computed. */
async function moveTo(page: Page, epsilon: string): Promise<void> {
  const slider = page.getByRole('slider', { name: 'Epsilon of the attack that is shown' });
  await slider.press('Home');
  while (!((await slider.getAttribute('aria-valuetext')) ?? '').startsWith(`${epsilon}.`))
    await slider.press('ArrowRight');
  await slider.blur();
  await settled(page);
}

async function attackedCase({ page, shoot }: Stage): Promise<void> {
  await openCase(page, CASE);
  await moveTo(page, '1/255');
  await shoot('case');
  await page.getByRole('button', { name: /^Overlay/ }).click();
  await page.getByRole('button', { name: /^Swipe/ }).click();
  await settled(page);
  await shoot('case-overlay');
  await page.getByRole('button', { name: /^Overlay/ }).click();
  await page.getByRole('button', { name: /^Swipe/ }).click();
  await goToLibrary(page);
}

async function blindCase({ page, shoot }: Stage): Promise<void> {
  const blindness = page.getByRole('switch', { name: 'Blind reading' });
  await blindness.click({ force: true });
  await openCase(page, BLIND_CASE);
  await shoot('case-blind');
  await goToLibrary(page);
  await blindness.click({ force: true });
  await settled(page);
}

async function annotation({ page, shoot }: Stage): Promise<void> {
  await openCase(page, ANNOTATED_CASE);
  await moveTo(page, '2/255');
  await page.getByRole('button', { name: 'History of the answers' }).click();
  await settled(page);
  await shoot('annotation');
  await page.keyboard.press('Escape');
  await goToLibrary(page);
}

async function models({ page, shoot }: Stage): Promise<void> {
  await goTo(page, 'Models');
  await settled(page);
  await shoot('models');
  await page.getByRole('button', { name: /^pgd/ }).first().click();
  await settled(page);
  await page.getByRole('complementary', { name: 'Card of pgd' }).evaluate((card) => {
    card.scrollTo(0, 400);
  });
  await shoot('model-card');
}

async function settings({ page, shoot }: Stage): Promise<void> {
  await goTo(page, 'Settings');
  for (const section of ['Appearance', 'Shortcuts', 'About']) {
    await page.getByRole('tab', { name: section }).click();
    await settled(page);
    await shoot(`settings-${section.toLowerCase()}`);
  }
  await page.keyboard.press('Shift+?');
  await page.getByRole('dialog').waitFor();
  await settled(page);
  await shoot('shortcuts');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
}

async function welcome({ page, shoot }: Stage): Promise<void> {
  await goToLibrary(page);
  await page.getByRole('contentinfo').getByRole('button', { name: 'demo' }).click();
  await page.getByRole('button', { name: 'Close the workspace' }).click();
  await page.getByRole('button', { name: 'Open the demo' }).waitFor();
  await settled(page);
  await shoot('welcome');
  await page.getByRole('button', { name: 'Open the demo' }).click();
  await page.getByRole('grid').waitFor();
  await settled(page);
}

/** One reviewer's answer, in several revisions, with marks: what the history and the panel show. */
async function answerOneCase(page: Page): Promise<void> {
  await page.getByLabel('Name').first().fill('A. Reviewer');
  await page.getByLabel('Role').first().fill('dermatologist');
  await page.getByRole('button', { name: 'Begin', exact: false }).first().click();
  await openCase(page, ANNOTATED_CASE);
  await page.getByRole('button', { name: 'Draw ellipses' }).click();
  const { x, y, width, height } = await boxOf(page);
  await page.mouse.move(x + width * 0.3, y + height * 0.3);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.7, y + height * 0.7, { steps: 8 });
  await page.mouse.up();
  await page.getByRole('button', { name: 'Set points' }).click();
  await page.mouse.click(x + width * 0.5, y + height * 0.45);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Melanoma/ }).click();
  await saved(page);
  await page.getByRole('button', { name: /^Basal cell carcinoma/ }).click();
  await page.getByRole('button', { name: /^likely/ }).click();
  await saved(page);
  await page
    .getByRole('textbox', { name: 'Comment' })
    .fill('Arborising vessels at the lower edge; compare with the other images.');
  await saved(page);
  await goToLibrary(page);
}

async function boxOf(page: Page) {
  const box = await page.getByRole('application').boundingBox();
  if (box === null) throw new Error('The photograph is not there to be drawn on.');
  return box;
}

/** An answer is stored once its reviewer pauses: a pause makes a revision. */
const PAUSE_MILLISECONDS = 1500;

async function saved(page: Page): Promise<void> {
  await page.waitForTimeout(PAUSE_MILLISECONDS);
  await page
    .getByText(/^Saved/)
    .first()
    .waitFor();
}

/** Images of the demo, and a table that names one more than there are. */
function filesToImport(folder: string): readonly string[] {
  const rows = readFileSync(join(DEMO, 'labels.csv'), 'utf8')
    .split('\n')
    .slice(0, IMPORTED_IMAGES + 2);
  const table = join(folder, 'labels.csv');
  writeFileSync(table, rows.join('\n'));
  const names = rows.slice(1, IMPORTED_IMAGES + 1).map((row) => row.split(',')[0] ?? '');
  return [table, ...names.map((name) => join(DEMO, 'images', `${name}.jpg`))];
}

async function setLook(page: Page, theme: string): Promise<void> {
  await goTo(page, 'Settings');
  await page.getByRole('tab', { name: 'Appearance' }).click();
  await choose(page, theme);
  await settled(page);
}

async function shootAll(page: Page, out: string, files: readonly string[]): Promise<void> {
  for (const theme of THEMES) {
    await setLook(page, theme);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      const shoot = async (view: string) => {
        await keep(await page.screenshot(), out, view, `${theme.toLowerCase()}-${size.width}`);
        console.error(`${view}, ${theme.toLowerCase()}, ${size.width}x${size.height}`);
      };
      const stage: Stage = { page, shoot };
      await library(stage);
      await importDialog(stage, files);
      await attackedCase(stage);
      await blindCase(stage);
      await annotation(stage);
      await models(stage);
      await settings(stage);
      await welcome(stage);
    }
  }
}

async function demoIsReady(page: Page): Promise<void> {
  await page
    .getByRole('contentinfo')
    .getByRole('button', { name: 'Search for smallest epsilons finished' })
    .waitFor({ timeout: MINUTES_FOR_THE_DEMO * 60_000 });
}

async function main([folder = join(ROOT, 'docs', 'screenshots')]: readonly string[]): Promise<void> {
  const out = resolve(folder);
  mkdirSync(out, { recursive: true });
  const home = mkdtempSync(join(tmpdir(), 'epsiloscope-screenshots-'));
  const program = await startProgram(home);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: SIZES[0], reducedMotion: 'reduce' });
    await page.goto(program.address);
    await demoIsReady(page);
    await answerOneCase(page);
    await shootAll(page, out, filesToImport(home));
  } finally {
    await browser.close();
    await program.close();
    rmSync(home, { recursive: true, force: true });
  }
}

if (import.meta.main) await main(process.argv.slice(2));
