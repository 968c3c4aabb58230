/** What a reviewer does to their answer, one function for each act. */
import {
  ANNOTATION_LIMITS,
  type Annotation,
  type Confidence,
  type Opinion,
  type Reading,
  type Shape,
} from '../../../../../shared/domain/annotation.ts';
import type { Diagnosis } from '../../../../../shared/domain/diagnosis.ts';

export type Edit = (answer: Annotation) => Annotation;

/** Choosing what is chosen already takes it back. */
export const chooseDiagnosis =
  (dx: Diagnosis): Edit =>
  (answer) => ({ ...answer, reading: isDiagnosis(answer.reading, dx) ? null : { kind: 'diagnosis', dx } });

const isDiagnosis = (reading: Reading | null, dx: Diagnosis): boolean =>
  reading?.kind === 'diagnosis' && reading.dx === dx;

/** A diagnosis beside the seven; until it has words it is no reading (see `toBeStored`). */
export const chooseOther: Edit = (answer) => ({
  ...answer,
  reading: answer.reading?.kind === 'other' ? null : { kind: 'other', text: '' },
});

export const writeOther =
  (text: string): Edit =>
  (answer) => ({ ...answer, reading: { kind: 'other', text: text.slice(0, ANNOTATION_LIMITS.otherCharacters) } });

export const chooseConfidence =
  (confidence: Confidence): Edit =>
  (answer) => ({ ...answer, confidence: answer.confidence === confidence ? null : confidence });

/** @param modelSha256 of the model's card */
export const giveOpinion =
  (modelSha256: string, opinion: Opinion): Edit =>
  (answer) => {
    const { [modelSha256]: before, ...opinions } = answer.opinions;
    return { ...answer, opinions: before === opinion ? opinions : { ...opinions, [modelSha256]: opinion } };
  };

export const writeComment =
  (comment: string): Edit =>
  (answer) => ({ ...answer, comment: comment.slice(0, ANNOTATION_LIMITS.commentCharacters) });

/** Tags trimmed, each once, those over the bounds left out: the field says so where they are typed. */
export const setTags =
  (tags: readonly string[]): Edit =>
  (answer) => ({ ...answer, tags: tidyTags(tags) });

const tidyTags = (tags: readonly string[]): readonly string[] =>
  [...new Set(tags.map((tag) => tag.trim().slice(0, ANNOTATION_LIMITS.tagCharacters).trim()))]
    .filter((tag) => tag !== '')
    .slice(0, ANNOTATION_LIMITS.tags);

export const toggleFlag: Edit = (answer) => ({ ...answer, flagged: !answer.flagged });

export const toggleReviewed: Edit = (answer) => ({
  ...answer,
  state: answer.state === 'reviewed' ? 'open' : 'reviewed',
});

export const setReviewed: Edit = (answer) => ({ ...answer, state: 'reviewed' });

/** Whether one more mark is accepted. */
export const hasRoomForMarks = ({ shapes }: Annotation): boolean => shapes.length < ANNOTATION_LIMITS.shapes;

export const addMark =
  (mark: Shape): Edit =>
  (answer) =>
    hasRoomForMarks(answer) ? { ...answer, shapes: [...answer.shapes, mark] } : answer;

/** Puts the mark in the place of the one with its id. */
export const changeMark =
  (mark: Shape): Edit =>
  (answer) => ({ ...answer, shapes: answer.shapes.map((each) => (each.id === mark.id ? mark : each)) });

export const removeMark =
  (id: string): Edit =>
  (answer) => ({ ...answer, shapes: answer.shapes.filter((each) => each.id !== id) });

/** The answer as the program accepts it: another diagnosis without words is none, and words have no blanks around. */
export function toBeStored(answer: Annotation): Annotation {
  const { reading } = answer;
  if (reading?.kind !== 'other') return answer;
  const text = reading.text.trim();
  return { ...answer, reading: text === '' ? null : { kind: 'other', text } };
}

/** Whether two answers say the same, however their parts are ordered in memory. */
export const isSameAnswer = (one: Annotation, other: Annotation): boolean => isSame(toBeStored(one), toBeStored(other));

function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!isRecord(one) || !isRecord(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]))
  );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
