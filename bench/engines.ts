/** How many steps of an attack engines of so many processes and threads take in a second, on this machine. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pgd } from '../src/main/engine/attacks/index.ts';
import { randomStream } from '../src/main/engine/randomness.ts';
import { nodeEngineLauncher } from '../src/main/hosts/node/launcher.ts';
import { createEnginePool } from '../src/main/services/engine/index.ts';
import type { AttackRequest, Engine } from '../src/shared/contract/engine.ts';
import { sha256 } from '../src/shared/kernel/ids.ts';

const USAGE = `node bench/engines.ts [--model DIR] [--seconds N] [--repetitions N] PROCESSESxTHREADS...

  PROCESSESxTHREADS   such as 1x2 2x1: two threads in one process, one thread in each of two
  --model DIR         model package with 64x64 inputs (default: resources/models/pgd)
  --seconds N         of each measurement (default: 10)
  --repetitions N     the contenders take turns this often (default: 3)
`;

const OPTIONS = {
  model: { type: 'string', default: 'resources/models/pgd' },
  seconds: { type: 'string', default: '10' },
  repetitions: { type: 'string', default: '3' },
} as const;

const IMAGES = 32;
const STEPS = 20;

/** One batch of noise under PGD-20 at an epsilon that changes no verdict, so that every image takes every step. */
function request(modelSha256: AttackRequest['modelSha256']): AttackRequest {
  const stream = randomStream('bench', 1, 'engines');
  const pixels = Uint8Array.from({ length: IMAGES * 64 * 64 * 3 }, () => Math.floor(256 * stream.next()));
  return {
    modelSha256,
    inputs: {
      height: 64,
      width: 64,
      pixels,
      imageSha256: Array.from({ length: IMAGES }, (_, at) => sha256(at.toString(16).padStart(64, '0'))),
    },
    labels: Array.from({ length: IMAGES }, () => null),
    attack: pgd({ steps: STEPS, criterion: { kind: 'verdictChanged' } }),
    epsilons: [1e-6],
    seed: 1,
    wantAdversarials: false,
    broken: null,
    carry: false,
  };
}

/** Image steps a second, with as many batches under way as the engine takes. */
async function stepsPerSecond(engine: Engine, directory: string, seconds: number): Promise<number> {
  await engine.call('describe', undefined);
  const { sha256: modelSha256 } = await engine.call('loadModel', { directory });
  const asked = request(modelSha256);
  // The first batch of each process takes longer.
  await Promise.all(Array.from({ length: engine.width }, () => engine.call('attack', asked)));
  const from = performance.now();
  let batches = 0;
  const work = async (): Promise<void> => {
    while (performance.now() - from < 1000 * seconds) {
      await engine.call('attack', asked);
      batches += 1;
    }
  };
  await Promise.all(Array.from({ length: engine.width }, work));
  return (1000 * batches * IMAGES * STEPS) / (performance.now() - from);
}

async function main(): Promise<void> {
  const { values: flags, positionals: contenders } = parseArgs({ options: OPTIONS, allowPositionals: true });
  if (contenders.length === 0 || contenders.some((name) => !/^\d+x\d+$/.test(name))) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const rates = new Map<string, number[]>(contenders.map((name) => [name, []]));
  for (let repetition = 0; repetition < Number(flags.repetitions); repetition += 1) {
    for (const name of contenders) {
      const [processes = '1', threads = '1'] = name.split('x');
      const entry = join(import.meta.dirname, '../src/main/hosts/worker/engine.ts');
      const engine = createEnginePool(nodeEngineLauncher(entry, { EPSILOSCOPE_THREADS: threads }), Number(processes));
      const rate = await stepsPerSecond(engine, flags.model, Number(flags.seconds)).finally(() => engine.close());
      rates.get(name)?.push(rate);
      console.error(`${name}: ${rate.toFixed(0)}`);
    }
  }
  console.log('| processes x threads | image steps a second |\n| --- | --: |');
  for (const [name, each] of rates) {
    const sorted = each.toSorted((a, b) => a - b);
    const [low = NaN, middle = NaN, high = NaN] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
    console.log(`| ${name} | ${middle.toFixed(0)} (${low.toFixed(0)} to ${high.toFixed(0)}) |`);
  }
}

await main();
