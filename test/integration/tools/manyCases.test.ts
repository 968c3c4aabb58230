import { describe, expect, it } from 'vitest';
import { makeManyCases, timesOf } from '../../../tools/manyCases.ts';
import { Library, type Viewpoint } from '../../../src/main/services/library/index.ts';
import { chosenPair, listCases, listImages, verifyLog } from '../../../src/main/store/index.ts';
import { EVERYTHING } from '../../../src/shared/domain/library.ts';
import { openedWorkspace } from '../store/support.ts';

const SEEING: Viewpoint = { reviewerId: null, blind: false, pair: null };

describe('a workspace of many cases', () => {
  it('has as many as were asked for, of the demo images alone, each with the verdicts of the pair', async () => {
    const workspace = await openedWorkspace();
    await makeManyCases(workspace, 500);
    expect(listCases(workspace.db)).toHaveLength(500);
    expect(listImages(workspace.db)).toHaveLength(98);
    expect(chosenPair(workspace.db)).not.toBeNull();
    const counts = new Library(workspace).facetCounts(SEEING, EVERYTHING);
    expect(counts.screening).toEqual({ complete: 500 });
    expect(verifyLog(workspace.db).intact).toBe(true);
    expect(timesOf(workspace).map(([question]) => question)).toContain('page at 450');
  });
});
