import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  allRevisions,
  casesAt,
  findRun,
  finishedUnits,
  hashOf,
  listCases,
  openWorkspace,
  unitData,
  unitResults,
  verifyLog,
} from '../../../src/main/store/index.ts';
import { FIRST_ENTRIES, openedWorkspace, options, temporaryFolder } from './support.ts';

const WRITER = join(import.meta.dirname, 'writer.ts');

interface Writer {
  readonly child: ChildProcess;
  readonly lines: AsyncIterableIterator<string>;
  killed(): Promise<void>;
}

function startWriter(folder: string, ...rest: string[]): Writer {
  const child = spawn(process.execPath, [WRITER, folder, ...rest], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return {
    child,
    lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](),
    killed: async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

const inUse = (happened: RegExp) =>
  expect.objectContaining({ code: 'WORKSPACE_IN_USE', message: expect.stringMatching(happened) as string }) as Error;

describe('two writers', () => {
  it('the second process is told who holds the workspace, and gets it once the first was killed', async () => {
    const folder = temporaryFolder();
    const first = startWriter(folder);
    expect(await first.lines.next()).toMatchObject({ value: 'open' });
    const holder = new RegExp(`the writer of the test \\(process ${String(first.child.pid)} on .*, since 20`);
    await expect(openWorkspace(folder, options())).rejects.toThrow(inUse(holder));
    await first.killed();
    expect(verifyLog((await openedWorkspace(folder)).db).intact).toBe(true);
  });

  it('a second try within the holding process neither succeeds nor loosens the lock', async () => {
    const folder = temporaryFolder();
    await openedWorkspace(folder);
    await expect(openWorkspace(folder, options())).rejects.toThrow(inUse(/epsiloscope test/));
    const { child } = startWriter(folder);
    let complaint = '';
    child.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    await once(child, 'close');
    expect(complaint).toContain('WORKSPACE_IN_USE');
  });
});

describe('a writer that is killed at any moment', () => {
  it('loses nothing that it acknowledged, ten times over', async () => {
    const folder = temporaryFolder();
    let acknowledged = -1;
    for (let round = 0; round < 10; round += 1) {
      const writer = startWriter(folder, 'count');
      const enough = acknowledged + 1 + round * 7;
      for await (const line of writer.lines) {
        if (line === 'open') continue;
        acknowledged = Number(line);
        if (acknowledged >= enough) writer.child.kill('SIGKILL');
      }
      await writer.killed();

      const workspace = await openWorkspace(folder, options());
      const run = findRun(workspace.db, hashOf('plan'));
      const stored = finishedUnits(workspace.db, run?.id ?? '');
      expect([...Array(acknowledged + 1).keys()].filter((unit) => !stored.has(`unit-${unit}`))).toEqual([]);
      for (const { unitKey, result } of unitResults(workspace.db, run?.id ?? '')) {
        const unit = Number(unitKey.slice('unit-'.length));
        expect(result).toEqual({ unit });
        const data = unitData(workspace.db, run?.id ?? '', unitKey);
        expect(data?.every((byte) => byte === unit % 256)).toBe(true);
      }
      // Each unit's entry was committed with it: making, opening of the run and nothing else besides.
      expect(verifyLog(workspace.db)).toMatchObject({
        intact: true,
        head: { seq: FIRST_ENTRIES.length + 1 + stored.size },
      });
      workspace.close();
      const database = new Database(join(folder, 'epsiloscope.db'), { readonly: true });
      expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
      database.close();
    }
    expect(acknowledged).toBeGreaterThan(10);
  });

  it('loses no annotation that it acknowledged, and shows the last one', async () => {
    const folder = temporaryFolder();
    let acknowledged = -1;
    for (let round = 0; round < 5; round += 1) {
      const writer = startWriter(folder, 'annotate');
      const enough = acknowledged + 1 + round * 7;
      for await (const line of writer.lines) {
        if (line === 'open') continue;
        acknowledged = Number(line);
        if (acknowledged >= enough) writer.child.kill('SIGKILL');
      }
      await writer.killed();

      const workspace = await openWorkspace(folder, options());
      const said = allRevisions(workspace.db, listCases(workspace.db)[0]?.id ?? '');
      expect(said.length).toBeGreaterThan(acknowledged);
      expect(said.map(({ revision, content }) => [revision, content.comment])).toEqual(
        said.map((_, at) => [at + 1, `remark ${at}`]),
      );
      // The case, the reviewer, and one entry for each revision.
      expect(verifyLog(workspace.db)).toMatchObject({
        intact: true,
        head: { seq: FIRST_ENTRIES.length + 2 + said.length },
      });
      const everything = {
        search: '',
        facets: {},
        worklist: null,
        inTags: true,
        order: 'name',
        descending: false,
      } as const;
      expect(casesAt(workspace.db, everything, 0, 1)).toMatchObject([
        { flag: said.at(-1)?.content.flagged === true ? 'flagged' : 'plain' },
      ]);
      workspace.close();
    }
    expect(acknowledged).toBeGreaterThan(10);
  });
});
