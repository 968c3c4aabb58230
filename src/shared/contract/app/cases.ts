/** One case: what the models say of it, what an attack makes of that, and where it takes effect. */
import { eventIterator, type } from '@orpc/contract';
import { z } from 'zod';
import type { Attack } from '../../domain/attack.ts';
import { CLASS_COUNT, type Diagnosis } from '../../domain/diagnosis.ts';
import type { Sha256 } from '../../kernel/ids.ts';
import { sha256Schema } from '../modelCard.ts';
import type { EngineFacts } from '../engine.ts';
import type { CurrentAnnotation, OtherAnswer } from './annotations.ts';
import { question } from './question.ts';

/** What made a figure: without it none is shown. */
export interface Provenance {
  readonly modelSha256: Sha256;
  /** `pgd(norm=linf, steps=20, ...)`, with every parameter; of a map: how it was computed. */
  readonly attack: string;
  readonly seed: number;
  readonly backend: EngineFacts['backend'];
  readonly device: EngineFacts['device'];
  readonly threads: number;
  readonly numericsFingerprint: Sha256;
  readonly at: string;
}

/** A model's verdict on the clean input, and the smallest epsilon at which some attack was found to change it. */
export interface ScreenedVerdict {
  readonly modelSha256: Sha256;
  readonly verdict: Diagnosis;
  /** Softmax, in the order of DIAGNOSES. */
  readonly probabilities: readonly number[];
  /** In [0, 1]; an upper bound; null: none found up to 16/255. */
  readonly minimalEpsilon: number | null;
  readonly changedTo: Diagnosis | null;
  /** Whether the change survives rounding the attacked input to 8 bit; null where there is none. */
  readonly survivesRounding: boolean | null;
  readonly provenance: Provenance;
}

/** The middle square of the photograph that the models see, in its pixels. */
export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

export interface Sibling {
  readonly caseId: string;
  readonly imageId: string;
  readonly imageSha256: Sha256;
}

/** What only a reader who has answered, or does not read blind, may see. */
export interface Unblinded {
  readonly reference: Diagnosis | null;
  /** How the reference was confirmed: `histo`, `follow_up`, `consensus`, `confocal`. */
  readonly confirmation: string | null;
  /** Of every model that screened this image; those of the pair first. */
  readonly verdicts: readonly ScreenedVerdict[];
  /** Latest answers of the other reviewers. */
  readonly others: readonly OtherAnswer[];
}

export interface CaseView {
  readonly caseId: string;
  readonly imageId: string;
  readonly fileName: string;
  readonly lesionId: string | null;
  readonly image: { readonly sha256: Sha256; readonly width: number; readonly height: number; readonly format: string };
  readonly frame: Frame;
  readonly age: number | null;
  readonly sex: string | null;
  readonly site: string | null;
  readonly dataset: string;
  /** Other images of the lesion. */
  readonly siblings: readonly Sibling[];
  readonly annotation: CurrentAnnotation;
  /** Null while the reading is blind and not answered. */
  readonly unblinded: Unblinded | null;
}

const criterionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('verdictChanged') }),
  z.strictObject({ kind: z.literal('malignantToBenign') }),
  z.strictObject({ kind: z.literal('benignToMalignant') }),
  z.strictObject({
    kind: z.literal('targeted'),
    target: z
      .int()
      .min(0)
      .max(CLASS_COUNT - 1),
  }),
]);

const restarts = z.int().min(1).max(10);
const norm = z.enum(['linf', 'l2']);
const steps = z.int().min(1).max(200);
const loss = z.enum(['crossEntropy', 'margin']);

/** What a reviewer may choose of an attack; the rest are its published defaults. */
export const attackChoiceSchema = z.discriminatedUnion('id', [
  z.strictObject({ id: z.literal('fgsm'), norm, criterion: criterionSchema }),
  z.strictObject({ id: z.literal('bim'), norm, steps, loss, criterion: criterionSchema }),
  z.strictObject({ id: z.literal('pgd'), norm, steps, restarts, loss, criterion: criterionSchema }),
  z.strictObject({ id: z.literal('apgd-ce'), norm, steps, restarts, criterion: criterionSchema }),
  z.strictObject({ id: z.literal('apgd-dlr'), norm, steps, restarts, criterion: criterionSchema }),
  z.strictObject({ id: z.literal('square'), norm, queries: z.int().min(10).max(5000), criterion: criterionSchema }),
  z.strictObject({
    id: z.literal('noise'),
    norm,
    distribution: z.enum(['uniform', 'gaussian']),
    draws: z.int().min(1).max(1000),
    criterion: criterionSchema,
  }),
]);
export type AttackChoice = z.infer<typeof attackChoiceSchema>;

