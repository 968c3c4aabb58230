import { PassThrough } from 'node:stream';

/** Streams in place of a terminal's, and what was written on each so far. */
export function collected() {
  const streams = { out: new PassThrough(), err: new PassThrough() };
  const text = (stream: PassThrough) => () => (stream.read() as Buffer | null)?.toString('utf8') ?? '';
  return { streams, out: text(streams.out), err: text(streams.err) };
}
