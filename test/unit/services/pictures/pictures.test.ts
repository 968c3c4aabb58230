/** Pictures and model inputs over a real workspace and real decoding processes. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ImageDecoder } from '../../../../src/main/imaging/index.ts';
import { ModelInputs, Pictures } from '../../../../src/main/services/pictures/index.ts';
import { hashOf, listImages, type Workspace } from '../../../../src/main/store/index.ts';
import type { Sha256 } from '../../../../src/shared/kernel/ids.ts';
import { auditLab, type AuditLab } from '../../../support/auditLab.ts';
import { preprocessing } from '../../../support/imageDecoders.ts';

let lab: AuditLab;
let workspace: Workspace;
let images: Sha256[];
/** Works of the decoder since the test began. */
let decoded: string[];
let decoder: ImageDecoder;

beforeAll(async () => {
  lab = await auditLab(['ISIC_0012099,mel', 'ISIC_0012151,mel', 'ISIC_0001769,nv']);
  workspace = await lab.workspace('workspace');
  images = listImages(workspace.db).map(({ sha256 }) => sha256);
  const count = <Work>(kind: string, work: Work): Work => {
    decoded.push(kind);
    return work;
  };
  decoder = {
    ...lab.decoder,
    thumbnail: (...asked) => count('thumbnail', lab.decoder.thumbnail(...asked)),
    photograph: (...asked) => count('photograph', lab.decoder.photograph(...asked)),
    modelInput: (...asked) => count('modelInput', lab.decoder.modelInput(...asked)),
  };
});
beforeEach(() => {
  decoded = [];
  rmSync(join(workspace.folder, 'cache'), { recursive: true, force: true });
});
afterAll(() => {
  lab.close();
});

const image = (at: number): Sha256 => images[at] ?? hashOf('');
const thumbnailFile = (sha256: Sha256): string =>
  join(workspace.folder, 'cache', 'thumbnails', sha256.slice(0, 2), sha256);

describe('a thumbnail', () => {
  it('is made once and kept, also for the program’s next start', async () => {
    const first = await new Pictures(decoder).thumbnail(workspace, image(0));
    expect(first?.type).toBe('image/webp');
    expect(await sharp(first?.bytes).metadata()).toMatchObject({ format: 'webp', width: 256 });
    const again = await new Pictures(decoder).thumbnail(workspace, image(0));
    expect(Buffer.from(again?.bytes ?? [])).toEqual(Buffer.from(first?.bytes ?? []));
    expect(decoded).toEqual(['thumbnail']);
  });

  it.each<[string, (file: string) => void]>([
    [
      'deleted',
      (file) => {
        rmSync(file);
      },
    ],
    [
      'cut short',
      (file) => {
        writeFileSync(file, readFileSync(file).subarray(0, 500));
      },
    ],
    [
      'empty',
      (file) => {
        writeFileSync(file, '');
      },
    ],
    [
      'changed in one bit',
      (file) => {
        const content = readFileSync(file);
        content.writeUInt8(content.readUInt8(900) ^ 1, 900);
        writeFileSync(file, content);
      },
    ],
  ])('is made anew where the kept file was %s', async (_, harm) => {
    const pictures = new Pictures(decoder);
    const first = await pictures.thumbnail(workspace, image(1));
    harm(thumbnailFile(image(1)));
    expect(await pictures.thumbnail(workspace, image(1))).toEqual(first);
    expect(decoded).toEqual(['thumbnail', 'thumbnail']);
    await pictures.thumbnail(workspace, image(1));
    expect(decoded).toHaveLength(2);
  });

  it('is decoded once for many who ask at the same time', async () => {
    const pictures = new Pictures(decoder);
    const asked = await Promise.all(Array.from({ length: 20 }, () => pictures.thumbnail(workspace, image(2))));
    expect(new Set(asked.map((picture) => picture?.bytes)).size).toBe(1);
    expect(decoded).toEqual(['thumbnail']);
  });

  it('is there all the same where the folder of kept ones cannot be written', async () => {
    // A file where the folder should be: refused to everyone, root included.
    writeFileSync(join(workspace.folder, 'cache'), '');
    const picture = await new Pictures(decoder).thumbnail(workspace, image(0));
    expect(picture?.type).toBe('image/webp');
  });

  it('leaves no half-written files beside it', async () => {
    const pictures = new Pictures(decoder);
    await Promise.all(images.map((sha256) => pictures.thumbnail(workspace, sha256)));
    const files = readdirSync(join(workspace.folder, 'cache'), { recursive: true, withFileTypes: true });
    expect(
      files
        .filter((file) => file.isFile())
        .map(({ name }) => name)
        .sort(),
    ).toEqual(images);
  });
});

