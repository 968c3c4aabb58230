/** What a person does at the page, by the names that a screen reader tells. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { copyDemoImage } from '../../support/build.ts';

/** A case's card in the grid of the library. */
export const card = (page: Page, imageId: string): Locator =>
  page.getByRole('gridcell', { name: new RegExp(`^${imageId}\\b`) });

/** Waits until the cases of the workspace are imported and screened. */
export const screened = (page: Page): Promise<void> =>
  page.getByRole('button', { name: 'Search for smallest epsilons finished' }).waitFor();

export const goTo = (page: Page, view: 'Library' | 'Case' | 'Models' | 'Settings'): Promise<void> =>
  page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: view }).click();

export async function openCase(page: Page, imageId: string): Promise<void> {
  await card(page, imageId).click();
  await page.getByRole('heading', { level: 1, name: imageId }).waitFor();
}

/** Answers the question on a case whose answer it will be. */
export async function introduce(page: Page, name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByRole('button', { name: 'Begin reading' }).click();
  await page.getByRole('group', { name: 'Your reading' }).waitFor();
}

/** What both models say of the case, once all that it opens with is computed. */
export const sentence = (page: Page): Locator => page.getByRole('region', { name: 'What the models say' });

export const axis = (page: Page): Locator => page.getByRole('region', { name: 'Where each verdict changes' });

/** Waits until nothing is being attacked; then every figure of the case stands. */
export async function attacked(page: Page): Promise<void> {
  await sentence(page)
    .getByText(/^At |^No perturbation: /)
    .waitFor();
  await axis(page).locator('[role=status][aria-busy=false]').waitFor();
}

/** The first model's probabilities and the second one's as the table shows them, from the top down. */
export async function probabilities(page: Page): Promise<readonly string[]> {
  const table = page.getByRole('table', { name: 'Probabilities of each diagnosis' });
  return table.getByRole('cell').allInnerTexts();
}

/** Waits until what was entered is acknowledged to be on the disk. */
export const saved = (page: Page): Promise<void> =>
  page
    .getByText(/^Saved( \d+ (s|min) ago)?$/)
    .last()
    .waitFor();

/** Presses one of the buttons that stay pressed, and waits until that is stored. */
export async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
  await saved(page);
}

/** Whether the buttons of these names are pressed. */
export const pressed = async (page: Page, names: readonly string[]): Promise<Record<string, string | null>> => {
  const states = names.map(async (name) => [
    name,
    await page.getByRole('button', { name, exact: true }).getAttribute('aria-pressed'),
  ]);
  return Object.fromEntries(await Promise.all(states)) as Record<string, string | null>;
};

/** A folder as a hospital's archive gives it: images of two patients' lesions, their table, and a file that is no image. */
export function archiveFolder(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const { imageId } of ARCHIVE) {
    if (imageId === BROKEN) writeFileSync(join(folder, `${imageId}.jpg`), 'This is not a photograph.');
    else copyDemoImage(imageId, folder);
  }
  const rows = ARCHIVE.map(({ imageId, lesionId, dx, age }) => `${lesionId},${imageId},${dx},histo,${age},female,back`);
  const header = 'lesion_id,image_id,dx,dx_type,age,sex,localization';
  writeFileSync(join(folder, `${basename(folder)}.csv`), `${[header, ...rows].join('\n')}\n`);
  return folder;
}

/** The one that cannot be read. */
export const BROKEN = 'DAMAGED_0001';

const ARCHIVE = [
  { imageId: 'ISIC_0003462', lesionId: 'LESION_1', dx: 'nv', age: 45 },
  { imageId: 'ISIC_0003539', lesionId: 'LESION_1', dx: 'nv', age: 45 },
  { imageId: 'ISIC_0003582', lesionId: 'LESION_2', dx: 'mel', age: 70 },
  { imageId: BROKEN, lesionId: 'LESION_3', dx: 'bkl', age: 60 },
] as const;
