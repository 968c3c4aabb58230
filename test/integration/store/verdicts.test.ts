import { describe, expect, it } from 'vitest';
import {
  canonicalJson,
  hashOf,
  recordVerdicts,
  screenedCounts,
  unscreened,
  verdictsOf,
  verifyLog,
} from '../../../src/main/store/index.ts';
import { sql } from '../../../src/main/store/db/schema.ts';
import { addCases, caseByHand, imageOf, PAIR, verdictByHand } from '../../support/reviewLab.ts';
import { openedWorkspace } from './support.ts';

const A = imageOf({ image: 'a' });
const B = imageOf({ image: 'b' });
const C = imageOf({ image: 'c' });

async function threeImages() {
  const { db } = await openedWorkspace();
  addCases(
    db,
    ['a', 'b', 'c'].map((name) => caseByHand(name)),
  );
  return db;
}

describe('verdicts', () => {
  it('come back as they were stored', async () => {
    const db = await threeImages();
    const changed = verdictByHand(PAIR.first, 'mel', [0.75, 'nv']);
    const rounded = { ...verdictByHand(PAIR.second, 'nv', [16, 'bcc']), survivesRounding: false };
    const unchanged = verdictByHand(PAIR.first, 'vasc');
    recordVerdicts(db, [
      { imageSha256: A, verdict: changed },
      { imageSha256: A, verdict: rounded },
      { imageSha256: B, verdict: unchanged },
    ]);
    expect(verdictsOf(db, A)).toEqual(
      [changed, rounded].sort((left, right) => (left.modelSha256 < right.modelSha256 ? -1 : 1)),
    );
    expect(verdictsOf(db, B)).toEqual([unchanged]);
    expect(verdictsOf(db, C)).toEqual([]);
  });

  it('take the place of older ones of the same model and image', async () => {
    const db = await threeImages();
    recordVerdicts(db, [{ imageSha256: A, verdict: verdictByHand(PAIR.first, 'mel', [0.75, 'nv']) }]);
    const newer = verdictByHand(PAIR.first, 'bcc');
    recordVerdicts(db, [{ imageSha256: A, verdict: newer }]);
    expect(verdictsOf(db, A)).toEqual([newer]);
  });

  it('are missing for a model, each image once, in the order asked', async () => {
    const db = await threeImages();
    recordVerdicts(db, [{ imageSha256: B, verdict: verdictByHand(PAIR.first, 'mel') }]);
    expect(unscreened(db, PAIR.first, [C, B, A, C])).toEqual([C, A]);
    expect(unscreened(db, PAIR.second, [B])).toEqual([B]);
    expect(unscreened(db, PAIR.first, [])).toEqual([]);
  });

  it('are counted by model', async () => {
    const db = await threeImages();
    expect(screenedCounts(db)).toEqual([]);
    const of = (imageSha256: typeof A, model: typeof A) => ({ imageSha256, verdict: verdictByHand(model, 'mel') });
    recordVerdicts(db, [of(A, PAIR.first), of(B, PAIR.first), of(A, PAIR.second)]);
    const counts = [
      { modelSha256: PAIR.first, screened: 2 },
      { modelSha256: PAIR.second, screened: 1 },
    ];
    expect(screenedCounts(db)).toEqual(expect.arrayContaining(counts));
  });

  it('stand in the log with their number, models and hash', async () => {
    const db = await threeImages();
    const verdicts = [{ imageSha256: A, verdict: verdictByHand(PAIR.first, 'mel') }];
    recordVerdicts(db, verdicts);
    const last = db.first(sql.selectFrom('log').select(['act', 'details']).orderBy('seq', 'desc').limit(1));
    const details = { verdicts: 1, models: [PAIR.first], verdictsSha256: hashOf(canonicalJson(verdicts)) };
    expect(last).toEqual({ act: 'verdicts.recorded', details: canonicalJson(details) });
  });

  it('that are none make no entry; one of an unknown image keeps all others out', async () => {
    const db = await threeImages();
    const before = verifyLog(db);
    recordVerdicts(db, []);
    const verdict = verdictByHand(PAIR.first, 'mel');
    const withUnknown = [A, hashOf('unknown')].map((imageSha256) => ({ imageSha256, verdict }));
    expect(() => {
      recordVerdicts(db, withUnknown);
    }).toThrow(/FOREIGN KEY/);
    expect(verdictsOf(db, A)).toEqual([]);
    expect(verifyLog(db)).toEqual(before);
  });
});
