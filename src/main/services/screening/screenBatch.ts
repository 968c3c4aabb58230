import type { Provenance, ScreenedVerdict } from '../../../shared/contract/app/cases.ts';
import type { Engine, EngineFacts, InputBatch, MinimalEpsilonOutcome } from '../../../shared/contract/engine.ts';
import { CLASS_COUNT, DIAGNOSES } from '../../../shared/domain/diagnosis.ts';
import type { Sha256 } from '../../../shared/kernel/ids.ts';
import { describeAttack, pgd } from '../../engine/attacks/defaults.ts';
import type { VerdictOfImage, Workspace } from '../../store/index.ts';
import { provenanceOf, SEED } from '../examine/index.ts';
import type { ModelInputs } from '../pictures/index.ts';
import type { Batch } from './batches.ts';
import { skipping, type SkippedImage } from './skipped.ts';

export interface ScreeningDependencies {
  /** Holds the models. */
  readonly engine: Engine;
  readonly workspace: Workspace;
  readonly inputs: ModelInputs;
}

/** PGD-20 against the model's own verdict, as in the search of an audit. */
const ATTACK = pgd({ criterion: { kind: 'verdictChanged' } });

interface Readable {
  readonly image: Sha256;
  readonly pixels: Uint8Array;
}

export interface ScreenedBatch {
  readonly verdicts: readonly VerdictOfImage[];
  readonly skipped: readonly SkippedImage[];
}

/**
 * What the model says of the batch's images, and the smallest epsilon found to change it.
 *
 * @param onProgress told how many of the images are done
 */
export async function screenBatch(
  { engine, workspace, inputs }: ScreeningDependencies,
  { model, images }: Batch,
  facts: EngineFacts,
  signal: AbortSignal,
  onProgress: (done: number) => void,
): Promise<ScreenedBatch> {
  const { input } = model.card;
  const read = await Promise.all(
    images.map((image) =>
      inputs.of(workspace.images, image, input, signal).then(
        (pixels): Readable => ({ image, pixels }),
        (error: unknown) => skipping(error, image, workspace.folder),
      ),
    ),
  );
  const readable = read.filter((each) => 'pixels' in each);
  const skipped = read.filter((each) => 'code' in each);
  if (readable.length === 0) return { verdicts: [], skipped };
  const request = { modelSha256: model.sha256, inputs: batchOf(readable, input) };
  const { logits, probabilities } = await engine.call('predict', request, { signal });
  const none = readable.map(() => null);
  const { outcomes } = await engine.call(
    'minimalEpsilon',
    { ...request, labels: none, attack: ATTACK, seed: SEED, knownSuccess: none },
    {
      signal,
      onEvent: ({ done }) => {
        onProgress(skipped.length + done);
      },
    },
  );
  const provenance = provenanceOf(model.sha256, describeAttack(ATTACK), facts, workspace.db.clock);
  const verdicts = outcomes.map((outcome): VerdictOfImage => {
    const { image } = outcome;
    const imageSha256 = request.inputs.imageSha256[image];
    if (imageSha256 === undefined) throw new Error('The engine answered for an image that it was not asked for.');
    const ofImage = (values: Float32Array) => [...values.subarray(image * CLASS_COUNT, (image + 1) * CLASS_COUNT)];
    const clean = { logits: ofImage(logits), probabilities: ofImage(probabilities) };
    return { imageSha256, verdict: verdictOf(outcome, clean, provenance) };
  });
  return { verdicts, skipped };
}

function batchOf(readable: readonly Readable[], { height, width }: { height: number; width: number }): InputBatch {
  const pixels = new Uint8Array(readable.length * height * width * 3);
  for (const [at, each] of readable.entries()) pixels.set(each.pixels, at * height * width * 3);
  return { height, width, pixels, imageSha256: readable.map(({ image }) => image) };
}

function verdictOf(
  { minimalEpsilon, verdict, survivesRounding }: MinimalEpsilonOutcome,
  { logits, probabilities }: { readonly logits: readonly number[]; readonly probabilities: readonly number[] },
  provenance: Provenance,
): ScreenedVerdict {
  const clean = DIAGNOSES[logits.indexOf(Math.max(...logits))];
  if (clean === undefined) throw new Error('The engine gave no logits for an image.');
  return {
    modelSha256: provenance.modelSha256,
    verdict: clean,
    probabilities,
    minimalEpsilon,
    changedTo: verdict === null ? null : DIAGNOSES[verdict],
    survivesRounding,
    provenance,
  };
}
