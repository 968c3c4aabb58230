import { describe, expect, it } from 'vitest';
import {
  annotationHistory,
  currentAnnotation,
  othersAnswers,
  saveAnnotation,
  tagsInUse,
} from '../../../../src/main/services/annotations/index.ts';
import type { Viewpoint } from '../../../../src/main/services/library/index.ts';
import { addReviewer, canonicalJson, hashOf, verifyLog } from '../../../../src/main/store/index.ts';
import { sql } from '../../../../src/main/store/db/schema.ts';
import { EMPTY_ANNOTATION, type Annotation } from '../../../../src/shared/domain/annotation.ts';
import { openedWorkspace } from '../../../integration/store/support.ts';
import { addCases, annotationByHand, answer, caseByHand } from '../../../support/reviewLab.ts';

const code = (name: string) => expect.objectContaining({ code: name, kind: 'badInput' }) as Error;

async function review() {
  const workspace = await openedWorkspace();
  const { db } = workspace;
  const [caseId = '', otherCase = ''] = addCases(db, [caseByHand('a'), caseByHand('b')]);
  const [ada, grace] = ['Ada', 'Grace'].map((name) => addReviewer(db, { name, role: 'dermatologist' }));
  if (ada === undefined || grace === undefined) throw new Error('Two reviewers were added.');
  const seeing: Viewpoint = { reviewerId: ada.id, blind: false, pair: null };
  const asGrace = { ...seeing, reviewerId: grace.id };
  const save = (base: number, content: Annotation, viewpoint = seeing, about = caseId) =>
    saveAnnotation(workspace, viewpoint, { caseId: about, reviewerId: viewpoint.reviewerId ?? '', base, content });
  return { workspace, db, caseId, otherCase, ada, grace, seeing, asGrace, blind: { ...seeing, blind: true }, save };
}

describe('saving', () => {
  it('makes revision after revision; the newest is the current one', async () => {
    const { db, caseId, ada, save } = await review();
    expect(currentAnnotation(db, ada.id, caseId)).toEqual({
      ...{ reviewerId: ada.id, revision: 0, at: null, answeredBlind: null, content: EMPTY_ANNOTATION },
    });
    const first = save(0, annotationByHand({ comment: 'asymmetric', tags: ['teaching'] }));
    expect(first).toMatchObject({ reviewerId: ada.id, revision: 1, answeredBlind: null });
    const second = save(1, answer('mel', { shapes: [{ id: ada.id, label: '', kind: 'point', at: { x: 1.5, y: 2 } }] }));
    expect(second).toMatchObject({ revision: 2, answeredBlind: false, content: { confidence: 'likely' } });
    expect(currentAnnotation(db, ada.id, caseId)).toEqual(second);
  });

  it('of what is said already stores nothing, whichever revision it is based on', async () => {
    const { workspace, save } = await review();
    const stored = save(0, answer('mel', { tags: ['a', 'b'] }));
    const before = verifyLog(workspace.db);
    const { reading, ...rest } = stored.content;
    expect(save(0, { ...rest, reading })).toEqual(stored);
    expect(save(1, stored.content)).toEqual(stored);
    expect(verifyLog(workspace.db)).toEqual(before);
  });

  it('of nothing, before anything was said, stores nothing', async () => {
    const { save } = await review();
    expect(save(0, EMPTY_ANNOTATION)).toMatchObject({ revision: 0, at: null });
  });

  it.each([0, 1, 3, 99])('on revision %d where 2 is the newest is a conflict, and keeps the newest', async (base) => {
    const { db, caseId, ada, save } = await review();
    save(0, answer('mel'));
    const newest = save(1, answer('nv'));
    expect(() => save(base, answer('bkl'))).toThrow(code('ANNOTATION_CONFLICT'));
    expect(currentAnnotation(db, ada.id, caseId)).toEqual(newest);
  });

  it('needs a reviewer, the same one still, and a case', async () => {
    const { workspace, caseId, ada, grace, seeing, save } = await review();
    const toSave = { caseId, reviewerId: ada.id, base: 0, content: answer('mel') };
    expect(() => saveAnnotation(workspace, { ...seeing, reviewerId: null }, toSave)).toThrow(code('NO_REVIEWER'));
    expect(() => saveAnnotation(workspace, { ...seeing, reviewerId: grace.id }, toSave)).toThrow(
      code('REVIEWER_CHANGED'),
    );
    expect(() => save(0, answer('mel'), seeing, 'nowhere')).toThrow(code('CASE_UNKNOWN'));
  });

  it('stands in the log with ids, revision and hash, without a word of what was said', async () => {
    const { db, caseId, ada, save } = await review();
    const content = answer('mel', { comment: 'Mrs Miller', tags: ['Miller'] });
    save(0, content);
    const details = { caseId, reviewerId: ada.id, revision: 1, contentSha256: hashOf(canonicalJson(content)) };
    const last = db.first(sql.selectFrom('log').select(['act', 'details']).orderBy('seq', 'desc').limit(1));
    expect(last).toEqual({ act: 'annotation.saved', details: canonicalJson(details) });
  });
});

