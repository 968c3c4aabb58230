/** Answers and marks as a reviewer could give them, for properties that hold for all of them. */
import fc from 'fast-check';
import {
  CONFIDENCES,
  EMPTY_ANNOTATION,
  OPINIONS,
  type Annotation,
  type Shape,
} from '../../../../src/shared/domain/annotation.ts';
import { DIAGNOSES } from '../../../../src/shared/domain/diagnosis.ts';
import {
  addMark,
  chooseConfidence,
  chooseDiagnosis,
  chooseOther,
  giveOpinion,
  removeMark,
  setReviewed,
  setTags,
  toggleFlag,
  toggleReviewed,
  writeComment,
  writeOther,
  type Edit,
} from '../../../../src/renderer/src/features/annotation/answer/edits.ts';

export const PHOTOGRAPH = { width: 1024, height: 682 } as const;

export const answer = (said: Partial<Annotation>): Annotation => ({ ...EMPTY_ANNOTATION, ...said });

const x = fc.double({ min: 0, max: PHOTOGRAPH.width, noNaN: true });
const y = fc.double({ min: 0, max: PHOTOGRAPH.height, noNaN: true });
export const places = fc.record({ x, y });

const named = { id: fc.uuid(), label: fc.string({ maxLength: 20 }) };
const points = (least: number) => fc.array(places, { minLength: least, maxLength: 12 });

/** Within the photograph. */
const ellipses = fc.record({ ...named, x1: x, y1: y, x2: x, y2: y }).map(({ id, label, x1, y1, x2, y2 }): Shape => ({
  ...{ id, label, kind: 'ellipse', centre: { x: (x1 + x2) / 2, y: (y1 + y2) / 2 } },
  ...{ radiusX: Math.abs(x1 - x2) / 2 + 1e-3, radiusY: Math.abs(y1 - y2) / 2 + 1e-3 },
}));

export const shapes: fc.Arbitrary<Shape> = fc.oneof(
  fc.record({ ...named, kind: fc.constant('point' as const), at: places }),
  ellipses,
  fc.record({ ...named, kind: fc.constant('polygon' as const), corners: points(3) }),
  fc.record({ ...named, kind: fc.constant('freehand' as const), points: points(2) }),
);

const words = fc.string({ unit: 'binary', maxLength: 300 });
const modelSha256 = fc.constantFrom('a'.repeat(64), 'b'.repeat(64));

/** Everything that the panel lets a reviewer do. */
export const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc.constantFrom(...DIAGNOSES).map(chooseDiagnosis),
  fc.constant(chooseOther),
  words.map(writeOther),
  fc.constantFrom(...CONFIDENCES).map(chooseConfidence),
  fc.tuple(modelSha256, fc.constantFrom(...OPINIONS)).map(([model, opinion]) => giveOpinion(model, opinion)),
  words.map(writeComment),
  fc.array(words, { maxLength: 40 }).map(setTags),
  fc.constantFrom(toggleFlag, toggleReviewed, setReviewed),
  shapes.map(addMark),
  fc.uuid().map(removeMark),
);
