import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import writeFileAtomic from 'write-file-atomic';
import { badInput, failed } from '../../../shared/kernel/errors.ts';
import type { EpochRecord } from './overfitting.ts';

/** Everything that the next step depends on; random draws are functions of seed and step, so there is no generator state. */
export interface TrainingState {
  /** Hash of the recipe, data and hyperparameters: a checkpoint continues only the run that wrote it. */
  readonly plan: string;
  /** Steps done. */
  step: number;
  /** Sum of the losses of this epoch's steps so far. */
  lossSum: number;
  readonly epochs: EpochRecord[];
  /** Values of all weights of the network, in the order of `model.weights`. */
  weights: Float32Array[];
  momentum: Float32Array[];
  /** Running average of the trainable weights, in the order of `model.trainableWeights`. */
  average: Float32Array[];
  /** All weights of the best epoch so far. */
  best: { readonly epoch: number; readonly score: number; readonly weights: Float32Array[] } | null;
}

const file = (directory: string) => join(directory, 'checkpoint.bin');

/** Replaces the checkpoint in one step: a kill leaves the old or the new one, never half of one. */
export async function writeCheckpoint(directory: string, state: TrainingState): Promise<void> {
  await writeFileAtomic(file(directory), serialize(state));
}

/**
 * The checkpoint of this plan in the folder, or null where there is none.
 *
 * @throws EpsiloscopeError `CHECKPOINT_OF_ANOTHER_RUN`, `CHECKPOINT_DAMAGED`
 */
export async function readCheckpoint(directory: string, plan: string): Promise<TrainingState | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file(directory));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const state = deserialized(bytes, directory);
  if (state.plan !== plan) {
    throw badInput('CHECKPOINT_OF_ANOTHER_RUN', {
      happened: `${file(directory)} belongs to a training run with another recipe, data set, seed or length.`,
      kept: 'That checkpoint, untouched.',
      toDo: 'Choose another --out folder, or delete the checkpoint to start anew.',
    });
  }
  return state;
}

function deserialized(bytes: Buffer, directory: string): TrainingState {
  try {
    return deserialize(bytes) as TrainingState;
  } catch (error) {
    const explanation = {
      happened: `${file(directory)} is damaged: it cannot be read as a checkpoint.`,
      kept: 'That file, untouched.',
      toDo: 'Restore it from a copy, or delete it to start anew.',
    };
    throw failed('CHECKPOINT_DAMAGED', explanation, { cause: error });
  }
}

export const removeCheckpoint = (directory: string): Promise<void> => rm(file(directory), { force: true });
