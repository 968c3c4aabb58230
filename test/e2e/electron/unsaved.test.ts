import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, installApp, type RunningApp, startApp, whyNotHere } from './support/app.ts';
import { answerDialogs, dialogsSeen } from './support/dialogs.ts';

const notHere = whyNotHere();
const PATIENCE = 60_000;

let installation: Installation;
let running: RunningApp;

const page = () => running.page;
const comment = () => page().getByRole('textbox', { name: 'Comment' });

async function openFirstCase(): Promise<void> {
  await page().getByText('ISIC_0001769').first().waitFor({ timeout: PATIENCE });
  await page().getByRole('gridcell').first().dblclick();
}

/** As the person does it who closes the window. */
const closeWindow = () =>
  running.app.evaluate(({ BrowserWindow }) => {
    setTimeout(() => {
      BrowserWindow.getAllWindows()[0]?.close();
    });
  });

describe.skipIf(notHere !== null)(`closing the window while something is unsaved (${notHere ?? 'under Xvfb'})`, () => {
  beforeAll(async () => {
    installation = await installApp();
    running = await startApp(installation);
    await openFirstCase();
    await page().getByRole('textbox', { name: 'Name', exact: true }).fill('Dr. Ada');
    await page().getByRole('button', { name: 'Begin reading' }).click();
    await comment().waitFor();
    // Quitting while work is under way asks something else.
    await page()
      .getByRole('progressbar', { name: 'Progress' })
      .first()
      .waitFor({ state: 'detached', timeout: PATIENCE });
  }, 240_000);

  afterAll(async () => {
    await running.close();
    installation.remove();
  });

  it('waits for what was typed last', async () => {
    await comment().fill('typed just before the window was closed');
    const program = running.app.process();
    const ended = once(program, 'exit');
    await closeWindow();
    await ended;
    expect(program.exitCode).toBe(0);
    await running.close();
    running = await startApp(installation);
    await openFirstCase();
    await expect
      .poll(() => comment().inputValue(), { timeout: PATIENCE })
      .toBe('typed just before the window was closed');
  }, 120_000);

  it('asks where it could not be saved, and stays when the person wants to', async () => {
    await page().evaluate(() => {
      window.addEventListener('beforeunload', (event) => {
        event.preventDefault();
      });
    });
    await answerDialogs(running.app, { button: 'Stay' });
    await closeWindow();
    await expect
      .poll(() => dialogsSeen(running.app), { timeout: PATIENCE })
      .toMatchObject([{ message: 'What was entered last is not saved.', ofWindow: true }]);
    expect(await comment().isVisible()).toBe(true);

    await answerDialogs(running.app, { button: 'Quit and lose it' });
    const program = running.app.process();
    const ended = once(program, 'exit');
    await closeWindow();
    await ended;
    expect(program.exitCode).toBe(0);
  }, 120_000);
});
