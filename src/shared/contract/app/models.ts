/** The models at hand: bundled ones and the person's own, each checked when the program starts. */
import { type } from '@orpc/contract';
import { z } from 'zod';
import type { Explanation } from '../../kernel/errors.ts';
import type { Sha256 } from '../../kernel/ids.ts';
import { sha256Schema, type ModelCard } from '../modelCard.ts';
import { importSourceSchema } from './importing.ts';
import { question } from './question.ts';

/** A package as the engine judged it just now: hashes, shapes and finite weights agree with its card, or not. */
export type RegisteredModel =
  | {
      readonly status: 'verified';
      readonly sha256: Sha256;
      readonly source: 'bundled' | 'imported';
      readonly card: ModelCard;
    }
  | {
      readonly status: 'refused';
      /** Name of its folder. */
      readonly name: string;
      readonly source: 'bundled' | 'imported';
      readonly explanation: Explanation;
    };

/** What a bare tfjs model does not say of itself. */
export const modelDescriptionSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  title: z.string().trim().min(1).max(200),
  data: z.string().trim().min(1).max(2000),
  licence: z.string().trim().min(1).max(200),
  attribution: z.string().trim().min(1).max(500),
});
export type ModelDescription = z.infer<typeof modelDescriptionSchema>;

/** What an import of a model would do. */
export interface ModelPreview {
  readonly plan: string;
  /** `package`: with its card; `bare`: a model.json and weights, which need a description. */
  readonly kind: 'package' | 'bare';
  readonly parameters: number;
  readonly height: number;
  readonly width: number;
  readonly card: ModelCard | null;
}

export const modelsContract = {
  list: question.output(type<readonly RegisteredModel[]>()),
  /** Checks every model again: files may have changed since. */
  check: question.output(type<readonly RegisteredModel[]>()),
  /** Validates by loading it in a throw-away process: layers, shapes, finite weights, logits for the seven diagnoses. */
  preview: question.input(z.strictObject({ source: importSourceSchema })).output(type<ModelPreview>()),
  import: question
    .input(z.strictObject({ plan: z.uuid(), description: modelDescriptionSchema.nullable() }))
    .output(type<RegisteredModel>()),
  /** Takes an imported model away; what it said of cases stays. */
  remove: question.input(z.strictObject({ sha256: sha256Schema })).output(type<null>()),
};
