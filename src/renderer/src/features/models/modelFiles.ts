import type { NamedFile } from '../importing/namedFiles.ts';

/** A file of a model; a model has no folders inside, so its name holds none. */
export interface ModelFile {
  readonly name: string;
  readonly file: Blob;
}

/** The files under their own names, whatever folder they were found in. */
export const modelFiles = (found: readonly NamedFile[]): readonly ModelFile[] =>
  found.map(({ name, file }) => ({ name: name.slice(name.lastIndexOf('/') + 1), file }));