describe('a photograph', () => {
  it('has every pixel of the original, and its size says so', async () => {
    const stored = listImages(workspace.db)[0];
    const shown = await new Pictures(decoder).photograph(workspace, image(0));
    expect(shown).toMatchObject({ type: 'image/png', width: stored?.width, height: stored?.height });
    const pixels = await sharp(shown?.bytes).raw().toBuffer();
    const original = await sharp(await workspace.images.read(image(0)))
      .autoOrient()
      .raw()
      .toBuffer();
    expect(pixels.equals(original)).toBe(true);
  });

  it('is decoded once for many who ask at the same time, and stopped when none of them waits', async () => {
    const pictures = new Pictures(decoder);
    await Promise.all([1, 2, 3].map(() => pictures.photograph(workspace, image(0))));
    expect(decoded).toEqual(['photograph']);
    const leaving = new AbortController();
    const work = pictures.photograph(workspace, image(1), leaving.signal);
    leaving.abort();
    await expect(work).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(await pictures.photograph(workspace, image(1))).toMatchObject({ type: 'image/png' });
  });

  it('of a stored original that changed or went is refused with the reason', async () => {
    const damaged = await lab.workspace('damaged');
    const [first, second] = [image(0), image(1)];
    await chmod(damaged.images.pathOf(first), 0o600);
    writeFileSync(damaged.images.pathOf(first), 'something else');
    await unlink(damaged.images.pathOf(second));
    const pictures = new Pictures(decoder);
    await expect(pictures.photograph(damaged, first)).rejects.toMatchObject({ code: 'IMAGE_FILE_DAMAGED' });
    await expect(pictures.thumbnail(damaged, second)).rejects.toMatchObject({ code: 'IMAGE_FILE_MISSING' });
    expect(await pictures.photograph(damaged, image(2))).not.toBeNull();
    expect(existsSync(join(damaged.folder, 'cache'))).toBe(false);
  });
});

it('of a hash that is no image of the workspace there is no picture, whatever lies in its folders', async () => {
  const pictures = new Pictures(decoder);
  const stranger = await workspace.images.put(readFileSync(join(lab.folder, 'labels.csv')));
  expect(await pictures.thumbnail(workspace, stranger)).toBeNull();
  expect(await pictures.photograph(workspace, stranger)).toBeNull();
  expect(await pictures.photograph(workspace, hashOf('nothing'))).toBeNull();
  expect(decoded).toEqual([]);
});

describe('model inputs', () => {
  const input = { height: 64, width: 64, preprocessing };

  it('are those that the decoder makes, and stay at hand', async () => {
    const inputs = new ModelInputs(decoder);
    const batch = await inputs.batchOfOne(workspace.images, image(0), input);
    const bytes = await workspace.images.read(image(0));
    expect(batch).toMatchObject({ height: 64, width: 64, imageSha256: [image(0)] });
    expect(batch.pixels).toEqual(await lab.decoder.modelInput({ bytes }, input));
    await Promise.all([1, 2, 3].map(() => inputs.of(workspace.images, image(0), input)));
    expect(decoded).toEqual(['modelInput']);
    await inputs.of(workspace.images, image(0), { ...input, height: 32, width: 32 });
    expect(decoded).toHaveLength(2);
  });

  it('are let go of where too many others were asked for since', async () => {
    const inputs = new ModelInputs(decoder);
    const made = new Uint8Array(3);
    const plenty = new ModelInputs({
      modelInput: (_source, target) => {
        decoded.push(String(target.height));
        return Promise.resolve(made);
      },
    });
    const ask = (side: number) => plenty.of(workspace.images, image(0), { ...input, height: side, width: side });
    for (let side = 1; side <= 129; side += 1) await ask(side);
    await ask(129);
    expect(decoded).toHaveLength(129);
    await ask(1);
    expect(decoded).toHaveLength(130);
    await expect(inputs.of(workspace.images, hashOf('nothing'), input)).rejects.toMatchObject({
      code: 'IMAGE_FILE_MISSING',
    });
  });
});
