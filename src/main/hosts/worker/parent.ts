/** The process that started this one: Node by `fork`, or Electron as a utility process. */
export interface Parent {
  /** @param afterwards called once the message is on its way, whatever becomes of this process then */
  send(message: unknown, afterwards?: () => void): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** Electron's end of a utility process; there `process.parentPort`, typed here so that no Electron is needed. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/** Electron does not say when a message has left. */
const LEAVING_MILLISECONDS = 100;

/** The parent, with whose end this process ends too. Null where this process was started by hand. */
export function parentProcess(): Parent | null {
  const { parentPort } = process as { readonly parentPort?: ParentPort };
  if (parentPort) return throughPort(parentPort);
  return process.send === undefined ? null : throughChannel(process.send.bind(process));
}

/** A utility process is ended by Electron when its parent is. */
const throughPort = (port: ParentPort): Parent => ({
  send: (message, afterwards) => {
    port.postMessage(message);
    if (afterwards !== undefined) setTimeout(afterwards, LEAVING_MILLISECONDS);
  },
  onMessage: (listener) => {
    port.on('message', ({ data }) => {
      listener(data);
    });
  },
});

function throughChannel(send: NonNullable<NodeJS.Process['send']>): Parent {
  process.on('disconnect', () => process.exit(0));
  return {
    send: (message, afterwards) => {
      // A parent that is gone is told of by 'disconnect'.
      send(message, undefined, undefined, () => afterwards?.());
    },
    onMessage: (listener) => {
      process.on('message', listener);
    },
  };
}
