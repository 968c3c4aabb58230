import { ipcMain, type MessagePortMain } from 'electron';
import { PORT_HANDOVER } from '../../../shared/contract/handover.ts';
import type { Program } from '../../api/host.ts';
import { apiServer, type PageChannel } from '../page/rpc.ts';
import { isPageFrame } from './addresses.ts';

/** Serves the api on each port that the page hands over. A port from anywhere else is closed unread. */
export function serveApi(program: Promise<Pick<Program, 'api'>>): void {
  const serving = program.then(({ api }) => apiServer(api));
  // A program that cannot start is told of by who made it.
  serving.catch(() => undefined);
  ipcMain.on(PORT_HANDOVER, (event) => {
    const [port] = event.ports;
    if (port === undefined) return;
    if (!isPageFrame(event.senderFrame)) {
      port.close();
      return;
    }
    // What the page asks meanwhile waits in the port.
    void serving.then((serve) => {
      serve(channelOver(port));
      port.start();
    });
  });
}

const channelOver = (port: MessagePortMain): PageChannel => ({
  send: (message) => {
    port.postMessage(message);
  },
  onMessage: (listener) => {
    port.on('message', ({ data }) => {
      listener(data);
    });
  },
  onClose: (listener) => {
    port.once('close', listener);
  },
  refuse: () => {
    port.close();
  },
});
