/** What reviewers say of cases: every acknowledged change is on disk, none overwrites another. */
import { type } from '@orpc/contract';
import { z } from 'zod';
import { ANNOTATION_LIMITS, CONFIDENCES, OPINIONS, REVIEW_STATES, type Annotation } from '../../domain/annotation.ts';
import { DIAGNOSES } from '../../domain/diagnosis.ts';
import { sha256Schema } from '../modelCard.ts';
import type { Reviewer } from './session.ts';
import { question } from './question.ts';

const coordinate = z.number().min(-1e6).max(1e6);
const point = z.strictObject({ x: coordinate, y: coordinate });
const points = (least: number) => z.array(point).min(least).max(ANNOTATION_LIMITS.pointsPerShape).readonly();
const shapeBase = { id: z.uuid(), label: z.string().max(ANNOTATION_LIMITS.labelCharacters) };
const radius = z.number().positive().max(1e6);

export const shapeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...shapeBase, kind: z.literal('point'), at: point }),
  z.strictObject({ ...shapeBase, kind: z.literal('ellipse'), centre: point, radiusX: radius, radiusY: radius }),
  z.strictObject({ ...shapeBase, kind: z.literal('polygon'), corners: points(3) }),
  z.strictObject({ ...shapeBase, kind: z.literal('freehand'), points: points(2) }),
]);

export const annotationSchema = z.strictObject({
  reading: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('diagnosis'), dx: z.enum(DIAGNOSES) }),
      z.strictObject({
        kind: z.literal('other'),
        text: z.string().trim().min(1).max(ANNOTATION_LIMITS.otherCharacters),
      }),
    ])
    .nullable(),
  confidence: z.enum(CONFIDENCES).nullable(),
  opinions: z.record(sha256Schema, z.enum(OPINIONS)).readonly(),
  comment: z.string().max(ANNOTATION_LIMITS.commentCharacters),
  tags: z.array(z.string().trim().min(1).max(ANNOTATION_LIMITS.tagCharacters)).max(ANNOTATION_LIMITS.tags).readonly(),
  flagged: z.boolean(),
  shapes: z.array(shapeSchema).max(ANNOTATION_LIMITS.shapes).readonly(),
  state: z.enum(REVIEW_STATES),
}) satisfies z.ZodType<Annotation>;

/** The newest revision of the reviewer at work. */
export interface CurrentAnnotation {
  /** Whose it is; null: nobody is chosen. */
  readonly reviewerId: string | null;
  /** 0: nothing said yet; else 1, 2, 3, ... */
  readonly revision: number;
  readonly at: string | null;
  /** The first answer to this case was given without having seen verdicts. Null: no answer yet. */
  readonly answeredBlind: boolean | null;
  readonly content: Annotation;
}

export interface OtherAnswer {
  readonly reviewer: Reviewer;
  readonly at: string;
  readonly content: Annotation;
}

export interface Revision {
  readonly reviewer: Reviewer;
  readonly revision: number;
  readonly at: string;
  readonly content: Annotation;
}

export const annotationsContract = {
  /**
   * Stores a revision of the reviewer at work; when this answers, it survives a loss of power. `base` is the revision that
   * was changed: where another window has stored one since, nothing is stored (`ANNOTATION_CONFLICT`). `reviewerId` is whose
   * answer it is: where another reviewer is at work by now, nothing is stored under the wrong name (`REVIEWER_CHANGED`).
   */
  save: question
    .input(
      z.strictObject({
        caseId: z.uuid(),
        reviewerId: z.uuid(),
        base: z.int().nonnegative(),
        content: annotationSchema,
      }),
    )
    .output(type<CurrentAnnotation>()),
  /** Own revisions, and others' once the case is not blind; the newest first. */
  history: question.input(z.strictObject({ caseId: z.uuid() })).output(type<readonly Revision[]>()),
  /** Tags in use in this workspace, the most frequent first. */
  tags: question.output(type<readonly string[]>()),
};
