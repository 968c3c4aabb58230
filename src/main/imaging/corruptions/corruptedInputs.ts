/** The corruptions, as a model sees them. Like all decoding this runs in the imaging process only. */
import sharp from 'sharp';
import { corruptionAmount, type Corruption } from '../../../shared/domain/corruption.ts';
import { randomStream } from '../../engine/randomness.ts';
import { modelInput, type ModelInputTarget } from '../decode.ts';
import { bubbles } from './bubbles.ts';
import { corruptionsOf, type CorruptedInput, type CorruptionChoice } from './choice.ts';
import { hair } from './hair.ts';
import { blur, rotation, vignette } from './optics.ts';
import type { Corrupt, SquarePicture } from './picture.ts';
import { ruler } from './ruler.ts';
import { jpeg, noise } from './sensor.ts';
import { brightness, contrast, hue } from './tone.ts';

const CORRUPT: Readonly<Record<Corruption, Corrupt>> = {
  brightness,
  contrast,
  blur,
  noise,
  jpeg,
  hue,
  rotation,
  hair,
  ruler,
  vignette,
  bubbles,
};

/**
 * Corruptions act on the middle square at twice the side of the model input, and are scaled down with it: a hair is
 * then thinner than an input pixel, and a JPEG block four of them wide, as a camera would make them.
 */
export const WORKING_SCALE = 2;

/** Scaled as {@link modelInput} scales a photograph. */
async function toModelInput({ side, pixels }: SquarePicture, target: ModelInputTarget): Promise<Uint8Array> {
  const { height, width, preprocessing } = target;
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .resize(width, height, { kernel: preprocessing.resize, fit: 'fill' })
    .raw()
    .toBuffer();
}

/**
 * The model inputs of a photograph under common corruptions, each a pure function of seed, image, corruption and
 * severity. The photograph is decoded once. There is no severity 0: the clean input is what {@link modelInput} gives.
 *
 * @throws any IMAGE_... refusal but those about files and processes
 */
export async function corruptedInputs(
  bytes: Uint8Array,
  target: ModelInputTarget,
  { seed, imageSha256, only }: CorruptionChoice,
): Promise<CorruptedInput[]> {
  const side = WORKING_SCALE * target.height;
  const working = await modelInput(bytes, { ...target, height: side, width: WORKING_SCALE * target.width });
  const picture = { side, pixels: new Uint8ClampedArray(working) };
  const inputs: CorruptedInput[] = [];
  // One after the other, so that no more than one corrupted picture of working size is alive.
  for (const { corruption, severity } of corruptionsOf(only)) {
    const random = randomStream(seed, imageSha256, 'corruption', corruption);
    const corrupted = await CORRUPT[corruption](picture, corruptionAmount(corruption, severity), random);
    inputs.push({ corruption, severity, pixels: await toModelInput(corrupted, target) });
  }
  return inputs;
}
