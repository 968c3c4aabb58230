/** What axe finds in a page. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** Of the rules of axe those that a change of colours can break. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** Violations of all rules of axe, each with what it is about, in the theme that the page has. */
export async function violations(page: Page): Promise<readonly string[]> {
  // Away from what has a tooltip: that is no landmark, and is said with its control already.
  await page.mouse.move(1, 400);
  return violationsOf(page, (axe) => axe.options({ rules: { 'target-size': { enabled: true } } }));
}

/** Violations in the dark and in the light theme, of a page whose theme is that of the system. */
export async function violationsInBothThemes(page: Page): Promise<readonly string[]> {
  await putOn(page, 'dark');
  const dark = await violations(page);
  await putOn(page, 'light');
  const light = await violationsOf(page, (axe) => axe.withRules(COLOUR_RULES));
  return [...dark.map((text) => `dark: ${text}`), ...light.map((text) => `light: ${text}`)];
}

/** Changes the theme without a click, which would close what is open. */
async function putOn(page: Page, theme: 'dark' | 'light'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.locator(`html[data-mantine-color-scheme=${theme}]`).waitFor();
}

async function violationsOf(page: Page, configured: (axe: AxeBuilder) => AxeBuilder): Promise<readonly string[]> {
  // Colours that fade into each other have no contrast of their own.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
        .map(({ finished }) => finished),
    ),
  );
  // The page has no frames: there is nothing that axe would have to put together in a page of its own.
  const { violations: found } = await configured(new AxeBuilder({ page }).setLegacyMode()).analyze();
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
}
