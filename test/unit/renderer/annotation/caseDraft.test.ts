import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CurrentAnnotation } from '../../../../src/shared/contract/app/annotations.ts';
import { EMPTY_ANNOTATION } from '../../../../src/shared/domain/annotation.ts';
import {
  chooseDiagnosis,
  chooseOther,
  toggleFlag,
  writeComment,
  writeOther,
} from '../../../../src/renderer/src/features/annotation/answer/edits.ts';
import { TYPING_PAUSE } from '../../../../src/renderer/src/features/annotation/draft/autosave.ts';
import { CaseDraft } from '../../../../src/renderer/src/features/annotation/draft/caseDraft.ts';
import { answer } from './answers.ts';
import { diskFull, programWithOneCase } from './program.ts';

/** A window of the page on the case. */
async function window(program?: Awaited<ReturnType<typeof programWithOneCase>>) {
  const here = program ?? (await programWithOneCase());
  const acknowledged: CurrentAnnotation[] = [];
  const { caseId, reviewerId, store } = here;
  const draft = new CaseDraft({
    ...{ caseId, reviewerId, store },
    current: here.current(),
    onAcknowledged: (current) => acknowledged.push(current),
  });
  const type = (comment: string) => {
    draft.edit(writeComment(comment), 'comment');
  };
  return { program: here, draft, acknowledged, type, saving: () => draft.state().saving };
}

/** Lets everything happen that waits for no time. */
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('autosave', () => {
  it('stores a click at once, and says when it was stored', async () => {
    const { program, draft, acknowledged, saving } = await window();
    expect(saving()).toEqual({ kind: 'saved', at: null });
    draft.edit(chooseDiagnosis('mel'));
    expect(saving()).toEqual({ kind: 'saving' });
    await settle();
    expect(program.current()).toMatchObject({ revision: 1, content: { reading: { kind: 'diagnosis', dx: 'mel' } } });
    expect(saving()).toEqual({ kind: 'saved', at: program.current().at });
    expect(acknowledged).toEqual([program.current()]);
  });

  it('stores what is typed when the typing pauses', async () => {
    const { program, type, saving } = await window();
    for (const comment of ['r', 'ro', 'round']) {
      type(comment);
      await vi.advanceTimersByTimeAsync(TYPING_PAUSE - 1);
    }
    expect(program.sent).toEqual([]);
    expect(saving()).toEqual({ kind: 'saving' });
    await vi.advanceTimersByTimeAsync(1);
    expect(program.sent).toEqual([{ base: 0, content: answer({ comment: 'round' }) }]);
    expect(saving().kind).toBe('saved');
  });

  it('stores what is typed when the field is left', async () => {
    const { program, draft, type } = await window();
    type('round');
    draft.rest();
    await settle();
    expect(program.current().content.comment).toBe('round');
  });

  it('sends one at a time: the newest of what came meanwhile, on top of what was acknowledged', async () => {
    const { program, draft, type } = await window();
    const letGo = program.holdUp();
    draft.edit(toggleFlag);
    await settle();
    draft.edit(chooseDiagnosis('nv'));
    draft.edit(chooseDiagnosis('mel'));
    type('round');
    await vi.advanceTimersByTimeAsync(TYPING_PAUSE);
    expect(program.sent).toHaveLength(1);
    letGo();
    await settle();
    expect(program.sent.map(({ base }) => base)).toEqual([0, 1]);
    expect(program.current().content).toEqual(draft.state().answer);
  });

  it('sends nothing where all was taken back before it was sent', async () => {
    const { program, draft, type, saving } = await window();
    type('r');
    type('');
    await vi.advanceTimersByTimeAsync(TYPING_PAUSE);
    draft.edit(chooseOther);
    await settle();
    expect(program.sent).toEqual([]);
    expect(saving().kind).toBe('saved');
  });

  it('keeps the blanks of words being typed on the page alone', async () => {
    const { program, draft } = await window();
    draft.edit(writeOther('Spitz '), 'other');
    await vi.advanceTimersByTimeAsync(TYPING_PAUSE);
    expect(program.current().content.reading).toEqual({ kind: 'other', text: 'Spitz' });
    expect(draft.state().answer.reading).toEqual({ kind: 'other', text: 'Spitz ' });
    expect(draft.state().saving.kind).toBe('saved');
  });

  it('goes back to what was stored before, as a revision of its own', async () => {
    const { program, draft, type } = await window();
    type('round');
    await vi.advanceTimersByTimeAsync(TYPING_PAUSE);
    type('round, even');
    await vi.advanceTimersByTimeAsync(TYPING_PAUSE);
    draft.undo();
    await settle();
    expect(program.history().map(({ content }) => content.comment)).toEqual(['round', 'round, even', 'round']);
    draft.redo();
    await settle();
    expect(program.current()).toMatchObject({ revision: 4, content: { comment: 'round, even' } });
  });
});

