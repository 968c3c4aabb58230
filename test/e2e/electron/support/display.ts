import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** A display that nobody looks at. */
export interface Display {
  /** For the environment variable DISPLAY. */
  readonly name: string;
  close(): void;
}

const NUMBER_STREAM = 3;

/** Starts Xvfb on a display number that it finds free itself. */
export async function startDisplay(): Promise<Display> {
  const args = ['-displayfd', String(NUMBER_STREAM), '-screen', '0', '1366x768x24', '-nolisten', 'tcp'];
  const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const number = await Promise.race([
    once(server.stdio[NUMBER_STREAM] as Readable, 'data').then(([chunk]) => String(chunk).trim()),
    once(server, 'exit').then(([code]) => {
      throw new Error(`Xvfb ended at once, with code ${String(code)}.`);
    }),
  ]);
  return {
    name: `:${number}`,
    close: () => {
      server.kill();
    },
  };
}
