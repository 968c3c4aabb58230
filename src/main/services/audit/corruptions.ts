import type { EngineMethods, InputBatch } from '../../../shared/contract/engine.ts';
import { CORRUPTIONS, SEVERITIES } from '../../../shared/domain/corruption.ts';
import type { ImageDecoder } from '../../imaging/index.ts';
import type { ModelInputs } from './inputs.ts';
import type { AuditPlan } from './plan.ts';
import { predictResult, type CorruptionResult } from './unitResults.ts';
import type { UnitOf } from './units.ts';

/** Pictures in memory at once: a few images with all their corruptions. */
const IMAGES_AT_A_TIME = 8;
const PER_IMAGE = CORRUPTIONS.length * SEVERITIES.length;

interface Means {
  readonly decoder: ImageDecoder;
  readonly plan: AuditPlan;
  readonly inputs: ModelInputs;
  readonly signal: AbortSignal | undefined;
  readonly predict: (params: EngineMethods['predict']['params']) => Promise<EngineMethods['predict']['result']>;
  readonly onShare: (share: number) => void;
}

/** Every model's verdicts on every corruption of the unit's images; each photograph is decoded once for all models. */
export async function corruptionVerdicts(means: Means, unit: UnitOf<'corruption'>): Promise<CorruptionResult> {
  const models: CorruptionResult['models'] = unit.models.map(() => []);
  for (let from = 0; from < unit.cases.length; from += IMAGES_AT_A_TIME) {
    const positions = unit.cases.slice(from, from + IMAGES_AT_A_TIME);
    const inputs = await corrupted(means, unit, positions);
    for (const [which, { sha256 }] of unit.models.entries()) {
      const { cases } = predictResult(await means.predict({ modelSha256: sha256, inputs }));
      const verdicts = cases.map(({ verdict }) => verdict);
      const perImage = positions.map((_, at) =>
        digitsByCorruption(verdicts.slice(at * PER_IMAGE, (at + 1) * PER_IMAGE)),
      );
      models[which]?.push(...perImage);
    }
    means.onShare((from + positions.length) / unit.cases.length);
  }
  return { models };
}

/** Verdicts by corruption, then by severity, as one string of digits for each corruption. */
const digitsByCorruption = (verdicts: readonly number[]): Record<string, string> =>
  Object.fromEntries(
    CORRUPTIONS.map((corruption, at) => [
      corruption,
      verdicts.slice(at * SEVERITIES.length, (at + 1) * SEVERITIES.length).join(''),
    ]),
  );

/** The images one after the other, each with its corruptions in the order of `CORRUPTIONS`, then of severity. */
async function corrupted(
  { decoder, plan, inputs, signal }: Means,
  unit: UnitOf<'corruption'>,
  positions: readonly number[],
): Promise<InputBatch> {
  const [model] = unit.models;
  if (!model) throw new Error(`${unit.key} names no model.`);
  const { height, width, preprocessing } = model.input;
  const size = height * width * 3;
  const pixels = new Uint8Array(positions.length * PER_IMAGE * size);
  const hashes = positions.map((position) => inputs.hashOf(position));
  await Promise.all(
    positions.map(async (position, at) => {
      const choice = { seed: plan.inputs.options.seed, imageSha256: inputs.hashOf(position) };
      const source = { bytes: await inputs.original(position) };
      const made = await decoder.corruptedInputs(
        source,
        { height, width, preprocessing },
        choice,
        signal ? { signal } : {},
      );
      made.forEach((one, offset) => {
        pixels.set(one.pixels, (at * PER_IMAGE + offset) * size);
      });
    }),
  );
  return { height, width, pixels, imageSha256: hashes.flatMap((hash) => Array<typeof hash>(PER_IMAGE).fill(hash)) };
}
