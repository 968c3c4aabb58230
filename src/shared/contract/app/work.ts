/** Work that takes longer than a second: seen everywhere, cancellable, gone on with after a restart. */
import { type } from '@orpc/contract';
import { z } from 'zod';
import type { WireError } from '../../kernel/errors.ts';
import { sha256Schema } from '../modelCard.ts';
import { selectionSchema } from './library.ts';
import { question } from './question.ts';

export type WorkKind = 'import' | 'screening';

export interface Work {
  readonly id: string;
  readonly kind: WorkKind;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  /** In units of the work: images. */
  readonly done: number;
  readonly total: number;
  /** Null: not known yet. */
  readonly secondsLeft: number | null;
  readonly startedAt: string;
  /** Why it failed; null otherwise. */
  readonly error: WireError | null;
}

/** How far the images of the workspace have been screened by a model; one that has screened none is left out. */
export interface ScreeningState {
  readonly modelSha256: string;
  readonly screened: number;
  readonly images: number;
}

export const workContract = {
  /** Running first, then the latest that ended since the program started. */
  list: question.output(type<readonly Work[]>()),
  /** Answers once it has stopped; what was stored stays. */
  cancel: question.input(z.strictObject({ id: z.uuid() })).output(type<null>()),
  screening: question.output(type<readonly ScreeningState[]>()),
  /** Searches each image's smallest epsilon for each model, where that is not stored yet. */
  screen: question
    .input(z.strictObject({ selection: selectionSchema, models: z.array(sha256Schema).min(1).max(20) }))
    .output(type<Work>()),
};
