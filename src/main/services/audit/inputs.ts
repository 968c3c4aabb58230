import type { InputBatch, LoadedModel } from '../../../shared/contract/engine.ts';
import type { AuditPlan } from './plan.ts';
import type { AuditControl, AuditDependencies } from './types.ts';

/**
 * The model inputs of some cases, decoded from the stored originals (whose hash is checked on the way), as the model's
 * card says. Nothing is cached: decoding costs little beside one attack.
 */
export async function modelInputs(
  { workspace, decoder }: Pick<AuditDependencies, 'workspace' | 'decoder'>,
  plan: Pick<AuditPlan, 'cases'>,
  model: LoadedModel,
  positions: readonly number[],
  { signal }: Pick<AuditControl, 'signal'>,
): Promise<InputBatch> {
  const { height, width, preprocessing } = model.card.input;
  const size = height * width * 3;
  const pixels = new Uint8Array(positions.length * size);
  const hashes = positions.map((position) => {
    const found = plan.cases[position];
    if (!found) throw new Error(`The plan has no case ${position}.`);
    return found.imageSha256;
  });
  await Promise.all(
    hashes.map(async (hash, at) => {
      const bytes = await workspace.images.read(hash);
      const input = await decoder.modelInput({ bytes }, { height, width, preprocessing }, signal ? { signal } : {});
      pixels.set(input, at * size);
    }),
  );
  return { height, width, pixels, imageSha256: hashes };
}
