import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toggleFlag } from '../../../../src/renderer/src/features/annotation/answer/edits.ts';
import { CaseDraft } from '../../../../src/renderer/src/features/annotation/draft/caseDraft.ts';
import {
  draftOf,
  draftsLeft,
  show,
  subscribeToDraftsLeft,
  unsavedDrafts,
} from '../../../../src/renderer/src/features/annotation/draft/caseDrafts.ts';
import { diskFull, programWithOneCase } from './program.ts';

async function openedCase() {
  const program = await programWithOneCase();
  const open = () =>
    draftOf(program, () => new CaseDraft({ ...program, current: program.current(), onAcknowledged: () => undefined }));
  return { program, open, draft: open() };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

const settle = () => vi.advanceTimersByTimeAsync(0);

describe('a draft whose case is left', () => {
  it('is sent, and forgotten once it is stored', async () => {
    const { program, open, draft } = await openedCase();
    const leave = show(draft);
    draft.edit(toggleFlag);
    leave();
    expect(unsavedDrafts()).toEqual([draft]);
    await settle();
    expect(program.current().content.flagged).toBe(true);
    expect(unsavedDrafts()).toEqual([]);
    expect(draftsLeft()).toEqual([]);
    expect(open()).not.toBe(draft);
  });

  it('is kept while it cannot be stored, and is there again when the case is', async () => {
    const { program, open, draft } = await openedCase();
    const told = vi.fn();
    const stop = subscribeToDraftsLeft(told);
    program.refuse(diskFull);
    const leave = show(draft);
    draft.edit(toggleFlag);
    leave();
    await settle();
    expect(draftsLeft()).toEqual([draft]);
    expect(unsavedDrafts()).toEqual([draft]);
    expect(open()).toBe(draft);
    program.refuse(null);
    await vi.advanceTimersByTimeAsync(1000);
    expect(program.current().content.flagged).toBe(true);
    expect(draftsLeft()).toEqual([]);
    expect(unsavedDrafts()).toEqual([]);
    expect(told).toHaveBeenCalledTimes(2);
    stop();
  });

  it('is not left while another part of the page still shows it', async () => {
    const { program, draft } = await openedCase();
    program.refuse(diskFull);
    const [leaveFirst, leaveSecond] = [show(draft), show(draft)];
    draft.edit(toggleFlag);
    await settle();
    leaveFirst();
    expect(draftsLeft()).toEqual([]);
    leaveSecond();
    await settle();
    expect(draftsLeft()).toEqual([draft]);
    program.refuse(null);
    expect(await draft.flush()).toBe(true);
  });
});
