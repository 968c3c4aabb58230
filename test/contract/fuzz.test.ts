/** Whatever a page asks, the program answers or says in its own words why not; it never breaks. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ORPCError } from '@orpc/client';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Program } from '../../src/main/api/host.ts';
import { nodeImagingLauncher } from '../../src/main/hosts/node/imagingLauncher.ts';
import { nodeEngineLauncher } from '../../src/main/hosts/node/launcher.ts';
import { createProgram } from '../../src/main/program.ts';
import { codeOf, explanationOf } from '../../src/renderer/src/api/explanation.ts';
import { smallApp } from '../integration/program/support.ts';
import { examplesAbout } from './examples.ts';
import { inputsLike, PROCEDURES, takesInput } from './fuzz.ts';
import { type Line, TRANSPORTS } from './transports.ts';

const WORKERS = join(import.meta.dirname, '../../src/main/hosts/worker');
const RUNS = 25;

let folder: string;
let program: Program;
let line: Line;
let examples: Readonly<Record<string, unknown>>;

/** What only closes or opens comes last; what follows would have nothing to ask about. */
const ORDER = [...PROCEDURES].sort(
  (first, second) => Number(first.startsWith('session')) - Number(second.startsWith('session')),
);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'epsiloscope-fuzz-'));
  const wasm = { EPSILOSCOPE_BACKEND: 'wasm' };
  program = createProgram({
    host: {
      facts: { kind: 'loopback', platform: 'test', dialogs: false, why: '' },
      chooseFolder: () => Promise.resolve(null),
      reveal: () => undefined,
    },
    engineLauncher: (added) => nodeEngineLauncher(join(WORKERS, 'engine.ts'), { ...wasm, ...added }),
    imagingLauncher: nodeImagingLauncher(join(WORKERS, 'imaging.ts')),
    engines: { processes: 1, threads: '1' },
    appFolder: await smallApp(folder),
    userFolder: join(folder, 'home'),
    runtime: {},
  });
  await program.open({ kind: 'demo' });
  const [, , socket] = TRANSPORTS;
  if (socket === undefined) throw new Error('There is no WebSocket among the transports.');
  line = await socket.connect(program);
  const { client } = line;
  await vi.waitUntil(async () => (await client.library.page(ANY)).total === 3, { timeout: 60_000 });
  const { workspace, reviewer, pair } = await client.session.addReviewer({ name: 'Dr. A', role: '' });
  const [first] = (await client.library.page(ANY)).cases;
  if (workspace === null || reviewer === null || pair === null || first === undefined) throw new Error('No demo.');
  examples = examplesAbout({
    caseId: first.caseId,
    models: [pair.first, pair.second],
    workspace: workspace.id,
    reviewer: reviewer.id,
  });
}, 180_000);

const ANY = {
  query: { search: '', facets: {}, order: 'imported', descending: false, worklist: null },
  offset: 0,
  limit: 1,
} as const;

afterAll(async () => {
  await line.close();
  await program.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  await line.client.session.openDemo();
});

/** How a question went: `answered`, `BAD_REQUEST`, or the code of an error in three parts. */
async function ask(procedure: string, input: unknown): Promise<string> {
  const [group = '', name = ''] = procedure.split('.');
  const groups = line.client as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>;
  try {
    const answer = await groups[group]?.[name]?.(input);
    await endEvents(answer);
    return 'answered';
  } catch (error) {
    return howRefused(error);
  }
}

/** Takes the first event, where there is one soon, and wants no more. */
async function endEvents(answer: unknown): Promise<void> {
  if (typeof answer !== 'object' || answer === null || !(Symbol.asyncIterator in answer)) return;
  const events = answer as AsyncIterableIterator<unknown>;
  const soon = new Promise((resolve) => setTimeout(resolve, 20));
  const first = events.next();
  first.catch(() => undefined);
  await Promise.race([first, soon]);
  await events.return?.();
}

function howRefused(error: unknown): string {
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST') return 'BAD_REQUEST';
  const explanation = explanationOf(error);
  if (explanation === null) return `no typed error: ${String(error)}`;
  const { happened, kept, toDo } = explanation;
  const isComplete = [happened, kept, toDo].every((part) => part.length > 0);
  const code = codeOf(error) ?? '';
  return isComplete && code !== 'UNEXPECTED' ? code : `not explained: ${code} ${happened}`;
}

describe('the contract', () => {
  it('has an example for each question that takes an input', () => {
    expect(PROCEDURES.filter(takesInput).sort()).toEqual(Object.keys(examples).sort());
  });

  it.each(Object.keys(examplesAbout({ caseId: '', models: ['', ''], workspace: '', reviewer: '' })))(
    '%s understands its example',
    async (procedure) => {
      expect(await ask(procedure, examples[procedure])).not.toBe('BAD_REQUEST');
    },
  );
});

describe('whatever it is asked', () => {
  it.each(ORDER)(
    '%s answers, or says why not',
    async (procedure) => {
      await fc.assert(
        fc.asyncProperty(inputsLike(examples[procedure]), async (input) => {
          expect(await ask(procedure, input)).toMatch(/^(answered|[A-Z][A-Z0-9_]+)$/);
        }),
        { numRuns: RUNS, interruptAfterTimeLimit: 60_000 },
      );
      expect((await line.client.program.host()).kind).toBe('loopback');
      expect('polluted' in {}).toBe(false);
    },
    120_000,
  );
});
