/** What the bench of the app sees of the page, from inside it: moments are told by the page's own clock. */
import type { Browser, JSHandle, Page } from '@playwright/test';

/** Unix time in milliseconds. */
type Moment = number;

declare global {
  /** When the page last heard a click. */
  var clickedAt: Moment;
  /** When each frame of the scrolling that is measured now began. */
  var frameTimes: number[];
}

/** Makes each page of the browser remember when it was last clicked, by the time stamp of the event. */
export async function openPage(browser: Browser, size: { width: number; height: number }): Promise<Page> {
  const page = await browser.newPage({ viewport: size });
  await page.addInitScript(rememberClicks);
  return page;
}

export function rememberClicks(): void {
  globalThis.clickedAt = 0;
  const remember = ({ timeStamp }: Event) => {
    globalThis.clickedAt = performance.timeOrigin + timeStamp;
  };
  addEventListener('click', remember, { capture: true });
}

/** When the first card with its photograph was seen. */
export const firstCard = (page: Page): Promise<Moment> =>
  moment(
    page.waitForFunction(() => {
      const photograph = document.querySelector<HTMLImageElement>('[role=gridcell][aria-busy=false] img');
      return photograph !== null && photograph.complete && photograph.naturalWidth > 0 && Date.now();
    }),
  );

/** When the open case showed its photograph and both models' verdicts. */
export const photographAndVerdicts = (page: Page): Promise<Moment> =>
  moment(
    page.waitForFunction(() => {
      const photograph = document.querySelector<HTMLImageElement>('section[aria-busy=false] img');
      const said = [...document.querySelectorAll('section[aria-label="What the models say"] p[data-place]')];
      const seen = photograph !== null && photograph.complete && photograph.naturalWidth > 0;
      return seen && said.length === 2 && said.every(({ textContent }) => /\d\.\d\d/.test(textContent)) && Date.now();
    }),
  );

/** When both models had been attacked. */
export const attacked = (page: Page): Promise<Moment> =>
  moment(
    page.waitForFunction(() => {
      const axis = document.querySelector('section[aria-label="Where each verdict changes"]');
      return axis?.querySelector('[role=status][aria-busy=false]') != null && Date.now();
    }),
  );

/** When attacked input and heatmap were drawn too. */
export const everything = (page: Page): Promise<Moment> =>
  moment(
    page.waitForFunction(
      () =>
        document.querySelector('section[aria-busy=false] canvas') !== null &&
        document.querySelector('main [aria-busy=true]') === null &&
        Date.now(),
    ),
  );

async function moment(waiting: Promise<JSHandle<Moment | false>>): Promise<Moment> {
  return Number(await (await waiting).jsonValue());
}

export const clicked = (page: Page): Promise<Moment> => page.evaluate(() => globalThis.clickedAt);

/** One notch of a wheel. */
const NOTCH_PIXELS = 120;
const NOTCHES_A_SECOND = 20;

/**
 * Scrolls the grid by the wheel, without a rest.
 *
 * @returns milliseconds from each frame to the next
 */
export async function scrollFrames(page: Page, seconds: number): Promise<readonly number[]> {
  const grid = await page.getByRole('grid').boundingBox();
  await page.mouse.move((grid?.x ?? 0) + 200, (grid?.y ?? 0) + 200);
  await page.evaluate(() => {
    const times: number[] = [];
    globalThis.frameTimes = times;
    const note = (time: number) => {
      times.push(time);
      if (globalThis.frameTimes === times) requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  });
  const until = performance.now() + 1000 * seconds;
  while (performance.now() < until) {
    const next = performance.now() + 1000 / NOTCHES_A_SECOND;
    await page.mouse.wheel(0, NOTCH_PIXELS);
    await new Promise((resolve) => setTimeout(resolve, next - performance.now()));
  }
  const times = await page.evaluate(() => {
    const noted = globalThis.frameTimes;
    globalThis.frameTimes = [];
    return noted;
  });
  return times.slice(1).map((time, at) => time - (times[at] ?? time));
}

/** Bytes of the page's JavaScript heap after a collection. */
export async function heapBytes(page: Page): Promise<number> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('HeapProfiler.collectGarbage');
  await devTools.send('Performance.enable');
  const { metrics } = await devTools.send('Performance.getMetrics');
  await devTools.detach();
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN;
}
