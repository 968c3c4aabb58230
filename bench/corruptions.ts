/**
 * The corruptions looked at and measured: `node bench/corruptions.ts IMAGES.. [--sheet OUT.png] [--side 64]`, IMAGES
 * being photographs. `--sheet` writes a contact sheet of the first: a row for each corruption, the clean input and
 * severities 1 to 5. Without it, prints for all of them the processor time, the distance to the clean input, and how
 * many verdicts of the bundled models change. No labels are needed: a changed verdict is not always a wrong one.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import sharp from 'sharp';
import { readInTidy, rowsOf, unitValues, verdictOf } from '../src/main/engine/attacks/judgement.ts';
import { startBackend } from '../src/main/engine/backend/index.ts';
import { openModelPackage, type OpenedModel } from '../src/main/engine/models/package.ts';
import { corruptedInputs, WORKING_SCALE } from '../src/main/imaging/corruptions/corruptedInputs.ts';
import { modelInput } from '../src/main/imaging/decode.ts';
import { CORRUPTIONS, SEVERITIES } from '../src/shared/domain/corruption.ts';
import { CLASS_COUNT } from '../src/shared/domain/diagnosis.ts';

const MODELS = ['standard', 'fgsm', 'pgd', 'mixed'] as const;
const preprocessing = { framing: 'centre-square', resize: 'lanczos3', colour: 'sRGB' } as const;

const { values, positionals: paths } = parseArgs({
  allowPositionals: true,
  options: { sheet: { type: 'string' }, side: { type: 'string', default: '64' } },
});
const side = Number(values.side);
const target = { height: side, width: side, preprocessing };
const raw = (of: number) => ({ raw: { width: of, height: of, channels: 3 as const } });

/** Clean, by way of the working size without a corruption, and corrupted. */
async function inputsOf(path: string): Promise<Uint8Array[]> {
  const bytes = readFileSync(path);
  const imageSha256 = createHash('sha256').update(bytes).digest('hex');
  const large = WORKING_SCALE * side;
  const working = await modelInput(bytes, { height: large, width: large, preprocessing });
  const resized = await sharp(working, raw(large)).resize(side, side, { kernel: 'lanczos3' }).raw().toBuffer();
  const started = process.cpuUsage();
  const corrupted = await corruptedInputs(bytes, target, { seed: 1, imageSha256 });
  const { user, system } = process.cpuUsage(started);
  milliseconds.push((user + system) / 1000);
  return [await modelInput(bytes, target), resized, ...corrupted.map(({ pixels }) => pixels)];
}
const milliseconds: number[] = [];

async function writeSheet(path: string, photograph: string): Promise<void> {
  const [clean = new Uint8Array(), , ...corrupted] = await inputsOf(photograph);
  const cells = CORRUPTIONS.flatMap((_, row) => [
    clean,
    ...corrupted.slice(row * SEVERITIES.length).slice(0, SEVERITIES.length),
  ]);
  const background = '#ffffff';
  const columns = SEVERITIES.length + 1;
  const step = side + 4;
  await sharp({
    create: { width: columns * step, height: CORRUPTIONS.length * step, channels: 3, background },
  })
    .composite(
      cells.map((pixels, cell) => ({
        input: Buffer.from(pixels),
        ...raw(side),
        left: (cell % columns) * step,
        top: Math.floor(cell / columns) * step,
      })),
    )
    .png({ palette: true, effort: 10 })
    .toFile(path);
}

function verdictsOf({ classifier }: OpenedModel, inputs: readonly Uint8Array[]): number[] {
  const shape: [number, number, number, number] = [inputs.length, side, side, 3];
  const logits = readInTidy(() => classifier.logits(tf.tensor4d(unitValues(Buffer.concat(inputs)), shape)));
  return rowsOf(logits, inputs.length, CLASS_COUNT).map(verdictOf);
}

const distance = (one: Uint8Array, other: Uint8Array) =>
  one.reduce((sum, level, index) => sum + Math.abs(level - (other[index] ?? NaN)), 0) / one.length;

async function measure(): Promise<void> {
  await startBackend();
  const folder = join(import.meta.dirname, '../resources/models');
  const models = await Promise.all(MODELS.map((model) => openModelPackage(join(folder, model))));
  const names = ['none', ...CORRUPTIONS.flatMap((name) => SEVERITIES.map((severity) => `${name} ${severity}`))];
  const sums = names.map(() => 0);
  const changed = names.map(() => models.map(() => 0));
  for (const path of paths) {
    const [clean = new Uint8Array(), ...inputs] = await inputsOf(path);
    const verdicts = models.map((model) => verdictsOf(model, [clean, ...inputs]));
    inputs.forEach((input, row) => {
      sums[row] = (sums[row] ?? 0) + distance(input, clean);
      changed[row] = verdicts.map((all, model) => (changed[row]?.[model] ?? 0) + Number(all[row + 1] !== all[0]));
    });
  }
  const middle = milliseconds.toSorted((one, other) => one - other)[Math.floor(milliseconds.length / 2)] ?? NaN;
  console.log(`${paths.length} images of ${side} x ${side}; median processor time ${middle.toFixed(0)} ms an image`);
  console.log(`corruption, mean distance in levels, verdicts changed (${MODELS.join(', ')})`);
  names.forEach((name, row) => {
    console.log(`${name}, ${((sums[row] ?? NaN) / paths.length).toFixed(2)}, ${changed[row]?.join(', ') ?? ''}`);
  });
}

const [first] = paths;
if (first === undefined) throw new Error('Name at least one photograph.');
await (values.sheet === undefined ? measure() : writeSheet(values.sheet, first));
