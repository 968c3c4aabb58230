/** Files as the person chose or dropped them: which of them are sent to the program, and under which names. */
import { UPLOAD_LIMITS } from '../../../../shared/contract/app/importing.ts';

export interface NamedFile {
  /** With `/` for what lies in folders. */
  readonly name: string;
  readonly file: Blob;
}

export interface Sendable {
  readonly files: readonly NamedFile[];
  readonly leftOut: LeftOut;
}

/** How many of the chosen files the program will not see, and why. */
export interface LeftOut {
  /** Larger than UPLOAD_LIMITS allow. */
  readonly tooLarge: number;
  /** By their names neither images nor tables. */
  readonly otherKinds: number;
  /** The browser could not read them, and the person left them out. */
  readonly unread: number;
}

export const NOTHING_LEFT_OUT: LeftOut = { tooLarge: 0, otherKinds: 0, unread: 0 };

/** The program tells images by their bytes; others by their names need not travel to it at all. */
const IMAGE_NAME = /\.(?:jpe?g|png|tiff?|bmp|webp)$/i;
const TABLE_NAME = /\.(?:csv|tsv)$/i;
const LONGEST_NAME = 255;

export const isImageName = (name: string): boolean => IMAGE_NAME.test(name);

/** In the order of their names: what is previewed does not depend on how a browser lists folders. */
export function sendableOf(chosen: readonly NamedFile[]): Sendable {
  const usable = chosen.filter(({ name }) => IMAGE_NAME.test(name) || TABLE_NAME.test(name));
  const files = usable.filter(({ file }) => file.size <= UPLOAD_LIMITS.bytesPerFile);
  return {
    files: files
      .map(({ name, file }) => ({ name: name.slice(-LONGEST_NAME), file }))
      .sort((left, right) => (left.name < right.name ? -1 : 1)),
    leftOut: {
      ...NOTHING_LEFT_OUT,
      tooLarge: usable.length - files.length,
      otherKinds: chosen.length - usable.length,
    },
  };
}

/** Files of an `<input type="file">`. */
export const filesOfInput = (files: FileList): readonly NamedFile[] =>
  [...files].map((file) => ({ name: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath, file }));

/**
 * All files of what was dropped, those in folders too.
 *
 * @param onFound told how many there are so far
 */
export async function filesOfEntries(
  entries: readonly (FileSystemEntry | File)[],
  onFound: (files: number) => void,
  signal: AbortSignal,
): Promise<readonly NamedFile[]> {
  const found: NamedFile[] = [];
  const waiting: (FileSystemEntry | File)[] = [...entries];
  for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
    signal.throwIfAborted();
    if (entry instanceof File) found.push({ name: entry.name, file: entry });
    else if (isDirectory(entry)) waiting.push(...(await entriesOf(entry)));
    else if (isFile(entry)) found.push({ name: entry.fullPath.replace(/^\//, ''), file: await fileOf(entry) });
    onFound(found.length);
  }
  return found;
}

const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });

/** A reader gives a hundred entries at a time, and none at the end. */
async function entriesOf(directory: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = directory.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<readonly FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return all;
    all.push(...some);
  }
}