describe('an answer was blind', () => {
  it('where it was given while verdicts were withheld, whatever came after', async () => {
    const { save, blind, seeing } = await review();
    save(0, annotationByHand({ comment: 'not an answer yet' }), blind);
    expect(save(1, answer('mel'), blind)).toMatchObject({ answeredBlind: true });
    expect(save(2, answer('nv'), seeing)).toMatchObject({ answeredBlind: true });
    expect(save(3, annotationByHand(), seeing)).toMatchObject({ answeredBlind: true });
  });

  it('not where verdicts could be seen', async () => {
    const { save, blind, seeing } = await review();
    save(0, answer('mel'), seeing);
    expect(save(1, answer('nv'), blind)).toMatchObject({ answeredBlind: false });
  });
});

describe('two reviewers', () => {
  it('have their own revisions, and see the latest of each other', async () => {
    const { db, caseId, ada, grace, asGrace, save } = await review();
    save(0, answer('mel'));
    save(0, answer('bkl'), asGrace);
    const latest = save(1, answer('nv'), asGrace);
    expect(currentAnnotation(db, ada.id, caseId)).toMatchObject({ revision: 1, content: answer('mel') });
    expect(othersAnswers(db, ada.id, caseId)).toEqual([{ reviewer: grace, at: latest.at, content: answer('nv') }]);
    expect(othersAnswers(db, null, caseId)).toHaveLength(2);
    expect(currentAnnotation(db, null, caseId)).toMatchObject({ reviewerId: null, revision: 0 });
  });

  it('have one history, the newest first; others are left out of a blind one', async () => {
    const { db, caseId, ada, grace, seeing, blind, asGrace, save } = await review();
    save(0, annotationByHand({ flagged: true }), blind);
    save(0, answer('bkl'), asGrace);
    save(1, annotationByHand({ flagged: false }), blind);
    const whose = (viewpoint: Viewpoint) =>
      annotationHistory(db, viewpoint, caseId).map(({ reviewer, revision }) => [reviewer.name, revision]);
    expect(whose(blind)).toEqual([
      ['Ada', 2],
      ['Ada', 1],
    ]);
    expect(whose(seeing)).toEqual([
      ['Ada', 2],
      ['Grace', 1],
      ['Ada', 1],
    ]);
    save(2, answer('mel'), blind);
    expect(whose(blind)).toEqual([
      ['Ada', 3],
      ['Ada', 2],
      ['Grace', 1],
      ['Ada', 1],
    ]);
    expect(annotationHistory(db, seeing, caseId)[2]).toMatchObject({ reviewer: grace, content: answer('bkl') });
    expect(() => annotationHistory(db, seeing, 'nowhere')).toThrow(code('CASE_UNKNOWN'));
    expect(ada.name).toBe('Ada');
  });
});

describe('tags in use', () => {
  it('are those of what is said now, the most frequent first', async () => {
    const { db, otherCase, seeing, asGrace, save } = await review();
    save(0, annotationByHand({ tags: ['old', 'rare'] }));
    save(1, annotationByHand({ tags: ['frequent', 'rare'] }));
    save(0, annotationByHand({ tags: ['frequent', 'also rare'] }), asGrace);
    save(0, annotationByHand({ tags: ['frequent'] }), seeing, otherCase);
    expect(tagsInUse(db)).toEqual(['frequent', 'also rare', 'rare']);
  });
});
