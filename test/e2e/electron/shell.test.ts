import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, installApp, type RunningApp, startApp, whyNotHere } from './support/app.ts';
import { answerDialogs, dialogsSeen } from './support/dialogs.ts';

const notHere = whyNotHere();
/** Three images, two models: little to wait for, also where the machine has much to do. */
const PATIENCE = 60_000;

let installation: Installation;
let running: RunningApp;

const page = () => running.page;
const main = () => running.app;
const library = () => page().getByText('ISIC_0001769').first().waitFor();
const windowCount = () => main().evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);

async function pidsOf(name: string): Promise<number[]> {
  const metrics = await main().evaluate(({ app }) => app.getAppMetrics());
  return metrics.filter((metric) => metric.name === name).map(({ pid }) => pid);
}

/** Chooses an item of the menu. */
const choose = (id: string) =>
  main().evaluate(({ Menu }, item) => {
    Menu.getApplicationMenu()?.getMenuItemById(item)?.click();
  }, id);

const isOver = (pid: number): boolean => !existsSync(`/proc/${pid}`);

describe.skipIf(notHere !== null)(`the app in a real Electron (${notHere ?? 'under Xvfb'})`, () => {
  beforeAll(async () => {
    installation = await installApp();
    running = await startApp(installation);
    await library();
  }, 180_000);

  afterAll(async () => {
    await running.close();
    installation.remove();
  });

  describe('the page', () => {
    it('opens on the demonstration, whose images it shows', async () => {
      const picture = page().locator('img[src^="blob:app://bundle/"]').first();
      await picture.waitFor();
      const width = await picture.evaluate(async (image: HTMLImageElement) => {
        await image.decode();
        return image.naturalWidth;
      });
      expect(width).toBeGreaterThan(100);
    });

    it('computes in utility processes: an engine, and decoders that are thrown away', async () => {
      await page().getByText('WebAssembly, CPU').first().waitFor();
      expect((await pidsOf('Epsiloscope engine')).length).toBeGreaterThan(0);
      expect((await pidsOf('Epsiloscope imaging')).length).toBeGreaterThan(0);
    });

    it('says which bundled model is refused', async () => {
      await page().getByText('1 model refused').waitFor();
    });

    it('has written neither an error nor a warning to the console', () => {
      expect(running.complaints).toEqual([]);
    });
  });

  describe('the window', () => {
    it('is shown, on a dark ground', async () => {
      const state = await main().evaluate(({ BrowserWindow }) => {
        const [window] = BrowserWindow.getAllWindows();
        return { visible: window?.isVisible(), ground: window?.getBackgroundColor() };
      });
      expect(state).toEqual({ visible: true, ground: '#0F1113' });
    });

    it('is one, also when the program is started again', async () => {
      const { program, args, env } = running.start;
      const second = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
      let said = '';
      second.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
      const [code] = (await once(second, 'close')) as [number];
      expect({ code, said: said.trim() }).toEqual({
        code: 0,
        said: 'Epsiloscope is open already: its window is in front now.',
      });
      expect(await windowCount()).toBe(1);
    });
  });

  describe('the menu', () => {
    const items = () =>
      main().evaluate(({ Menu }) => {
        const listed = (menu: Electron.Menu | null | undefined): unknown =>
          menu?.items
            .filter(({ type }) => type !== 'separator')
            .map(({ label, accelerator, submenu }) => [label, accelerator ?? null, submenu ? listed(submenu) : null]);
        return listed(Menu.getApplicationMenu());
      });

    it('names what can be done, and the keys for it', async () => {
      expect(await items()).toEqual([
        [
          '&File',
          null,
          [
            ['Import images ...', 'CmdOrCtrl+I', null],
            ['Open workspace ...', 'CmdOrCtrl+O', null],
            ['Open the demo', null, null],
            ['Settings', 'CmdOrCtrl+,', null],
            ['Quit Epsiloscope', 'CmdOrCtrl+Q', null],
          ],
        ],
        [
          '&Edit',
          null,
          expect.arrayContaining([
            ['Undo', 'CmdOrCtrl+Z', null],
            ['Redo', 'CmdOrCtrl+Shift+Z', null],
          ]),
        ],
        [
          '&View',
          null,
          ['Actual Size', 'Zoom In', 'Zoom Out', 'Toggle Full Screen'].map((label) => [label, null, null]),
        ],
        ['&Help', null, ['Keyboard shortcuts', 'About Epsiloscope'].map((label) => [label, null, null])],
      ]);
    });

    it('asks the page, which does it', async () => {
      await choose('shortcuts');
      await page().getByRole('dialog').waitFor();
      await page().keyboard.press('Escape');
      await page().getByRole('dialog').waitFor({ state: 'hidden' });
      await choose('settings');
      await page().locator('[aria-current=page][aria-label=Settings]').waitFor();
      await page().getByRole('navigation').getByRole('button', { name: 'Library' }).click();
      await library();
    });
  });

  describe('a folder', () => {
    it('is chosen in a dialog of the window, and opened as a workspace', async () => {
      const folder = join(installation.folder, 'clinic-a');
      mkdirSync(folder);
      await answerDialogs(main(), { folder });
      await choose('openFolder');
      await page().getByText('clinic-a').first().waitFor();
      expect(await dialogsSeen(main())).toEqual([
        { kind: 'open', ofWindow: true, properties: ['openDirectory', 'createDirectory', 'promptToCreate'] },
      ]);
      expect(existsSync(join(folder, 'epsiloscope.db'))).toBe(true);
      // A new workspace asks for its images.
      await page().getByRole('dialog').waitFor();
      await page().keyboard.press('Escape');
      await choose('openDemo');
      await library();
    });
  });

  describe('an engine that is killed', () => {
    it('is told on the page, and started again when the person asks for it', async () => {
      const engines = await pidsOf('Epsiloscope engine');
      for (const pid of engines) process.kill(pid, 'SIGKILL');
      await page().getByText('Engine: ended, start again').click();
      await page().getByRole('button', { name: 'Start the engine again' }).click();
      await page().getByText('WebAssembly, CPU').first().waitFor();
      const [again] = await pidsOf('Epsiloscope engine');
      expect(engines).not.toContain(again);
    });
  });

  describe('a page that crashes', () => {
    const crash = async () => {
      const loaded = main().evaluate(
        ({ BrowserWindow }) =>
          new Promise<void>((resolve) => {
            const contents = BrowserWindow.getAllWindows()[0]?.webContents;
            contents?.once('did-finish-load', () => {
              resolve();
            });
            contents?.forcefullyCrashRenderer();
          }),
      );
      await loaded;
    };
    const shown = () =>
      main().evaluate(
        ({ BrowserWindow }) =>
          BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript('document.body.innerText') as Promise<string>,
      );

    const pageProcess = () =>
      main().evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId());

    it('is loaded again, three times within a minute; then the person decides', async () => {
      await answerDialogs(main(), { button: 'Load the page again' });
      for (let times = 0; times < 3; times += 1) await crash();
      expect(await dialogsSeen(main())).toEqual([]);
      await crash();
      expect(await dialogsSeen(main())).toMatchObject([
        { kind: 'message', ofWindow: true, message: 'The page stopped working several times within a minute.' },
      ]);
      await expect.poll(shown, { timeout: PATIENCE }).toContain('ISIC_0001769');
    });

    it('or does not answer is loaded again where the person wants that', async () => {
      await answerDialogs(main(), { button: 'Wait' });
      await main().evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.emit('unresponsive'));
      expect(await dialogsSeen(main())).toMatchObject([{ message: 'The page does not answer.' }]);
      await answerDialogs(main(), { button: 'Load the page again' });
      const before = await pageProcess();
      await main().evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.emit('unresponsive'));
      await expect.poll(pageProcess, { timeout: PATIENCE }).not.toBe(before);
      await expect.poll(shown, { timeout: PATIENCE }).toContain('ISIC_0001769');
    });
  });

  describe('the end', () => {
    it('takes every process with it, and keeps where the window was', async () => {
      const bounds = { x: 40, y: 50, width: 1100, height: 650 };
      await main().evaluate(({ BrowserWindow }, rectangle) => {
        BrowserWindow.getAllWindows()[0]?.setBounds(rectangle);
      }, bounds);
      const metrics = await main().evaluate(({ app }) => app.getAppMetrics());
      const program = main().process();
      const ended = once(program, 'exit');
      await answerDialogs(main(), { button: 'Quit' });
      await main().evaluate(({ app }) => {
        setTimeout(() => {
          app.quit();
        });
      });
      await ended;
      expect(program.exitCode).toBe(0);
      await expect.poll(() => metrics.filter(({ pid }) => !isOver(pid)), { timeout: 20_000 }).toEqual([]);
      const kept: unknown = JSON.parse(readFileSync(join(installation.home, 'window.json'), 'utf8'));
      expect(kept).toEqual({ ...bounds, maximised: false });
    });

    it('is followed by a start at the same place, or on a screen that is there', async () => {
      const boundsOfWindow = () =>
        main().evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds());
      await running.close();
      running = await startApp(installation);
      expect(await boundsOfWindow()).toEqual({ x: 40, y: 50, width: 1100, height: 650 });
      await running.close();
      const gone = { x: 5000, y: 50, width: 1100, height: 650, maximised: false };
      writeFileSync(join(installation.home, 'window.json'), JSON.stringify(gone));
      running = await startApp(installation);
      expect(await boundsOfWindow()).toEqual({ x: 133, y: 59, width: 1100, height: 650 });
    });
  });
});

