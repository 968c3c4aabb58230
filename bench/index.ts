/** `npm run bench`: see docs/performance.md. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { cpuFacts } from '../src/main/engine/backend/cpu.ts';
import { modelCardSchema } from '../src/shared/contract/modelCard.ts';
import {
  CONTENDER_IDS,
  findPeerPython,
  startEngine,
  startPeer,
  writeUntrainedPackages,
  type Contender,
  type ContenderId,
  type NotRun,
} from './contenders.ts';
import { writeInputs } from './inputs.ts';
import { measureAll, type Effort, type Subjects } from './measure.ts';
import { CURVE_EPSILONS } from './protocol.ts';
import { markdown, type BenchResults } from './report.ts';
import { UNTRAINED_IDS } from './untrained.ts';

const ROOT = join(import.meta.dirname, '..');
const DEMO = join(ROOT, 'resources', 'demo');
const FULL: Effort = { calls: 8, repetitions: 5, curveRepetitions: 3, imageCount: 64 };
const QUICK: Effort = { calls: 1, repetitions: 2, curveRepetitions: 1, imageCount: 8 };
const SEED = 1;

const USAGE = `npm run bench -- [options]

  --quick            8 images, 2 repetitions: shows that everything runs; measures nothing worth keeping
  --out DIR          where <date>-<cpu>.json and latest.md go (default: bench/results; with --quick: nowhere)
  --only LIST        of ${CONTENDER_IDS.join(', ')} (default: all)
  --models DIR       with the packages standard/ and pgd/ for the curves (default: resources/models)
  --images DIR --labels CSV
                     JPEG photographs with image_id,dx (default: the demo's)
  --repetitions N, --curve-repetitions N

EPSILOSCOPE_BENCH_PYTHON names a Python with torch and torchattacks (default: .venv/bin/python, else python3).
`;

const OPTIONS = {
  quick: { type: 'boolean', default: false },
  out: { type: 'string' },
  only: { type: 'string', default: CONTENDER_IDS.join() },
  models: { type: 'string', default: join(ROOT, 'resources', 'models') },
  images: { type: 'string', default: join(DEMO, 'images') },
  labels: { type: 'string', default: join(DEMO, 'labels.csv') },
  repetitions: { type: 'string' },
  'curve-repetitions': { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

type Flags = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

const say = (line: string): void => {
  console.error(line);
};

function effortOf(flags: Flags): Effort {
  const effort = flags.quick ? QUICK : FULL;
  const count = (text: string | undefined, byDefault: number) => {
    const value = text === undefined ? byDefault : Number(text);
    if (Number.isInteger(value) && value >= 1) return value;
    throw new Error(`${String(text)} is no number of repetitions.`);
  };
  return {
    ...effort,
    repetitions: count(flags.repetitions, effort.repetitions),
    curveRepetitions: count(flags['curve-repetitions'], effort.curveRepetitions),
  };
}

function wantedContenders(only: string): ContenderId[] {
  const names = only.split(',');
  const unknown = names.find((name) => !(CONTENDER_IDS as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(`--only knows no "${unknown}": choose of ${CONTENDER_IDS.join(', ')}.`);
  return CONTENDER_IDS.filter((id) => names.includes(id));
}

async function startContenders(wanted: readonly ContenderId[], inputs: string): Promise<[Contender[], NotRun[]]> {
  const contenders: Contender[] = [];
  const notRun: NotRun[] = CONTENDER_IDS.filter((id) => !wanted.includes(id)).map((what) => ({
    what,
    why: 'It was left out with --only',
  }));
  const peer = findPeerPython(ROOT);
  const threads = os.availableParallelism();
  const start = (id: ContenderId): Promise<Contender> => {
    if (id === 'native' || id === 'wasm') return startEngine(id, inputs);
    if ('why' in peer) throw new Error(peer.why);
    return startPeer(peer.python, id === 'torch-nchw' ? 'nchw' : 'channels_last', threads, inputs);
  };
  for (const what of wanted) {
    try {
      contenders.push(await start(what));
    } catch (error) {
      notRun.push({ what, why: error instanceof Error ? error.message : String(error) });
    }
  }
  return [contenders, notRun];
}

function subjectsIn(untrained: string, bundled: string): [Subjects, NotRun[]] {
  const folders = ['standard', 'pgd'].map((id) => ({ id, folder: join(bundled, id) }));
  const present = folders.filter(({ folder }) => existsSync(folder));
  const timed = Object.fromEntries(UNTRAINED_IDS.map((id) => [id, join(untrained, id)]));
  const curves = Object.fromEntries(present.map(({ id, folder }) => [id, folder]));
  const missing = folders.filter((one) => !present.includes(one));
  const notRun = missing.map(({ id }) => ({
    what: `security curve of ${id}`,
    why: `${relative(ROOT, bundled)} holds no model of that name`,
  }));
  return [{ timed, curves }, notRun];
}

async function describeModels({ timed, curves }: Subjects): Promise<BenchResults['models']> {
  return Promise.all(
    Object.entries({ ...timed, ...curves }).map(async ([id, folder]) => {
      const bytes = await readFile(join(folder, 'card.json'));
      const { architecture } = modelCardSchema.parse(JSON.parse(bytes.toString('utf8')));
      return { id, parameters: architecture.parameters, sha256: createHash('sha256').update(bytes).digest('hex') };
    }),
  );
}

const SPEED_VARIABLES = /^(EPSILOSCOPE_(THREADS|BACKEND)|OMP_|MKL_|TF_(NUM|ENABLE|FORCE|XLA)_|MALLOC_|KMP_|LD_PRELOAD)/;

async function bench(flags: Flags, scratch: string): Promise<BenchResults> {
  const effort = effortOf(flags);
  const started = { at: new Date().toISOString(), load: os.loadavg()[0] ?? Number.NaN };
  const wanted = wantedContenders(flags.only);
  const untrained = join(scratch, 'models');
  await writeUntrainedPackages(untrained);
  const folder = join(scratch, 'inputs');
  const images = await writeInputs(flags, effort.imageCount, SEED, folder);
  const [subjects, missingModels] = subjectsIn(untrained, flags.models);
  const [contenders, missingContenders] = await startContenders(wanted, folder);
  try {
    const { series, memory } = await measureAll(contenders, subjects, effort, say);
    return {
      format: 'epsiloscope.bench',
      formatVersion: 1,
      startedAt: started.at,
      command: ['npm run bench --', ...process.argv.slice(2)].join(' '),
      machine: {
        cpu: cpuFacts().name,
        cores: os.availableParallelism(),
        memoryBytes: os.totalmem(),
        platform: `${os.platform()} ${os.arch()}`,
        loadBefore: started.load,
      },
      threads: Math.max(...contenders.map(({ threads }) => threads)),
      versions: Object.assign({}, ...contenders.map(({ versions }) => versions)) as Record<string, string>,
      environment: Object.fromEntries(
        Object.entries(process.env).flatMap(([name, value]) =>
          SPEED_VARIABLES.test(name) && value !== undefined ? [[name, value]] : [],
        ),
      ),
      models: await describeModels(subjects),
      images: { source: relative(ROOT, flags.images), n: effort.imageCount, sha256: images.sha256 },
      effort,
      epsilons255: CURVE_EPSILONS,
      series,
      memory,
      notRun: [...missingContenders, ...missingModels],
    };
  } finally {
    for (const contender of contenders) contender.close();
  }
}

async function write(folder: string, results: BenchResults): Promise<void> {
  const cpu = results.machine.cpu
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${results.startedAt.slice(0, 10)}-${cpu}.json`);
  await writeFile(path, `${JSON.stringify(results, null, 1)}\n`);
  await writeFile(join(folder, 'latest.md'), markdown(results));
  say(`Written: ${path} and latest.md beside it.`);
}

async function main(): Promise<void> {
  const flags = parseArgs({ options: OPTIONS }).values;
  if (flags.help) {
    console.log(USAGE);
    return;
  }
  const scratch = await mkdtemp(join(os.tmpdir(), 'epsiloscope-bench-'));
  try {
    const results = await bench(flags, scratch);
    console.log(markdown(results));
    const out = flags.out ?? (flags.quick ? undefined : join(ROOT, 'bench', 'results'));
    if (out !== undefined) await write(out, results);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

await main();
