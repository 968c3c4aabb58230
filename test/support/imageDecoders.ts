import { fileURLToPath } from 'node:url';
import { nodeImagingLauncher } from '../../src/main/hosts/node/imagingLauncher.ts';
import type { ImagingLauncher, ImagingRequest } from '../../src/main/imaging/protocol.ts';

const ENTRY = fileURLToPath(new URL('../../src/main/hosts/worker/imaging.ts', import.meta.url));

/** Real imaging processes. */
export const launchImaging = (memoryLimitBytes?: number, entry = ENTRY) => nodeImagingLauncher(entry, memoryLimitBytes);

export interface Disturbance {
  readonly before?: (pid: number, request: ImagingRequest) => void;
  readonly after?: (pid: number, request: ImagingRequest) => void;
}

/**
 * Real imaging processes to which something is done from outside: `before` when a request is about to be sent to the
 * process `pid`, `after` when it has been sent.
 */
export function launchDisturbed(disturb: Disturbance): ImagingLauncher {
  const launch = launchImaging();
  return (listener) => {
    const child = launch(listener);
    return {
      ...child,
      send: (request) => {
        if (child.pid === undefined) throw new Error('The imaging process did not start.');
        disturb.before?.(child.pid, request);
        child.send(request);
        disturb.after?.(child.pid, request);
      },
    };
  };
}

export const preprocessing = { framing: 'centre-square', resize: 'lanczos3', colour: 'sRGB' } as const;
