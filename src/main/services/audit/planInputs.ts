import { z } from 'zod';
import { auditContentSchema, BUDGETS } from '../../../shared/contract/audit.ts';
import type { EngineFacts, LoadedModel } from '../../../shared/contract/engine.ts';
import { modelCardSchema, sha256Schema } from '../../../shared/contract/modelCard.ts';
import { NORMS } from '../../../shared/domain/attack.ts';
import { CLASS_COUNT, type ClassIndex } from '../../../shared/domain/diagnosis.ts';
import { sha256 } from '../../../shared/kernel/ids.ts';
import type { Sample } from '../../engine/metrics/index.ts';
import { canonicalJson, hashOf } from '../../store/index.ts';
import type { AuditableCase } from './cases.ts';
import { AUDIT_ATTACKS, type AuditOptions } from './types.ts';

/** Cases of one block: what a kill costs at most, and the least that a shard can be given. */
export const CASES_PER_BLOCK = 32;

const hashSchema = sha256Schema.transform(sha256);
const classSchema = z
  .int()
  .min(0)
  .max(CLASS_COUNT - 1)
  .transform((value) => value as ClassIndex);

const { environment, models, sample } = auditContentSchema.shape;

/**
 * Everything that an audit is planned, and put together, from; plain data, so that a shard can carry it to where the
 * shards are merged, without the images and without the models.
 */
export const planInputsSchema = z.strictObject({
  environment,
  models: z.array(
    z.strictObject({
      id: models.element.shape.id,
      recipe: models.element.shape.recipe,
      sha256: hashSchema,
      input: modelCardSchema.shape.input.pick({ height: true, width: true, preprocessing: true }),
    }),
  ),
  sample,
  cases: z.array(
    z.strictObject({
      imageId: z.string(),
      imageSha256: hashSchema,
      lesionId: z.string().nullable(),
      label: classSchema.nullable(),
      weight: z.number().positive(),
    }),
  ),
  options: z.strictObject({
    budget: z.enum(BUDGETS),
    certificate: z.boolean(),
    attacks: z.array(z.enum(AUDIT_ATTACKS)),
    epsilons: z.array(z.number().min(0).max(1)),
    norm: z.enum(NORMS),
    sample: z.int().positive().nullable(),
    seed: z.int(),
    keepAdversarials: z.boolean(),
    casesPerBlock: z.int().positive(),
  }),
});
export type PlanInputs = z.infer<typeof planInputsSchema>;
export type PlannedModel = PlanInputs['models'][number];
export type PlannedCase = PlanInputs['cases'][number];

/** What an audit was made on, as one hash: its cases' ids and image hashes, in their order. */
export const manifestSha256 = (cases: readonly { readonly imageId: string; readonly imageSha256: string }[]) =>
  hashOf(canonicalJson(cases.map(({ imageId, imageSha256 }) => [imageId, imageSha256])));

export function planInputsOf(
  drawn: Sample<AuditableCase>,
  loaded: readonly LoadedModel[],
  facts: EngineFacts,
  options: AuditOptions,
): PlanInputs {
  const { backend, device, versions, cpu, threads, numericsFingerprint } = facts;
  const { budget, certificate, attacks, epsilons, norm, sample: size, seed, keepAdversarials } = options;
  const cases = drawn.images.map(({ imageId, imageSha256, lesionId, label, weight }) => ({
    imageId,
    imageSha256,
    lesionId,
    label,
    weight,
  }));
  return {
    environment: { backend, device, versions: { ...versions }, cpu, threads, numericsFingerprint },
    models: loaded.map(({ card, sha256: hash }) => ({
      id: card.id,
      recipe: card.training.recipe,
      sha256: hash,
      input: { height: card.input.height, width: card.input.width, preprocessing: card.input.preprocessing },
    })),
    sample: {
      n: cases.length,
      of: drawn.of,
      lesions: drawn.lesions,
      seed: drawn.seed,
      how: drawn.how,
      manifestSha256: manifestSha256(cases),
      perClass: drawn.perClass.map((one) => ({ ...one })),
      unlabelled: drawn.unlabelled,
    },
    cases,
    options: {
      budget,
      certificate,
      attacks: AUDIT_ATTACKS.filter((name) => attacks.includes(name)),
      epsilons: [...epsilons],
      norm,
      sample: size,
      seed,
      keepAdversarials,
      casesPerBlock: options.casesPerBlock ?? CASES_PER_BLOCK,
    },
  };
}
