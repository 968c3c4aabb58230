import type { LoadedModel } from '../../../shared/contract/engine.ts';
import { interrupted } from '../../../shared/kernel/errors.ts';
import type { Sha256 } from '../../../shared/kernel/ids.ts';
import { recordVerdicts } from '../../store/index.ts';
import { runLanes, twiceIfEngineDies } from '../engine/index.ts';
import { missingBatches, type Batch } from './batches.ts';
import { SearchCount, type ScreeningProgress } from './progress.ts';
import { screenBatch, type ScreeningDependencies } from './screenBatch.ts';
import type { SkippedImage } from './skipped.ts';

export interface ScreeningRequest {
  /** Images of the workspace, those to be done first in front. */
  readonly images: readonly Sha256[];
  /** Models that the engine holds. */
  readonly models: readonly LoadedModel[];
}

export interface ScreeningControl {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ScreeningProgress) => void;
  /** Told of every batch that was stored. */
  readonly onStored?: () => void;
}

/** What a screening did. */
export interface ScreeningReport {
  /** Images that lacked a verdict when it began. */
  readonly images: number;
  /** Of those, images whose file is missing or cannot be decoded, with the reason. */
  readonly skipped: readonly SkippedImage[];
}

/**
 * Screens images with models: clean verdict, probabilities, and the smallest epsilon found to change it, in batches of 32, as
 * many at a time as the engine works on. Every batch is stored for good as soon as it is done; what is stored already is
 * not computed again, so a screening that was broken off goes on where it was. An image that cannot be read is skipped,
 * and tried again by the next screening.
 *
 * @throws EpsiloscopeError `INTERRUPTED`, or what made a batch fail: `ENGINE_DIED` where the engine died on it twice,
 * `MODEL_NOT_FINITE`, `DISK_FULL`, `DISK_FAILED`, ...; what is stored stays
 */
export async function screen(
  dependencies: ScreeningDependencies,
  { images, models }: ScreeningRequest,
  { signal, onProgress, onStored }: ScreeningControl = {},
): Promise<ScreeningReport> {
  const { engine, workspace } = dependencies;
  const missing = missingBatches(workspace.db, images, models);
  const skipped = new Map<Sha256, SkippedImage>();
  if (missing.images === 0) return { images: 0, skipped: [] };
  // The number of engines is known only when one of them has said what it computes on.
  const facts = await engine.call('describe', undefined);
  const searches = missing.batches.reduce((sum, batch) => sum + batch.images.length, 0);
  const count = new SearchCount({ images: missing.images, searches }, onProgress);
  let left = missing.batches.length;
  const compute = async (batch: Batch, stop: AbortSignal): Promise<void> => {
    const done = await twiceIfEngineDies(() =>
      screenBatch(dependencies, batch, facts, stop, (searched) => {
        count.within(batch, searched);
      }),
    );
    recordVerdicts(workspace.db, done.verdicts);
    for (const image of done.skipped) skipped.set(image.imageSha256, image);
    left -= 1;
    count.end(batch, batch.images.length);
    onStored?.();
  };
  const lanes = missing.batches.map((batch) => [batch]);
  const failures = await runLanes(lanes, engine.width, compute, signal);
  if (signal?.aborted === true && left > 0) {
    throw interrupted('Every verdict that was stored before.', 'Start the search again: it goes on from there.');
  }
  if (failures.length > 0) throw failures[0];
  return { images: missing.images, skipped: [...skipped.values()] };
}
