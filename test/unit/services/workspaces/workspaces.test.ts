import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Workspaces } from '../../../../src/main/services/workspaces/index.ts';
import { openedWorkspace, steppingClock, temporaryFolder } from '../../../integration/store/support.ts';

function workspaces(userFolder = temporaryFolder()) {
  const desk = new Workspaces({ clock: steppingClock(), userFolder });
  onTestFinished(() => {
    desk.close();
  });
  return { userFolder, desk };
}

describe('the open workspace', () => {
  it('is none at first', () => {
    const { desk } = workspaces();
    expect(desk.facts).toBeNull();
    expect(() => desk.current).toThrow('No workspace is open');
  });

  it('is made where there is none, and known by its folder', async () => {
    const { desk } = workspaces();
    const folder = join(temporaryFolder(), 'Board');
    const workspace = await desk.open(folder);
    expect(desk.facts).toEqual({ id: workspace.id, name: 'Board', folder, demo: false });
    expect(await desk.open(folder)).toBe(workspace);
  });

  it('stays open where another one cannot be opened', async () => {
    const { desk } = workspaces();
    const first = await desk.open(desk.folderOfOwn('mine'));
    const taken = await openedWorkspace();
    await expect(desk.open(taken.folder)).rejects.toMatchObject({ code: 'WORKSPACE_IN_USE' });
    expect(desk.current).toBe(first);
  });

  it('is opened anew where its folder was replaced, and is the same once it is back', async () => {
    const { desk } = workspaces();
    const first = await desk.open(desk.folderOfOwn('mine'));
    renameSync(first.folder, `${first.folder}-moved`);
    expect(desk.isOpenAt(first.folder)).toBe(false);
    expect(desk.current).toBe(first);
    renameSync(`${first.folder}-moved`, first.folder);
    expect(await desk.open(first.folder)).toBe(first);

    renameSync(first.folder, `${first.folder}-before`);
    cpSync(`${first.folder}-before`, first.folder, { recursive: true });
    const second = await desk.open(first.folder);
    expect(second).not.toBe(first);
    expect(second.id).toBe(first.id);
    second.db.change({ act: 'run.finished', details: { runId: 'r' } }, () => undefined);
  });

  it('is the demo where it lies in the place of the demo', async () => {
    const { desk } = workspaces();
    await desk.open(desk.demoFolder);
    expect(desk.facts?.demo).toBe(true);
  });
});

describe('workspaces that were open last', () => {
  it('are listed with the last one first, each once, also by the next program', async () => {
    const { desk, userFolder } = workspaces();
    for (const name of ['one', 'two', 'one']) await desk.open(desk.folderOfOwn(name));
    desk.close();
    const { desk: next } = workspaces(userFolder);
    expect(next.recent().map(({ name, present }) => [name, present])).toEqual([
      ['one', true],
      ['two', true],
    ]);
    const [, two] = next.recent();
    await next.open(next.folderOfRecent(two?.id ?? ''));
    expect(next.facts?.name).toBe('two');
  });

  it('that are gone are said to be', async () => {
    const { desk } = workspaces();
    const { folder } = await desk.open(desk.folderOfOwn('one'));
    desk.close();
    renameSync(folder, `${folder}-moved`);
    expect(desk.recent()).toMatchObject([{ name: 'one', present: false }]);
    const [gone] = desk.recent();
    expect(() => desk.folderOfRecent(gone?.id ?? '')).toThrow(/is not in .* now/);
    expect(() => desk.folderOfRecent('00000000-0000-4000-8000-000000000000')).toThrow('not among those');
  });

  it('are none where the list cannot be understood', () => {
    const userFolder = temporaryFolder();
    mkdirSync(userFolder, { recursive: true });
    writeFileSync(join(userFolder, 'recent.json'), 'x');
    expect(workspaces(userFolder).desk.recent()).toEqual([]);
    rmSync(join(userFolder, 'recent.json'));
  });
});