describe.skipIf(notHere !== null)(`quitting while work is under way (${notHere ?? 'under Xvfb'})`, () => {
  it('asks first; then stops the work safely, and it goes on at the next start', async () => {
    const real = await installApp('real');
    let app = await startApp(real);
    try {
      const working = () => app.page.getByText('Searching smallest epsilons').first().waitFor({ timeout: PATIENCE });
      await working();
      await answerDialogs(app.app, { button: 'Stay' });
      await app.app.evaluate(({ BrowserWindow }) => {
        BrowserWindow.getAllWindows()[0]?.close();
      });
      await expect.poll(() => dialogsSeen(app.app)).toMatchObject([{ message: 'Work is under way.', ofWindow: true }]);
      expect(await app.page.title()).toContain('Epsiloscope');

      await answerDialogs(app.app, { button: 'Quit' });
      const program = app.app.process();
      const ended = once(program, 'exit');
      await app.app.evaluate(({ app: electron }) => {
        setTimeout(() => {
          electron.quit();
        });
      });
      await ended;
      expect(program.exitCode).toBe(0);
      await app.close();

      app = await startApp(real);
      await app.page.getByText('ISIC_0001769').first().waitFor();
      await working();
    } finally {
      await app.close();
      real.remove();
    }
  }, 240_000);
});
