import { z } from 'zod';
import { DIAGNOSES } from '../domain/diagnosis.ts';

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** A figure and what makes it trustworthy: its 95 % interval and the number of images it rests on. */
export const figureSchema = z.strictObject({
  value: z.number(),
  low: z.number(),
  high: z.number(),
  n: z.int().nonnegative(),
});
export type Figure = z.infer<typeof figureSchema>;

export const RECIPES = ['standard', 'fgsm', 'pgd', 'mixed', 'trades'] as const;
export const recipeSchema = z.enum(RECIPES);
export type Recipe = z.infer<typeof recipeSchema>;

/** How a photograph becomes the model input: `centre-square` crops the middle square, then resizes it. */
export const preprocessingSchema = z.strictObject({
  framing: z.literal('centre-square'),
  resize: z.literal('lanczos3'),
  colour: z.literal('sRGB'),
});

export const modelCardSchema = z.strictObject({
  format: z.literal('epsiloscope.model'),
  formatVersion: z.literal(1),
  /** Folder name of the package, and how people name the model. */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  title: z.string().min(1).max(200),
  architecture: z.strictObject({
    name: z.string(),
    parameters: z.int().positive(),
    /** Floating-point operations of one input gradient (forward and backward) of one image, in units of 1e9. */
    gflopPerInputGradient: z.number().positive(),
  }),
  input: z.strictObject({
    height: z.int().min(8).max(512),
    width: z.int().min(8).max(512),
    channels: z.literal(3),
    range: z.tuple([z.literal(0), z.literal(1)]),
    preprocessing: preprocessingSchema,
  }),
  /** In the order of the output logits. */
  classes: z.array(z.enum(DIAGNOSES)).length(DIAGNOSES.length),
  training: z.strictObject({
    recipe: recipeSchema.or(z.literal('imported')),
    /** L-inf radius of the training attack in [0, 1]; null for models trained on clean images only. */
    epsilon: z.number().positive().nullable(),
    data: z.string(),
    dataSha256: sha256Schema.nullable(),
    seed: z.int().nullable(),
    hyperparameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    checkpointChoice: z.string(),
    epochs: z.array(
      z.strictObject({
        epoch: z.int().positive(),
        loss: z.number(),
        cleanBalancedAccuracy: z.number(),
        /** Under the training-time validation attack; null for the standard recipe. */
        robustBalancedAccuracy: z.number().nullable(),
        /** On the same training images, under the validation attack and under one step; null where it was not measured. */
        robustTrainAccuracy: z.number().nullable().default(null),
        fgsmTrainAccuracy: z.number().nullable().default(null),
      }),
    ),
    /** What was looked for in the course of the training, found or not; null where nobody looked. */
    findings: z
      .array(
        z.strictObject({
          kind: z.enum(['robustOverfitting', 'catastrophicOverfitting']),
          found: z.boolean(),
          text: z.string(),
          /** Accuracies in [0, 1], and epochs. */
          figures: z.record(z.string(), z.number()),
        }),
      )
      .nullable()
      .default(null),
    chosenEpoch: z.int().positive().nullable(),
    numericsFingerprint: sha256Schema.nullable(),
    finishedAt: z.string(),
  }),
  /** On validation data; every figure with its interval and n. */
  metrics: z.array(
    z.strictObject({
      name: z.string(),
      data: z.string(),
      attack: z.string(),
      epsilon: z.number().nullable(),
      figure: figureSchema,
    }),
  ),
  /** SHA-256 of every other file of the package, by its name (no folders). */
  files: z.record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/), sha256Schema),
  licence: z.string(),
  attribution: z.string(),
  intendedUse: z.string(),
  limits: z.array(z.string()),
});
export type ModelCard = z.infer<typeof modelCardSchema>;