describe('a save that fails', () => {
  it('keeps what was entered, says why, and stores it once it can', async () => {
    const { program, draft, type, saving } = await window();
    program.refuse(diskFull);
    type('not to be lost');
    await vi.advanceTimersByTimeAsync(TYPING_PAUSE);
    expect(saving()).toMatchObject({ kind: 'failed', error: { data: { code: 'DISK_FULL' } } });
    expect(draft.state().answer.comment).toBe('not to be lost');
    program.refuse(null);
    await vi.advanceTimersByTimeAsync(1000);
    expect(program.current().content.comment).toBe('not to be lost');
    expect(saving().kind).toBe('saved');
  });

  it('is tried again after 1, 2, 4, ... up to 30 seconds', async () => {
    const { program, draft } = await window();
    program.refuse(diskFull);
    draft.edit(toggleFlag);
    await settle();
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
      const before = program.sent.length;
      await vi.advanceTimersByTimeAsync(seconds * 1000 - 1);
      expect(program.sent).toHaveLength(before);
      await vi.advanceTimersByTimeAsync(1);
      expect(program.sent).toHaveLength(before + 1);
    }
  });

  it('is told of until it worked, also while it is tried again and more is entered', async () => {
    const { program, draft, type, saving } = await window();
    program.refuse(diskFull);
    draft.edit(toggleFlag);
    await settle();
    const told = new Set<string>();
    draft.subscribe(() => told.add(saving().kind));
    type('round');
    await vi.advanceTimersByTimeAsync(5000);
    expect([...told]).toEqual(['failed']);
    program.refuse(null);
    await vi.advanceTimersByTimeAsync(30_000);
    expect([...told]).toEqual(['failed', 'saved']);
  });

  it('is tried again at once by hand, and tells whether it worked', async () => {
    const { program, draft, saving } = await window();
    program.refuse(diskFull);
    draft.edit(toggleFlag);
    expect(await draft.flush()).toBe(false);
    expect(saving().kind).toBe('failed');
    program.refuse(null);
    expect(await draft.flush()).toBe(true);
    expect(program.current().content.flagged).toBe(true);
  });

  it('is followed by the newest answer, not by the one that failed', async () => {
    const { program, draft, type } = await window();
    program.refuse(diskFull);
    draft.edit(toggleFlag);
    await settle();
    program.refuse(null);
    type('round');
    await vi.advanceTimersByTimeAsync(TYPING_PAUSE);
    expect(program.current()).toMatchObject({ revision: 1, content: { flagged: true, comment: 'round' } });
  });

  it('whose answer alone was lost is no second revision', async () => {
    const { program, draft, saving } = await window();
    const { save } = program.store;
    const lost = vi.spyOn(program.store, 'save').mockImplementationOnce(async (base, content) => {
      await save(base, content);
      throw new Error('The connection was lost.');
    });
    draft.edit(toggleFlag);
    await settle();
    expect(saving().kind).toBe('failed');
    expect(await draft.flush()).toBe(true);
    expect(lost).toHaveBeenCalledTimes(2);
    expect(program.history()).toHaveLength(1);
    draft.edit(chooseDiagnosis('mel'));
    await settle();
    expect(program.current().revision).toBe(2);
  });
});

