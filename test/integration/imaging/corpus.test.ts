import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createImageDecoder, type ImageSource } from '../../../src/main/imaging/index.ts';
import { EpsiloscopeError } from '../../../src/shared/kernel/errors.ts';
import {
  COMMITTED,
  HEIGHT,
  IMAGE_FIXTURES,
  imageFixture,
  makeImages,
  WIDTH,
  type Outcome,
  type Quadrants,
  type Rgb,
} from '../../support/hostileImages.ts';
import { launchImaging, preprocessing } from '../../support/imageDecoders.ts';

const folder = mkdtempSync(join(tmpdir(), 'epsiloscope-images-'));
const decoder = createImageDecoder(launchImaging());
afterAll(() => {
  decoder.close();
  rmSync(folder, { recursive: true });
});

/** JPEG, CMYK and colour profiles do not give the very numbers back. */
const LEVELS_OFF = 4;

/** The middle of each quadrant of the middle square, which is not resized. */
async function quadrantsOf(source: ImageSource): Promise<Quadrants> {
  const side = HEIGHT;
  const pixels = await decoder.modelInput(source, { height: side, width: side, preprocessing });
  const at = (row: number, column: number): Rgb => {
    const [red = NaN, green = NaN, blue = NaN] = pixels.subarray((row * side + column) * 3);
    return [red, green, blue];
  };
  return [at(12, 12), at(12, 36), at(36, 12), at(36, 36)];
}

async function outcomeOf(source: ImageSource): Promise<Outcome> {
  try {
    const { format, width, height } = await decoder.inspectImage(source);
    expect({ width, height }).toEqual({ width: WIDTH, height: HEIGHT });
    return { accepted: format, quadrants: await quadrantsOf(source) };
  } catch (error) {
    if (!(error instanceof EpsiloscopeError)) throw error;
    return { refused: error.code } as Outcome;
  }
}

function expectOutcome(outcome: Outcome, expected: Outcome): void {
  if ('refused' in outcome || 'refused' in expected) {
    expect(outcome).toEqual(expected);
    return;
  }
  expect(outcome.accepted).toBe(expected.accepted);
  const off = outcome.quadrants
    .flat()
    .map((level, index) => Math.abs(level - (expected.quadrants.flat()[index] ?? NaN)));
  expect(Math.max(...off), JSON.stringify(outcome.quadrants)).toBeLessThanOrEqual(LEVELS_OFF);
}

describe('each file of the corpus has its outcome', () => {
  test.each(Object.entries(COMMITTED))('%s', async (name, expected) => {
    expectOutcome(await outcomeOf({ path: imageFixture(name) }), expected);
  });

  test.each(makeImages(folder))('%s (made here)', async (_, path, expected) => {
    expectOutcome(await outcomeOf({ path }), expected);
  });

  test('the corpus names every committed file', () => {
    expect(readdirSync(IMAGE_FIXTURES).sort()).toEqual(Object.keys(COMMITTED).sort());
  });

  test('a refusal says what happened, what was kept and what to do, and names no path', async () => {
    const error: unknown = await decoder.inspectImage({ path: imageFixture('truncated.jpg') }).catch((e: unknown) => e);
    expect(error).toMatchObject({
      kind: 'badInput',
      explanation: {
        happened: 'The JPEG image is cut short: part of its pixels is missing.',
        kept: 'The file is untouched, and all other images go on.',
        toDo: 'Copy the file again from where it came, and import it again.',
      },
    });
  });
});
