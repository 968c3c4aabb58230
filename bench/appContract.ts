/** The program in this process, asked by its contract as a page asks it. */
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { loopbackCapabilities } from '../src/main/hosts/loopback/host.ts';
import { enginesForAudits } from '../src/main/hosts/node/engines.ts';
import { nodeImagingLauncher } from '../src/main/hosts/node/imagingLauncher.ts';
import { nodeEngineLauncher } from '../src/main/hosts/node/launcher.ts';
import { createProgram } from '../src/main/program.ts';
import type { ApiClient } from '../src/shared/contract/api.ts';
import { FIRST_ATTACK, FIRST_EPSILONS_255 } from '../src/shared/contract/app/cases.ts';
import { epsilonFrom255 } from '../src/shared/domain/epsilon.ts';
import { EVERYTHING } from '../src/shared/domain/library.ts';
import type { Figure } from './appReport.ts';

const ROOT = join(import.meta.dirname, '..');
const WORKERS = join(ROOT, 'src', 'main', 'hosts', 'worker');
const LOOK_EVERY_MILLISECONDS = 500;

async function withProgram<T>(home: string, work: (ask: ApiClient) => Promise<T>): Promise<T> {
  const program = createProgram({
    host: loopbackCapabilities('bench'),
    engineLauncher: (added) => nodeEngineLauncher(join(WORKERS, 'engine.ts'), added),
    imagingLauncher: nodeImagingLauncher(join(WORKERS, 'imaging.ts')),
    engines: enginesForAudits(process.env),
    appFolder: ROOT,
    userFolder: home,
    runtime: {},
  });
  try {
    return await work(createRouterClient(program.api));
  } finally {
    await program.close();
  }
}

/** Imports the demo into a new folder of the program and searches it, which takes minutes. */
export async function makeDemo(home: string, say: (line: string) => void): Promise<void> {
  say('Making the demo');
  await withProgram(home, async (ask) => {
    await ask.session.openDemo();
    for (;;) {
      const works = await ask.work.list();
      const failed = works.find(({ state }) => state === 'failed');
      if (failed !== undefined) throw new Error(failed.error?.explanation.happened);
      if (works.length === 2 && works.every(({ state }) => state === 'done')) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MILLISECONDS));
    }
  });
}

/** Both models attacked at the epsilons of the page at once, one case after the other; the first starts the engine. */
export function attackTimes(home: string, cases: number): Promise<readonly Figure[]> {
  return withProgram(home, async (ask) => {
    const { pair } = await ask.session.openDemo();
    if (pair === null) throw new Error('There are no two models to attack.');
    const { cases: listed } = await ask.library.page({ query: EVERYTHING, offset: 0, limit: cases + 1 });
    const seconds: number[] = [];
    for (const { caseId } of listed) {
      const from = performance.now();
      await Promise.all([pair.first, pair.second].map((model) => examine(ask, caseId, model)));
      seconds.push((performance.now() - from) / 1000);
    }
    const what = `both models x ${FIRST_EPSILONS_255.length} epsilons, PGD-20, one case`;
    return [
      { what, unit: 's', values: seconds.slice(1), aim: { kind: 'below', value: 3 } },
      { what: `${what}, the first, with the engine's start`, unit: 's', values: seconds.slice(0, 1) },
    ];
  });
}

async function examine(ask: ApiClient, caseId: string, modelSha256: string): Promise<void> {
  const epsilons = FIRST_EPSILONS_255.map(epsilonFrom255);
  for await (const event of await ask.cases.examine({ caseId, modelSha256, attack: FIRST_ATTACK, epsilons })) {
    if (event.kind === 'done') return;
  }
  throw new Error('The attack ended without an answer.');
}
