import { describe, expect, it } from 'vitest';
import { type NamedFile, sendableOf } from '../../../../src/renderer/src/features/importing/namedFiles.ts';
import { UPLOAD_LIMITS } from '../../../../src/shared/contract/app/importing.ts';

const file = (name: string, size = 1): NamedFile => ({ name, file: { size } as Blob });

describe('the files that are sent', () => {
  it('are images and tables by their names; others are left out and counted', () => {
    const { files, leftOut } = sendableOf([
      file('set/b.JPEG'),
      file('set/a.png'),
      file('set/labels.csv'),
      file('set/.DS_Store'),
      file('set/readme.txt'),
    ]);
    expect(files.map(({ name }) => name)).toEqual(['set/a.png', 'set/b.JPEG', 'set/labels.csv']);
    expect(leftOut).toEqual({ tooLarge: 0, otherKinds: 2, unread: 0 });
  });

  it('are no larger than the program takes', () => {
    const { files, leftOut } = sendableOf([
      file('a.png', UPLOAD_LIMITS.bytesPerFile),
      file('b.png', UPLOAD_LIMITS.bytesPerFile + 1),
    ]);
    expect(files.map(({ name }) => name)).toEqual(['a.png']);
    expect(leftOut).toEqual({ tooLarge: 1, otherKinds: 0, unread: 0 });
  });

  it('keep the end of a name that is longer than the program takes: it tells the image', () => {
    const [long] = sendableOf([file(`${'folder/'.repeat(60)}ISIC_0024306.jpg`)]).files;
    expect(long?.name).toHaveLength(255);
    expect(long?.name).toMatch(/\/ISIC_0024306\.jpg$/);
  });
});
