/** How the page reaches the program: one interface, and one file for each host that the page may find itself in. */
import { connectByPort } from './transportPort.ts';
import { connectBySocket } from './transportSocket.ts';
import type { Connection } from './transportTypes.ts';

export type { Connection } from './transportTypes.ts';

/**
 * Connects to the program. Once per page, before anything else reads the page's address: a code in it is taken away.
 *
 * @throws Error whose message says to a person why the program cannot be reached
 */
export const connect = (): Promise<Connection> =>
  window.location.protocol === 'app:' ? Promise.resolve(connectByPort()) : connectBySocket();
