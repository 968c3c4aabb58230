import type { LoadedModel } from '../../../shared/contract/engine.ts';
import type { Sha256 } from '../../../shared/kernel/ids.ts';
import { unscreened, type ReadableDb } from '../../store/index.ts';

/** Some images that one model has not screened yet. */
export interface Batch {
  readonly model: LoadedModel;
  /** Each once. */
  readonly images: readonly Sha256[];
}

/** What a break costs at most, for each batch under way. */
const IMAGES_PER_BATCH = 32;

/**
 * What is missing: images in the order given, and of the same images model after model, so that an image is done for all
 * models soon and its input decoded once.
 */
export function missingBatches(
  db: ReadableDb,
  images: readonly Sha256[],
  models: readonly LoadedModel[],
): { readonly batches: readonly Batch[]; readonly images: number } {
  const missing = models.map((model) => ({ model, missing: new Set(unscreened(db, model.sha256, images)) }));
  const wanted = [...new Set(images)].filter((image) => missing.some((each) => each.missing.has(image)));
  const blocks = Array.from({ length: Math.ceil(wanted.length / IMAGES_PER_BATCH) }, (_, block) =>
    wanted.slice(block * IMAGES_PER_BATCH, (block + 1) * IMAGES_PER_BATCH),
  );
  const batches = blocks.flatMap((block) =>
    missing.map(({ model, missing: own }): Batch => ({ model, images: block.filter((image) => own.has(image)) })),
  );
  return { batches: batches.filter((batch) => batch.images.length > 0), images: wanted.length };
}
