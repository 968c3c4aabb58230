import { statSync } from 'node:fs';

/** Where a file lies, as long as it is open: systems other than Windows let an open file be moved and deleted. */
export class FilePlace {
  readonly #file: string;
  readonly #identity: string | null;

  /** @param file path of a file that is there */
  constructor(file: string) {
    this.#file = file;
    this.#identity = identityOf(file);
  }

  /**
   * False: the file was moved, deleted or replaced, or its disk is gone. What is written to it then would be found by nobody,
   * though the system goes on taking it.
   */
  get isKept(): boolean {
    return this.#identity !== null && identityOf(this.#file) === this.#identity;
  }
}

function identityOf(file: string): string | null {
  try {
    const { dev, ino } = statSync(file, { bigint: true });
    return `${dev} ${ino}`;
  } catch {
    return null;
  }
}
