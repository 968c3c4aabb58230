import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, installApp, type RunningApp, startApp, whyNotHere } from './support/app.ts';

const PAGE_URL = 'app://bundle/';
const notHere = whyNotHere();

/** Of a server on this machine: how often anybody connected to it. */
let connections = 0;
let server: Server;
let address: string;
let installation: Installation;
let running: RunningApp;

const page = () => running.page;
const main = () => running.app;
const windowCount = () => main().evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
/** The library of the demonstration: the page has spoken with the program. */
const library = () => page().getByText('ISIC_0001769').first().waitFor();
const view = (name: string) => page().getByRole('navigation').getByRole('button', { name });

describe.skipIf(notHere !== null)(`what the page cannot do in a real Electron (${notHere ?? 'under Xvfb'})`, () => {
  beforeAll(async () => {
    server = createServer((_request, response) => response.end());
    server.on('connection', () => {
      connections += 1;
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    installation = await installApp();
    running = await startApp(installation);
    await library();
  }, 180_000);

  afterAll(async () => {
    server.close();
    await running.close();
    installation.remove();
  });

  describe('the window', () => {
    it('has a sandboxed page without Node, apart from its preload', async () => {
      const options = await main().evaluate(({ BrowserWindow }) => {
        const [window] = BrowserWindow.getAllWindows();
        return (window?.webContents as unknown as { getLastWebPreferences(): object }).getLastWebPreferences();
      });
      // What is false need not be named.
      expect({ nodeIntegrationInWorker: false, ...options }).toMatchObject({
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        webviewTag: false,
      });
    });

    it.each(['require', 'process', 'module', 'global', 'Buffer', '__dirname', 'electron', 'ipcRenderer'])(
      'gives the page no %s',
      async (name) => {
        expect(await page().evaluate((global) => global in globalThis, name)).toBe(false);
      },
    );

    it('gives the page no name that a window without preload would not have', async () => {
      const added = await main().evaluate(async ({ BrowserWindow }, url) => {
        const names = (window: Electron.BrowserWindow | undefined) =>
          window?.webContents.executeJavaScript('Object.getOwnPropertyNames(window)') as Promise<string[]>;
        const withPreload = await names(BrowserWindow.getAllWindows()[0]);
        const without = new BrowserWindow({ show: false, webPreferences: { sandbox: true } });
        await without.loadURL(url);
        const plain = await names(without);
        without.destroy();
        return withPreload.filter((name) => !plain.includes(name));
      }, PAGE_URL);
      expect(added).toEqual([]);
    });
  });

  describe('the content security policy', () => {
    it('is a header of every response, with a nonce of its own', async () => {
      const [first, second] = await main().evaluate(async ({ session }, url) => {
        const get = async () => {
          const response = await session.defaultSession.fetch(url);
          return { policy: response.headers.get('content-security-policy') ?? '', html: await response.text() };
        };
        return [await get(), await get()] as const;
      }, PAGE_URL);
      const nonce = /'nonce-([A-Za-z0-9+/=]{24})'/.exec(first.policy)?.[1];
      expect(first.policy).toBe(
        `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce ?? ''}'; img-src 'self' data: blob:; ` +
          "font-src 'self'; connect-src 'self' lesion:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
          "require-trusted-types-for 'script'; trusted-types default",
      );
      expect(first.html).toContain(`nonce="${nonce ?? ''}"`);
      expect(first.html).not.toContain('EPSILOSCOPE-NONCE');
      expect(second.policy).not.toBe(first.policy);
    });

    it('is not violated by the page, which works again after a reload, at whichever view it was', async () => {
      await view('Models').click();
      await page().addInitScript(() => {
        const violated: string[] = [];
        Object.assign(globalThis, { violated });
        document.addEventListener('securitypolicyviolation', (event) => {
          violated.push(event.effectiveDirective);
        });
      });
      await page().reload();
      await page().locator('[aria-current=page][aria-label=Models]').waitFor();
      expect(page().url()).toBe(`${PAGE_URL}#/models`);
      await view('Library').click();
      await library();
      expect(await violations()).toEqual([]);
    });

    it('refuses code from text', async () => {
      // From a timer, since what a debugger evaluates is exempt.
      const outcome = await page().evaluate(
        () =>
          new Promise((resolve) => {
            setTimeout(() => {
              try {
                Reflect.construct(Function, ['return 1']);
                resolve('compiled');
              } catch (error) {
                resolve((error as Error).name);
              }
            });
          }),
      );
      expect(outcome).toBe('EvalError');
    });

    it('refuses markup from text', async () => {
      const refused = await page().evaluate(() => {
        try {
          document.createElement('div').innerHTML = '<img src="x">';
          return false;
        } catch (error) {
          return error instanceof TypeError;
        }
      });
      expect(refused).toBe(true);
    });
  });

  describe('the network', () => {
    const fetchFails = (url: string) =>
      page().evaluate(
        (target) =>
          fetch(target).then(
            () => false,
            () => true,
          ),
        url,
      );

    it('is not reached from the page by fetch, WebSocket, image or beacon', async () => {
      expect(await fetchFails(`http://${address}/`)).toBe(true);
      expect(await fetchFails('file:///etc/hostname')).toBe(true);
      await page().evaluate(async (host) => {
        navigator.sendBeacon(`http://${host}/`);
        await new Promise((resolve) => (new WebSocket(`ws://${host}/`).onerror = resolve));
        await new Promise((resolve) => (Object.assign(new Image(), { src: `http://${host}/` }).onerror = resolve));
      }, address);
      expect(await violations()).toEqual(expect.arrayContaining(['connect-src', 'img-src']));
      expect(connections).toBe(0);
    });

    it('is not reached past the policy either: the session cancels the request', async () => {
      const failure = await main().evaluate(
        ({ session }, url) =>
          session.defaultSession.fetch(url).then(
            () => 'answered',
            (error: unknown) => String(error),
          ),
        `http://${address}/`,
      );
      expect(failure).toContain('ERR_BLOCKED_BY_CLIENT');
      expect(connections).toBe(0);
    });

    it('has no names', async () => {
      const resolved = main().evaluate(({ session }) => session.defaultSession.resolveHost('localhost'));
      await expect(resolved).rejects.toThrow('ERR_NAME_NOT_RESOLVED');
    });

    it('does not hear of the page by WebRTC', async () => {
      const policy = main().evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.getWebRTCIPHandlingPolicy(),
      );
      expect(await policy).toBe('disable_non_proxied_udp');
    });

    it.each([
      'app://bundle/../package.json',
      'app://bundle/%2e%2e/package.json',
      'app://bundle/..%2fpackage.json',
      'app://bundle.example/',
    ])('serves nothing outside of the page: %s', async (url) => {
      const status = await main().evaluate(
        async ({ session }, target) => (await session.defaultSession.fetch(target)).status,
        url,
      );
      expect(status).toBe(404);
    });
  });

  describe('bytes', () => {
    const HASH = 'a'.repeat(64);
    const statusOf = (url: string) =>
      page().evaluate(
        (target) =>
          fetch(target).then(
            ({ status }) => status,
            (error: unknown) => String(error),
          ),
        url,
      );

    it('are asked for by kind and hash alone', async () => {
      expect(await statusOf(`lesion://photograph/${HASH}`)).toBe(404);
      expect(await statusOf(`lesion://secret/${HASH}`)).toBe(404);
      expect(await statusOf('lesion://photograph/..%2f..%2fetc%2fpasswd')).toBe(404);
    });

    it('are not given to a window that shows something else', async () => {
      const outcome = await main().evaluate(async ({ BrowserWindow, session }, url) => {
        const refused: string[] = [];
        session.defaultSession.webRequest.onErrorOccurred(({ url: asked, error }) => {
          refused.push(`${asked} ${error}`);
        });
        const window = new BrowserWindow({ show: false, webPreferences: { sandbox: true, webSecurity: false } });
        await window.loadURL('about:blank');
        await window.webContents.executeJavaScript(`fetch('${url}').catch(() => null)`);
        window.destroy();
        session.defaultSession.webRequest.onErrorOccurred(null);
        return refused;
      }, `lesion://photograph/${HASH}`);
      expect(outcome).toEqual([`lesion://photograph/${HASH} net::ERR_BLOCKED_BY_CLIENT`]);
    });

    it.each(['data:text/html,<p>', 'file:///etc/hostname', 'https://example.org/'])(
      'have no other page to fear: %s does not load',
      async (url) => {
        const outcome = await main().evaluate(async ({ BrowserWindow }, target) => {
          const window = new BrowserWindow({ show: false, webPreferences: { sandbox: true } });
          const error = await window.loadURL(target).then(
            () => 'loaded',
            (reason: unknown) => String(reason),
          );
          window.destroy();
          return error;
        }, url);
        expect(outcome).toContain('ERR_BLOCKED_BY_CLIENT');
      },
    );
  });

  describe('permissions', () => {
    it.each([
      'geolocation',
      'notifications',
      'camera',
      'microphone',
      'midi',
      'clipboard-read',
      'clipboard-write',
      'persistent-storage',
      'screen-wake-lock',
      'local-fonts',
      'window-management',
      'idle-detection',
      'storage-access',
      'background-sync',
      'accelerometer',
    ])('%s is denied', async (name) => {
      const state = await page().evaluate(
        async (permission) => (await navigator.permissions.query({ name: permission as PermissionName })).state,
        name,
      );
      expect(state).toBe('denied');
    });

    it('are denied when asked for', async () => {
      const outcomes = await page().evaluate(async () => {
        const nameOf = (error: unknown) => (error as DOMException).name;
        return {
          camera: await navigator.mediaDevices.getUserMedia({ video: true }).catch(nameOf),
          notification: await Notification.requestPermission(),
          position: await new Promise((resolve) => {
            navigator.geolocation.getCurrentPosition(resolve, ({ code }) => {
              resolve(code);
            });
          }),
          midi: await navigator.requestMIDIAccess().catch(nameOf),
        };
      });
      const permissionDenied = 1;
      expect(outcomes).toMatchObject({ notification: 'denied', position: permissionDenied, midi: 'NotAllowedError' });
      // Where there is no camera, nothing is asked for.
      expect(outcomes.camera).toMatch(/^(NotAllowedError|NotFoundError)$/);
    });
  });

  describe('a port to the program', () => {
    it.each([
      { from: 'the page', parent: null, origin: 'app://bundle', outcome: 'served' },
      { from: 'a frame inside the page', parent: {}, origin: 'app://bundle', outcome: 'closed' },
      { from: 'a similar origin', parent: null, origin: 'app://bundle.example', outcome: 'closed' },
      { from: 'a file', parent: null, origin: 'file://', outcome: 'closed' },
      { from: 'a frame that is gone', parent: null, origin: null, outcome: 'closed' },
    ])('from $from is $outcome', async ({ parent, origin, outcome }) => {
      const happened = await main().evaluate(
        async ({ ipcMain }, sender) => {
          let seen = 'ignored';
          const listen = () => undefined;
          const start = () => (seen = 'served');
          const close = () => (seen = 'closed');
          const senderFrame = sender.origin === null ? null : sender;
          ipcMain.emit('epsiloscope:port', { ports: [{ on: listen, once: listen, start, close }], senderFrame });
          await new Promise((resolve) => setTimeout(resolve));
          return seen;
        },
        { parent, origin },
      );
      expect(happened).toBe(outcome);
    });
  });

  // Playwright waits for a refused navigation for ever: from here on the main process is asked.
  describe('navigation', () => {
    it.each([
      'https://example.org/',
      'https://example.org/app://bundle/',
      'app://bundle.example/',
      'app://bundle/index.html',
      'app://other/?app://bundle/',
      `lesion://photograph/${'a'.repeat(64)}`,
    ])('to %s is refused', async (url) => {
      const outcome = await main().evaluate(async ({ BrowserWindow }, target) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        const before = contents?.getURL();
        const attempt = new Promise<unknown>((resolve) => {
          contents?.once('will-frame-navigate', (event) => {
            resolve({ to: event.url, refused: event.defaultPrevented });
          });
        });
        await contents?.executeJavaScript(`location.assign(${JSON.stringify(target)})`);
        return { attempt: await attempt, stayed: contents?.getURL() === before };
      }, url);
      expect(outcome).toEqual({ attempt: { to: url, refused: true }, stayed: true });
    });

    it.each(['https://example.org/', 'app://bundle/', 'about:blank'])(
      'in a new window to %s is refused',
      async (url) => {
        const refused = await main().evaluate(
          ({ BrowserWindow }, target) =>
            BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
              `window.open(${JSON.stringify(target)}) === null`,
            ) as Promise<boolean>,
          url,
        );
        expect(refused).toBe(true);
        expect(await windowCount()).toBe(1);
      },
    );
  });
});

const violations = () => page().evaluate(() => (globalThis as unknown as { violated: string[] }).violated);
