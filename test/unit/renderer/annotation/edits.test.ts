import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotationSchema } from '../../../../src/shared/contract/app/annotations.ts';
import { ANNOTATION_LIMITS, EMPTY_ANNOTATION } from '../../../../src/shared/domain/annotation.ts';
import {
  addMark,
  changeMark,
  chooseDiagnosis,
  chooseOther,
  giveOpinion,
  isSameAnswer,
  removeMark,
  setTags,
  toBeStored,
  writeComment,
  writeOther,
} from '../../../../src/renderer/src/features/annotation/answer/edits.ts';
import { answer, edits } from './answers.ts';

const MODEL = 'a'.repeat(64);

describe('an answer', () => {
  it('is one that the program accepts, whatever the reviewer does', () => {
    fc.assert(
      fc.property(fc.array(edits, { maxLength: 30 }), (acts) => {
        const said = toBeStored(acts.reduce((so, act) => act(so), EMPTY_ANNOTATION));
        expect(annotationSchema.parse(said)).toEqual(said);
      }),
    );
  });

  it('loses what is chosen a second time', () => {
    const once = chooseDiagnosis('mel')(EMPTY_ANNOTATION);
    expect(once.reading).toEqual({ kind: 'diagnosis', dx: 'mel' });
    expect(chooseDiagnosis('nv')(once).reading).toEqual({ kind: 'diagnosis', dx: 'nv' });
    expect(chooseDiagnosis('mel')(once).reading).toBeNull();
    const agreed = giveOpinion(MODEL, 'agree')(EMPTY_ANNOTATION);
    expect(giveOpinion(MODEL, 'disagree')(agreed).opinions).toEqual({ [MODEL]: 'disagree' });
    expect(giveOpinion(MODEL, 'agree')(agreed).opinions).toEqual({});
  });

  it('has another diagnosis only once it has words, without the blanks around them', () => {
    const chosen = chooseOther(EMPTY_ANNOTATION);
    expect(toBeStored(chosen).reading).toBeNull();
    expect(toBeStored(writeOther('  ')(chosen)).reading).toBeNull();
    expect(toBeStored(writeOther(' Spitz nevus ')(chosen)).reading).toEqual({ kind: 'other', text: 'Spitz nevus' });
  });

  it('has each tag once, trimmed, and no more than are accepted', () => {
    expect(setTags([' ruler', 'ruler ', '', ' ', 'hair'])(EMPTY_ANNOTATION).tags).toEqual(['ruler', 'hair']);
    const many = Array.from({ length: ANNOTATION_LIMITS.tags + 1 }, (_, index) => `tag ${index}`);
    expect(setTags(many)(EMPTY_ANNOTATION).tags).toHaveLength(ANNOTATION_LIMITS.tags);
  });

  it('has no more words than are accepted', () => {
    const { commentCharacters } = ANNOTATION_LIMITS;
    expect(writeComment('a'.repeat(commentCharacters + 1))(EMPTY_ANNOTATION).comment).toHaveLength(commentCharacters);
  });

  it('has marks that are added, changed in their place, and removed, up to a bound', () => {
    const mark = (id: string) => ({ id, label: '', kind: 'point', at: { x: 1, y: 2 } }) as const;
    const two = addMark(mark('b'))(addMark(mark('a'))(EMPTY_ANNOTATION));
    expect(changeMark({ ...mark('a'), label: 'pigment' })(two).shapes).toEqual([
      { ...mark('a'), label: 'pigment' },
      mark('b'),
    ]);
    expect(removeMark('a')(two).shapes).toEqual([mark('b')]);
    const full = answer({ shapes: Array.from({ length: ANNOTATION_LIMITS.shapes }, (_, index) => mark(`${index}`)) });
    expect(addMark(mark('one more'))(full)).toBe(full);
  });
});

describe('two answers', () => {
  it('say the same whatever the order of their parts', () => {
    const said = answer({ reading: { kind: 'diagnosis', dx: 'mel' }, opinions: { a: 'agree', b: 'disagree' } });
    const turned = { ...answer({}), ...said, opinions: { b: 'disagree', a: 'agree' } } as const;
    expect(isSameAnswer(said, turned)).toBe(true);
    expect(isSameAnswer(said, Object.fromEntries(Object.entries(said).reverse()) as unknown as typeof said)).toBe(true);
  });

  it('differ by any part', () => {
    const said = answer({ tags: ['a', 'b'] });
    for (const other of [{ tags: ['b', 'a'] }, { tags: ['a'] }, { comment: 'x' }, { flagged: true }] as const) {
      expect(isSameAnswer(said, { ...said, ...other })).toBe(false);
    }
    expect(isSameAnswer(answer({ opinions: { a: 'agree' } }), answer({ opinions: { b: 'agree' } }))).toBe(false);
  });
});
