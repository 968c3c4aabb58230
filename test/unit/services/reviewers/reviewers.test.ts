import { describe, expect, it } from 'vitest';
import {
  addReviewerToWork,
  choosePair,
  chooseReviewer,
  listReviewers,
  reviewerAtWork,
  reviewerOf,
  setBlind,
  viewpointOf,
} from '../../../../src/main/services/reviewers/index.ts';
import { openWorkspace } from '../../../../src/main/store/index.ts';
import { sql } from '../../../../src/main/store/db/schema.ts';
import { FIRST_ENTRIES, openedWorkspace, options, temporaryFolder } from '../../../integration/store/support.ts';
import { PAIR } from '../../../support/reviewLab.ts';

const code = (name: string) => expect.objectContaining({ code: name, kind: 'badInput' }) as Error;
const ADA = { name: 'Ada Miller', role: 'dermatologist' };

describe('reviewers', () => {
  it('are at work once they are added or chosen', async () => {
    const workspace = await openedWorkspace();
    expect(reviewerAtWork(workspace.db)).toBeNull();
    const ada = addReviewerToWork(workspace, ADA);
    const grace = addReviewerToWork(workspace, { name: 'Grace', role: '' });
    expect(reviewerAtWork(workspace.db)).toEqual(grace);
    expect(chooseReviewer(workspace, ada.id)).toEqual({ id: ada.id, ...ADA });
    expect(reviewerAtWork(workspace.db)).toEqual(ada);
    expect(listReviewers(workspace.db)).toEqual([ada, grace]);
  });

  it('that there are not cannot be chosen', async () => {
    const workspace = await openedWorkspace();
    expect(() => chooseReviewer(workspace, 'nobody')).toThrow(code('REVIEWER_UNKNOWN'));
    expect(() => reviewerOf(workspace.db, 'nobody')).toThrow(code('REVIEWER_UNKNOWN'));
  });
});

describe('the viewpoint', () => {
  it('is nobody’s, seeing, without a pair, until something is chosen', async () => {
    expect(viewpointOf(await openedWorkspace())).toEqual({ reviewerId: null, blind: false, pair: null });
  });

  it('is that of the reviewer at work, each with their own blindness, and outlives the program', async () => {
    const folder = temporaryFolder();
    const workspace = await openWorkspace(folder, options());
    const ada = addReviewerToWork(workspace, ADA);
    setBlind(workspace, true);
    const grace = addReviewerToWork(workspace, { name: 'Grace', role: '' });
    choosePair(workspace.db, PAIR);
    expect(viewpointOf(workspace)).toEqual({ reviewerId: grace.id, blind: false, pair: PAIR });
    chooseReviewer(workspace, ada.id);
    workspace.close();
    expect(viewpointOf(await openedWorkspace(folder))).toEqual({ reviewerId: ada.id, blind: true, pair: PAIR });
  });

  it('cannot be blind while nobody is chosen', async () => {
    const workspace = await openedWorkspace();
    expect(() => {
      setBlind(workspace, true);
    }).toThrow(code('NO_REVIEWER'));
  });

  it('stands in the log with every change of it, by ids alone; what is chosen again is no change', async () => {
    const workspace = await openedWorkspace();
    const { id: reviewerId } = addReviewerToWork(workspace, ADA);
    for (const blind of [false, true, true, false]) setBlind(workspace, blind);
    choosePair(workspace.db, PAIR);
    choosePair(workspace.db, PAIR);
    chooseReviewer(workspace, reviewerId);
    const entries = sql.selectFrom('log').select(['act', 'details']).where('seq', '>', FIRST_ENTRIES.length);
    const logged = workspace.db.all(entries.orderBy('seq'));
    expect(logged.map(({ act, details }) => [act, JSON.parse(details) as unknown])).toEqual([
      ...[
        ['reviewer.added', { reviewerId }],
        ['reviewer.chosen', { reviewerId }],
      ],
      ...[
        ['reading.blind', { reviewerId }],
        ['reading.unblinded', { reviewerId }],
        ['pair.chosen', PAIR],
      ],
    ]);
  });
});
