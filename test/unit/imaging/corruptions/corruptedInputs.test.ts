import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { corruptedInputs, WORKING_SCALE } from '../../../../src/main/imaging/corruptions/corruptedInputs.ts';
import type { CorruptedInput } from '../../../../src/main/imaging/corruptions/choice.ts';
import { modelInput } from '../../../../src/main/imaging/decode.ts';
import { CORRUPTIONS, SEVERITIES, type Corruption } from '../../../../src/shared/domain/corruption.ts';
import { imageFixture } from '../../../support/hostileImages.ts';
import { preprocessing } from '../../../support/imageDecoders.ts';

const target = { height: 64, width: 64, preprocessing };
const seed = 1;
const photographs = ['ISIC_0001769', 'ISIC_0012660', 'ISIC_0013127', 'ISIC_0014608'].map((name) => {
  const bytes = readFileSync(fileURLToPath(new URL(`../../../../resources/demo/images/${name}.jpg`, import.meta.url)));
  return { bytes, imageSha256: createHash('sha256').update(bytes).digest('hex') };
});
const [first = { bytes: Buffer.alloc(0), imageSha256: '' }] = photographs;

const meanDistance = (one: Uint8Array, other: Uint8Array) =>
  one.reduce((sum, level, index) => sum + Math.abs(level - (other[index] ?? NaN)), 0) / one.length;

/** What the corruptions would give if they did nothing: the model input, by way of the working size. */
async function uncorrupted(bytes: Uint8Array): Promise<Uint8Array> {
  const side = WORKING_SCALE * 64;
  const working = await modelInput(bytes, { height: side, width: side, preprocessing });
  return sharp(working, { raw: { width: side, height: side, channels: 3 } })
    .resize(64, 64, { kernel: 'lanczos3', fit: 'fill' })
    .raw()
    .toBuffer();
}

interface Corrupted {
  readonly clean: Uint8Array;
  readonly uncorrupted: Uint8Array;
  readonly inputs: readonly CorruptedInput[];
}
const all: Corrupted[] = [];
beforeAll(async () => {
  for (const { bytes, imageSha256 } of photographs) {
    all.push({
      clean: await modelInput(bytes, target),
      uncorrupted: await uncorrupted(bytes),
      inputs: await corruptedInputs(bytes, target, { seed, imageSha256 }),
    });
  }
});

/** Mean distance over the photographs, in levels, at severity 1 to 5. */
const distances = (corruption: Corruption, to: 'clean' | 'uncorrupted') =>
  SEVERITIES.map((severity) => {
    const each = all.map(({ inputs, ...pictures }) => {
      const found = inputs.find((input) => input.corruption === corruption && input.severity === severity);
      return meanDistance(found?.pixels ?? new Uint8Array(), pictures[to]);
    });
    return each.reduce((sum, distance) => sum + distance, 0) / each.length;
  });

describe('the corrupted inputs of a photograph', () => {
  test('are one for each corruption and severity, in that order, of the size of the model input', () => {
    const expected = CORRUPTIONS.flatMap((corruption) => SEVERITIES.map((severity) => [corruption, severity]));
    expect(all[0]?.inputs.map(({ corruption, severity }) => [corruption, severity])).toEqual(expected);
    for (const { pixels } of all[0]?.inputs ?? []) expect(pixels).toHaveLength(64 * 64 * 3);
  });

  test.each(CORRUPTIONS)('%s changes the picture, and the more the higher the severity', (corruption) => {
    const [least = NaN, , , , most = NaN] = distances(corruption, 'uncorrupted');
    expect(least).toBeGreaterThan(0.2);
    expect(most).toBeGreaterThan(2 * least);
    for (const to of ['clean', 'uncorrupted'] as const) {
      const found = distances(corruption, to);
      expect(found).toEqual(found.toSorted((one, other) => one - other));
    }
  });

  test('are the same bytes on every repetition, whatever else is asked for', async () => {
    const only = ['hair', 'noise'] as const;
    const again = await corruptedInputs(first.bytes, target, { seed, imageSha256: first.imageSha256, only });
    expect(again).toHaveLength(10);
    expect(again).toEqual(all[0]?.inputs.filter(({ corruption }) => corruption === 'noise' || corruption === 'hair'));
  });

  test.each(['noise', 'hair', 'ruler', 'vignette', 'bubbles', 'hue'] as const)(
    '%s differs between seeds and between images',
    async (corruption) => {
      const draw = async (of: number, imageSha256: string) => {
        const [input] = await corruptedInputs(first.bytes, target, { seed: of, imageSha256, only: [corruption] });
        return input?.pixels;
      };
      const one = await draw(1, first.imageSha256);
      expect(await draw(2, first.imageSha256)).not.toEqual(one);
      expect(await draw(1, '0'.repeat(64))).not.toEqual(one);
    },
  );

  test('follow the size of the model input', async () => {
    const larger = { height: 96, width: 96, preprocessing };
    const inputs = await corruptedInputs(first.bytes, larger, { seed, imageSha256: '', only: ['hair', 'jpeg'] });
    expect(inputs.map(({ pixels }) => pixels.length)).toEqual(Array(10).fill(96 * 96 * 3));
  });

  test.each(['truncated.jpg', 'svg-named.jpg', 'cmyk.jpg'])(
    'of %s are refused where the model input is',
    async (name) => {
      const bytes = readFileSync(imageFixture(name));
      const codeOf = (work: Promise<unknown>) =>
        work.then(
          () => 'accepted',
          (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
        );
      const only = ['brightness'] as const;
      expect(await codeOf(corruptedInputs(bytes, target, { seed, imageSha256: '', only }))).toBe(
        await codeOf(modelInput(bytes, target)),
      );
    },
  );
});

test('without a corruption, the way over the working size is close to the clean input', () => {
  for (const { clean, uncorrupted: found } of all) {
    // docs/corruptions.md has the figures; large photographs are reduced by a box filter first, and differ most.
    expect(meanDistance(found, clean)).toBeLessThan(1);
    expect(Math.max(...found.map((level, index) => Math.abs(level - (clean[index] ?? NaN))))).toBeLessThanOrEqual(10);
  }
});