/** PGD-20 against the model's own verdict: what a case is opened with. */
export const FIRST_ATTACK: AttackChoice = {
  id: 'pgd',
  norm: 'linf',
  steps: 20,
  restarts: 1,
  loss: 'crossEntropy',
  criterion: { kind: 'verdictChanged' },
};

/** What a case is opened with, in 1/255. */
export const FIRST_EPSILONS_255 = [0.25, 0.5, 1, 2, 4, 6, 8, 16] as const;

/** What the attack did at one epsilon. Each epsilon is a run of its own, not stopped at its first success. */
export interface ExaminedPoint {
  /** In [0, 1]. */
  readonly epsilon: number;
  /** Some iterate (draw) met the criterion. */
  readonly success: boolean;
  /**
   * The first step after which the criterion was met (1, 2, ...); 0: before any step, by the attack's random start. Null where
   * none, or the attack tells no steps.
   */
  readonly successStep: number | null;
  /** Of the attacked input: the last iterate that met the criterion, else the last (APGD, Square: the best). */
  readonly verdict: Diagnosis;
  readonly probabilities: readonly number[];
  /** Distances of the attacked from the clean input, in [0, 1] space. */
  readonly linf: number;
  readonly l2: number;
  /** Array (see ArrayShape): float32, the attacked input in [0, 1]. */
  readonly attackedArray: Sha256;
  /** Softmax after 0, 1, 2, ... steps (0: the clean input); null where the attack tells no steps. */
  readonly trajectory: readonly (readonly number[])[] | null;
}

/**
 * Arrays travel by hash outside of the contract (`array/<sha256>`): little-endian, row-major, `height * width * 3` values
 * for inputs (uint8 when clean, float32 when attacked), `height * width` float32 for maps.
 */
export interface ArrayShape {
  readonly height: number;
  readonly width: number;
}

export interface Examination {
  readonly shape: ArrayShape;
  /** The choice with every parameter. */
  readonly attack: Attack;
  readonly clean: {
    readonly verdict: Diagnosis;
    readonly probabilities: readonly number[];
    /** Array: uint8, the model input. */
    readonly inputArray: Sha256;
  };
  /** By epsilon, ascending. */
  readonly points: readonly ExaminedPoint[];
  readonly provenance: Provenance;
}

export type ExaminationEvent =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'done'; readonly examination: Examination };

export const MAPS = ['effect', 'saliency', 'gradCam'] as const;
/**
 * - `effect`: integrated gradients of the margin from the clean to the attacked input; sums to the change of the margin
 * - `saliency`: size of the input gradient of the verdict's logit, at the attacked input
 * - `gradCam`: Grad-CAM of the verdict on the last convolution, at the attacked input, brought to the input's size
 */
export type MapKind = (typeof MAPS)[number];

export interface ExplanationMap {
  readonly map: MapKind;
  readonly shape: ArrayShape;
  /** Array: float32. Signed for `effect` (negative: margin lost), else 0 or more. */
  readonly array: Sha256;
  readonly smallest: number;
  readonly largest: number;
  /** The verdict that is explained, and for `effect` the one whose logit is subtracted. */
  readonly from: Diagnosis;
  readonly to: Diagnosis | null;
  /** `effect`: what the map sums to, and the change of the margin that it should; else null. */
  readonly completeness: { readonly sum: number; readonly marginChange: number } | null;
  readonly provenance: Provenance;
}

const inputEpsilon = z.number().positive().max(1);

export const casesContract = {
  open: question.input(z.strictObject({ caseId: z.uuid() })).output(type<CaseView>()),
  /** Attacks one model at one case, over several epsilons at once. Refused (`CASE_BLIND`) while the case is blind. */
  examine: question
    .input(
      z.strictObject({
        caseId: z.uuid(),
        modelSha256: sha256Schema,
        attack: attackChoiceSchema,
        epsilons: z.array(inputEpsilon).min(1).max(16),
      }),
    )
    .output(eventIterator(type<ExaminationEvent>())),
  /** Refused (`ARRAY_GONE`) where the attacked input is no longer kept: examine again. */
  explain: question
    .input(
      z.strictObject({
        caseId: z.uuid(),
        modelSha256: sha256Schema,
        map: z.enum(MAPS),
        /** The attacked input; null: the clean one (not for `effect`). */
        attackedArray: sha256Schema.nullable(),
      }),
    )
    .output(type<ExplanationMap>()),
};
