/** What a page may not do: leave its address, open windows, reach the network, use a device, download. */
import type { App, Session, WebContents } from 'electron';
import { isBytesAddress, isPageAddress, isPageFrame, isThePage, PAGE_URL } from './addresses.ts';

/**
 * No name is ever looked up: a second lock behind the session's, for what Chromium itself might ask for.
 * Call before Electron is ready.
 */
export function lockNameResolution(app: App): void {
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
}

/** Keeps every page, now and later, where it is. */
export function lockNavigation(app: App): void {
  app.on('web-contents-created', (_event, contents) => {
    lockContents(contents);
  });
}

function lockContents(contents: WebContents): void {
  const stay = (event: { readonly url: string; preventDefault(): void }) => {
    if (!isThePage(event.url)) event.preventDefault();
  };
  // Comes before will-navigate, and for every frame.
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}

/**
 * Cancels every request that leaves the app, every one for bytes that is not the page's own, and every download.
 *
 * @param allowDevTools whether Chromium's own `devtools:` pages may load their files
 */
export function lockNetwork(session: Session, allowDevTools: boolean): void {
  session.webRequest.onBeforeRequest(({ url, frame }, answer) => {
    const allowed =
      isPageAddress(url) ||
      // Pictures that the page has fetched by hash.
      url.startsWith(`blob:${PAGE_URL}`) ||
      (isBytesAddress(url) && isPageFrame(frame)) ||
      (allowDevTools && url.startsWith('devtools://'));
    answer({ cancel: !allowed });
  });
  session.on('will-download', (event) => {
    event.preventDefault();
  });
}

/** Denies every permission, whether asked for, checked or bound to a device. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => {
    answer(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}
