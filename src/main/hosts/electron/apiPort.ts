import { RPCHandler } from '@orpc/server/message-port';
import { ipcMain, type IpcMainEvent } from 'electron';
import { PORT_HANDOVER } from '../../../shared/contract/handover.ts';
import type { Api } from '../../api/index.ts';
import { PAGE_ORIGIN } from './pagePolicy.ts';

/** Serves the api on each port that the page hands over. A port from anywhere else is closed unread. */
export function serveApi(api: Api): void {
  const handler = new RPCHandler(api);
  ipcMain.on(PORT_HANDOVER, (event) => {
    const [port] = event.ports;
    if (port === undefined) return;
    if (!isFromPage(event)) {
      port.close();
      return;
    }
    handler.upgrade(port);
    port.start();
  });
}

/** The main frame of the app's own page; a frame that is gone already has no say. */
const isFromPage = ({ senderFrame }: IpcMainEvent): boolean =>
  senderFrame !== null && senderFrame.parent === null && senderFrame.origin === PAGE_ORIGIN;
