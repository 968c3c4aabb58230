/** What a reviewer says of a case. */
import type { Diagnosis } from './diagnosis.ts';

export const CONFIDENCES = ['unsure', 'likely', 'certain'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

export const OPINIONS = ['agree', 'disagree'] as const;
export type Opinion = (typeof OPINIONS)[number];

export const REVIEW_STATES = ['open', 'reviewed'] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];

/** A place on the photograph: pixels from its upper left corner, once its orientation is applied; fractions allowed. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A mark on the photograph; `label` is the reviewer's own words, possibly empty. */
export type Shape = { readonly id: string; readonly label: string } & (
  | { readonly kind: 'point'; readonly at: Point }
  | { readonly kind: 'ellipse'; readonly centre: Point; readonly radiusX: number; readonly radiusY: number }
  /** Closed: the last corner is joined to the first. */
  | { readonly kind: 'polygon'; readonly corners: readonly Point[] }
  | { readonly kind: 'freehand'; readonly points: readonly Point[] }
);

/** The reviewer's own diagnosis: one of the seven, or something else in words. */
export type Reading =
  { readonly kind: 'diagnosis'; readonly dx: Diagnosis } | { readonly kind: 'other'; readonly text: string };

/** All that one reviewer says of one case. Each change makes a new revision; none is ever overwritten. */
export interface Annotation {
  /** Null: not answered yet. */
  readonly reading: Reading | null;
  readonly confidence: Confidence | null;
  /** By the SHA-256 of a model's card: of what that model says when clean. */
  readonly opinions: Readonly<Record<string, Opinion>>;
  readonly comment: string;
  readonly tags: readonly string[];
  /** For discussion with others. */
  readonly flagged: boolean;
  readonly shapes: readonly Shape[];
  readonly state: ReviewState;
}

export const EMPTY_ANNOTATION: Annotation = {
  reading: null,
  confidence: null,
  opinions: {},
  comment: '',
  tags: [],
  flagged: false,
  shapes: [],
  state: 'open',
};

/** Bounds of what is accepted; a hospital's machine must not be filled by one case. */
export const ANNOTATION_LIMITS = {
  commentCharacters: 20_000,
  otherCharacters: 200,
  labelCharacters: 200,
  tags: 30,
  tagCharacters: 60,
  shapes: 200,
  pointsPerShape: 5_000,
} as const;
