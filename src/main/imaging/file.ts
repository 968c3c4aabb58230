import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { refuseImage } from './refusals.ts';
import { refuseSize } from './sniff.ts';

/**
 * O_NOFOLLOW: a folder that a third party hands over must not make the program read what lies outside it.
 * O_NONBLOCK: opening a FIFO that nobody writes to would otherwise wait for ever.
 * Windows knows neither (there the constants are missing at run time), and has no FIFOs in folders.
 */
const flags: Partial<Record<'O_NOFOLLOW' | 'O_NONBLOCK', number>> = constants;
const OPEN_FLAGS = constants.O_RDONLY | (flags.O_NOFOLLOW ?? 0) | (flags.O_NONBLOCK ?? 0);

const notAFile = (options?: ErrorOptions) =>
  refuseImage(
    'IMAGE_NOT_A_FILE',
    'This is not an ordinary file but a folder, a link, a pipe or a device.',
    'Put the image itself in its place, not a link to it.',
    options,
  );

const unreadable = (reason: string, options?: ErrorOptions) =>
  refuseImage(
    'IMAGE_UNREADABLE',
    `The file cannot be read: ${reason}`,
    'Check that it is there and that you may read it.',
    options,
  );

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist.',
  EACCES: 'access is denied.',
  EPERM: 'access is denied.',
  EIO: 'the disk reports an error.',
};

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
}

/** ELOOP and EMLINK answer O_NOFOLLOW on a link, ENXIO a socket, EISDIR a folder on Windows. */
const NOT_A_FILE_CODES: readonly string[] = ['ELOOP', 'EMLINK', 'ENXIO', 'EISDIR'];

function refuseFailure(error: unknown): never {
  const code = codeOf(error);
  if (NOT_A_FILE_CODES.includes(code)) throw notAFile({ cause: error });
  throw unreadable(REASONS[code] ?? `${code}.`, { cause: error });
}

async function readWhole(handle: FileHandle): Promise<Buffer> {
  const facts = await handle.stat();
  if (!facts.isFile()) throw notAFile();
  refuseSize(facts.size);
  const bytes = Buffer.alloc(facts.size);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, filled).catch(refuseFailure);
    if (bytesRead === 0) throw unreadable('it became shorter while it was read.');
    filled += bytesRead;
  }
  return bytes;
}

/**
 * Reads an untrusted image file: an ordinary file, not reached by a link, of acceptable size (checked before a byte is
 * read, so that a sparse file of a gigabyte costs nothing). Says nothing yet about what is in it.
 *
 * @throws IMAGE_UNREADABLE, IMAGE_NOT_A_FILE, IMAGE_EMPTY, IMAGE_TOO_LARGE
 */
export async function readImageFile(path: string): Promise<Buffer> {
  const handle = await open(path, OPEN_FLAGS).catch(refuseFailure);
  try {
    return await readWhole(handle);
  } finally {
    await handle.close();
  }
}
