import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readImageFile } from '../../../src/main/imaging/file.ts';

// What is refused (folders, links, pipes, gigabytes) is a part of the corpus of hostile images.
const folder = mkdtempSync(join(tmpdir(), 'epsiloscope-files-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const file = join(folder, 'image.jpg');
writeFileSync(file, 'any bytes');

test('an ordinary file is read whole', async () => {
  expect((await readImageFile(file)).toString()).toBe('any bytes');
});

test.skipIf(process.platform === 'win32')('a link to the folder is followed, a link to the file is not', async () => {
  symlinkSync(folder, join(folder, 'linked-folder'));
  symlinkSync(file, join(folder, 'linked.jpg'));
  expect((await readImageFile(join(folder, 'linked-folder', 'image.jpg'))).toString()).toBe('any bytes');
  await expect(readImageFile(join(folder, 'linked.jpg'))).rejects.toMatchObject({ code: 'IMAGE_NOT_A_FILE' });
});

test('a device is not an ordinary file', async () => {
  await expect(readImageFile('/dev/zero')).rejects.toMatchObject({
    code: process.platform === 'win32' ? 'IMAGE_UNREADABLE' : 'IMAGE_NOT_A_FILE',
  });
});

test('a message names no path, which may be patient data', async () => {
  const error: unknown = await readImageFile(join(folder, 'Jane Doe.jpg')).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: 'IMAGE_UNREADABLE',
    explanation: { happened: 'The file cannot be read: it does not exist.' },
  });
});
