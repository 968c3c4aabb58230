import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResidualNetSize } from '../../src/main/engine/models/residualNet.ts';
import { randomStream } from '../../src/main/engine/randomness.ts';
import type { DatasetIndex, DatasetItem } from '../../src/main/engine/training/dataset.ts';
import { CLASS_COUNT } from '../../src/shared/domain/diagnosis.ts';

/** The channels of a network that trains in seconds. */
export const TINY_SCALE: ResidualNetSize = { input: 16, stem: 8, widths: [8, 16] };

const INPUT = 16;
const SOURCE = { height: 18, width: 24 };

/** One colour for each class, far enough apart that changes of light do not confuse them. */
const COLOURS = [
  [220, 60, 60],
  [60, 200, 60],
  [60, 60, 220],
  [220, 220, 60],
  [220, 60, 220],
  [60, 220, 220],
  [230, 230, 230],
] as const;

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

/** A bright blob in the colour of its class on noisy skin. */
function blob(label: number, height: number, width: number, key: string): Uint8Array {
  const stream = randomStream('blob', key);
  const colour = COLOURS[label] ?? COLOURS[0];
  return Uint8Array.from({ length: height * width * 3 }, (_, at) => {
    const [row, column] = [Math.floor(at / 3 / width), Math.floor(at / 3) % width];
    const near = Math.exp(-((row - height / 2) ** 2 + (column - width / 2) ** 2) / (height * 2));
    const value = 130 + near * ((colour[at % 3] ?? 0) - 130) + 12 * stream.normal();
    return Math.min(255, Math.max(0, Math.round(value)));
  });
}

export interface TrainingDataSize {
  /** Pictures of each class. */
  readonly train: number;
  readonly validation: number;
}

/** Writes a prepared training set of blobs that a tiny network learns in a few epochs; a function of its arguments alone. */
export async function writeTrainingData(
  directory: string,
  { train, validation }: TrainingDataSize,
  name = 'blobs',
): Promise<DatasetIndex> {
  const items = (part: string, count: number): DatasetItem[] =>
    Array.from({ length: count * CLASS_COUNT }, (_, item) => ({
      sha256: hash(`${part} ${item}`),
      // Two pictures of each lesion.
      lesion: `${part} lesion ${item % CLASS_COUNT} ${Math.floor(item / CLASS_COUNT / 2)}`,
      label: item % CLASS_COUNT,
    }));
  const parts = { train: items('train', train), validation: items('validation', validation) };
  const index: DatasetIndex = {
    format: 'epsiloscope.training-data',
    formatVersion: 1,
    name,
    input: INPUT,
    sourceHeight: SOURCE.height,
    sourceWidth: SOURCE.width,
    ...parts,
    manifestSha256: hash(JSON.stringify(parts)),
  };
  const pixels = [
    ...parts.train.map(({ label, sha256 }) => blob(label, SOURCE.height, SOURCE.width, sha256)),
    ...parts.validation.map(({ label, sha256 }) => blob(label, INPUT, INPUT, sha256)),
  ];
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'dataset.json'), JSON.stringify(index));
  await writeFile(join(directory, 'pixels.bin'), Buffer.concat(pixels));
  return index;
}
