/** The names that the page and the program must agree on before they understand each other. */

/** The one message by which a page under Electron hands its MessagePort, through the preload, to the program. */
export const PORT_HANDOVER = 'epsiloscope:port';

/** Code under which an EpsiloscopeError reaches the page; its data is the WireError. */
export const EXPLAINED_ERROR = 'EPSILOSCOPE';

/** Bytes that a page may ask for by hash, beside the contract. */
export const BYTE_KINDS = ['photograph', 'thumbnail', 'array'] as const;
export type ByteKind = (typeof BYTE_KINDS)[number];

/** Under Electron: `lesion://<kind>/<sha256>` and `lesion://upload/<id>/<index>`. */
export const BYTES_SCHEME = 'lesion';

/** In a browser: what the program says first on a WebSocket whose token it knows. */
export const SOCKET_WELCOME = 'welcome';

/** In a browser: why the program closed the WebSocket. */
export const SOCKET_CLOSE = {
  /** The program ends. */
  ended: 1001,
  /** It was no message of the contract. */
  notTheContract: 4400,
  /** The token is not known, or did not come in time. */
  refused: 4401,
  /** Another page took this one's place. */
  replaced: 4409,
} as const;