describe('flushing', () => {
  it('waits for what is on its way, and for what was typed since', async () => {
    const { program, draft, type } = await window();
    const letGo = program.holdUp();
    draft.edit(toggleFlag);
    type('round');
    const flushed = draft.flush();
    letGo();
    expect(await flushed).toBe(true);
    expect(program.current().content).toMatchObject({ flagged: true, comment: 'round' });
  });

  it('has nothing to wait for where all is stored', async () => {
    const { program, draft } = await window();
    expect(await draft.flush()).toBe(true);
    expect(program.sent).toEqual([]);
  });
});

describe('two windows on one case', () => {
  async function twoWindows() {
    const first = await window();
    const second = await window(first.program);
    second.draft.edit(writeComment('of the second'));
    await settle();
    return { first, second, program: first.program };
  }

  it('ask which answer it is to be, and send nothing until then', async () => {
    const { first, program } = await twoWindows();
    first.draft.edit(toggleFlag);
    await settle();
    expect(first.saving()).toEqual({ kind: 'conflict', theirs: program.current() });
    expect(await first.draft.flush()).toBe(false);
    first.type('more');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(program.current()).toMatchObject({ revision: 1, content: { comment: 'of the second' } });
  });

  it('keep one and the other: mine is stored on top of theirs', async () => {
    const { first, program } = await twoWindows();
    first.draft.edit(toggleFlag);
    await settle();
    first.draft.settle('mine');
    await settle();
    expect(first.saving().kind).toBe('saved');
    expect(program.current()).toMatchObject({ revision: 2, content: { flagged: true, comment: '' } });
    expect(program.history().at(-1)?.content.comment).toBe('of the second');
  });

  it('keep one and the other: theirs is shown, mine comes back by undo', async () => {
    const { first, program } = await twoWindows();
    first.draft.edit(toggleFlag);
    await settle();
    first.draft.settle('theirs');
    expect(first.draft.state()).toMatchObject({ saving: { kind: 'saved' }, answer: { comment: 'of the second' } });
    expect(program.history()).toHaveLength(1);
    first.draft.undo();
    await settle();
    expect(program.current()).toMatchObject({ revision: 2, content: { flagged: true, comment: '' } });
  });

  it('do not ask where both say the same', async () => {
    const { first, program } = await twoWindows();
    first.draft.edit(writeComment('of the second'));
    await settle();
    expect(first.saving()).toEqual({ kind: 'saved', at: program.current().at });
    first.draft.edit(toggleFlag);
    await settle();
    expect(program.current().revision).toBe(2);
  });

  it('show what the other stored, where nothing here would be lost', async () => {
    const { first, program } = await twoWindows();
    first.draft.meet(program.current());
    expect(first.draft.state()).toMatchObject({ canUndo: false, answer: { comment: 'of the second' } });
    first.draft.edit(toggleFlag);
    await settle();
    expect(program.current()).toMatchObject({ revision: 2, content: { flagged: true, comment: 'of the second' } });
  });

  it('leave what is being typed where it is', async () => {
    const { first, program } = await twoWindows();
    first.type('mine');
    first.draft.meet(program.current());
    expect(first.draft.state().answer.comment).toBe('mine');
    await vi.advanceTimersByTimeAsync(TYPING_PAUSE);
    expect(first.saving().kind).toBe('conflict');
  });

  it('take no older revision for news', async () => {
    const { second } = await twoWindows();
    const { reviewerId } = second.draft;
    second.draft.meet({ reviewerId, revision: 0, at: null, answeredBlind: null, content: EMPTY_ANNOTATION });
    expect(second.draft.state().answer.comment).toBe('of the second');
  });
});
