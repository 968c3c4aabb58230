import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Revision } from '../../../../src/shared/contract/app/annotations.ts';
import { EMPTY_ANNOTATION, type Annotation } from '../../../../src/shared/domain/annotation.ts';
import { changesBetween, historyOf } from '../../../../src/renderer/src/features/annotation/answer/changes.ts';
import { isSameAnswer, toBeStored } from '../../../../src/renderer/src/features/annotation/answer/edits.ts';
import { answer, edits } from './answers.ts';

const point = (id: string, x = 0) => ({ id, label: '', kind: 'point', at: { x, y: 0 } }) as const;

describe('the changes between two answers', () => {
  it('tell each part that differs', () => {
    const before = answer({
      reading: { kind: 'diagnosis', dx: 'nv' },
      confidence: 'likely',
      opinions: { a: 'agree', b: 'agree' },
      comment: 'round',
      tags: ['hair', 'ruler'],
      shapes: [point('kept'), point('moved'), point('removed')],
    });
    const after = answer({
      reading: { kind: 'other', text: 'Spitz nevus' },
      opinions: { a: 'disagree', c: 'agree' },
      comment: 'round, even',
      tags: ['ruler', 'second look'],
      flagged: true,
      shapes: [point('kept'), point('moved', 5), point('added'), point('added too')],
      state: 'reviewed',
    });
    expect(changesBetween(before, after)).toEqual([
      { kind: 'reading', to: { kind: 'other', text: 'Spitz nevus' } },
      { kind: 'confidence', to: null },
      { kind: 'opinion', modelSha256: 'a', to: 'disagree' },
      { kind: 'opinion', modelSha256: 'b', to: null },
      { kind: 'opinion', modelSha256: 'c', to: 'agree' },
      { kind: 'comment', to: 'changed' },
      { kind: 'tagged', tags: ['second look'] },
      { kind: 'untagged', tags: ['hair'] },
      { kind: 'flag', to: true },
      { kind: 'marksAdded', count: 2 },
      { kind: 'marksChanged', count: 1 },
      { kind: 'marksRemoved', count: 1 },
      { kind: 'state', to: 'reviewed' },
    ]);
  });

  it('tell a comment that begins from one that is gone', () => {
    const written = answer({ comment: 'round' });
    expect(changesBetween(EMPTY_ANNOTATION, written)).toEqual([{ kind: 'comment', to: 'written' }]);
    expect(changesBetween(written, EMPTY_ANNOTATION)).toEqual([{ kind: 'comment', to: 'removed' }]);
  });

  it('are some whenever a new revision says something else', () => {
    const answers = fc
      .array(edits, { maxLength: 4 })
      .map((acts) => toBeStored(acts.reduce((so, act) => act(so), EMPTY_ANNOTATION)));
    fc.assert(
      fc.property(answers, answers, (before, after) => {
        // The order of tags, and of marks, is said by no phrase.
        fc.pre(before.tags.length < 2 && before.shapes.length < 2 && after.tags.length < 2 && after.shapes.length < 2);
        expect(changesBetween(before, after).length > 0).toBe(!isSameAnswer(before, after));
      }),
    );
  });
});

describe('the history', () => {
  const [ada, grace] = [
    { id: 'a', name: 'Ada', role: '' },
    { id: 'g', name: 'Grace', role: '' },
  ];
  const said = (reviewer: Revision['reviewer'], revision: number, content: Annotation): Revision => ({
    ...{ reviewer, revision, content },
    at: '2026-01-01T00:00:00.000Z',
  });

  it('tells what each revision changed of the same reviewer, the newest first', () => {
    const flagged = answer({ flagged: true });
    const history = historyOf([
      said(ada, 2, answer({ flagged: true, comment: 'x' })),
      said(grace, 1, answer({ comment: 'y' })),
      said(ada, 1, flagged),
    ]);
    expect(history.map(({ revision, changes }) => [revision.reviewer.name, revision.revision, changes])).toEqual([
      ['Ada', 2, [{ kind: 'comment', to: 'written' }]],
      ['Grace', 1, [{ kind: 'comment', to: 'written' }]],
      ['Ada', 1, [{ kind: 'flag', to: true }]],
    ]);
  });
});
