/**
 * Hands one MessagePort from the page to the program, and puts nothing into the page's world. The main process checks
 * the sender once more; the checks here keep a frame or another window from handing over a port in the page's name.
 */
import { ipcRenderer } from 'electron';
import { PORT_HANDOVER } from '../shared/contract/handover.ts';

function handOver(event: MessageEvent): void {
  const fromThisPage = event.source === window && event.origin === window.location.origin;
  if (!fromThisPage || event.data !== PORT_HANDOVER || event.ports.length !== 1) return;
  window.removeEventListener('message', handOver);
  ipcRenderer.postMessage(PORT_HANDOVER, null, [...event.ports]);
}

window.addEventListener('message', handOver);
