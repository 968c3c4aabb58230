import { existsSync, readFileSync } from 'node:fs';
import { cpus, freemem, totalmem, availableParallelism } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { EngineFacts, SelfTest } from '../../../../shared/contract/engine.ts';
import type { CommandContext, Outcome } from '../context.ts';
import { APP_FOLDER, appVersion, BUNDLED_MODELS, withMachinery } from '../machinery.ts';
import { modelFolders } from '../modelFolders.ts';

/** What the setup found out about the native library (tools/native/layOut.mjs writes it). */
const settlementSchema = z.object({
  status: z.enum(['laid', 'absent']),
  source: z.string().optional(),
  folder: z.string().optional(),
  libtensorflow: z.string().optional(),
  reason: z.string().optional(),
  remedy: z.string().optional(),
});
type Settlement = z.infer<typeof settlementSchema>;

const SETTLEMENT = join(APP_FOLDER, 'node_modules', '.cache', 'epsiloscope', 'native.json');
const BINDING = join(APP_FOLDER, 'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node');

const SET_UP = 'Run "npx epsiloscope setup": it needs pip, a C++ compiler and the network.';

interface Findings {
  readonly app: string;
  readonly node: string;
  readonly platform: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  readonly settlement: Settlement | null;
  readonly binding: boolean;
  readonly nvidiaDriver: boolean;
  readonly models: number;
}

/** `epsiloscope doctor`: what is here, what really computes and how fast, and for each thing missing what to do. */
export async function doctorCommand(context: CommandContext): Promise<Outcome> {
  const { terminal, signal } = context;
  const found = findings();
  terminal.say(describeFindings(found));
  const { facts, selfTest } = await withMachinery(async ({ engine }) => {
    const described = await engine.call('describe', undefined, { signal });
    terminal.say(describeEngine(described, engine.width));
    terminal.note('Self-test of about ten seconds ...');
    return { facts: described, selfTest: await engine.call('selfTest', undefined, { signal }) };
  });
  const toDo = remedies(found, facts, selfTest);
  terminal.say([
    ...describeSelfTest(selfTest),
    '',
    ...(toDo.length === 0 ? ['Nothing is missing.'] : ['To do:', ...toDo.map((each) => `- ${each}`)]),
  ]);
  terminal.answer({ ...found, engine: facts, selfTest, cuda: cudaState(facts), toDo });
  return selfTest.repeatable ? 'done' : 'failed';
}

function findings(): Findings {
  return {
    app: appVersion(),
    node: process.version,
    platform: `${process.platform} ${process.arch}, ${cpus()[0]?.model ?? 'CPU unknown'}`,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    settlement: readSettlement(),
    binding: existsSync(BINDING),
    nvidiaDriver: existsSync('/dev/nvidiactl'),
    models: modelFolders([BUNDLED_MODELS]).length,
  };
}

function readSettlement(): Settlement | null {
  try {
    return settlementSchema.parse(JSON.parse(readFileSync(SETTLEMENT, 'utf8')));
  } catch {
    // Set up by other means, or never: what is there is looked at all the same.
    return null;
  }
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
const line = (name: string, value: string): string => `${name.padEnd(17)}${value}`;

const describeFindings = (found: Findings): string[] => [
  line('Epsiloscope', found.app),
  line('Node.js', found.node),
  line('machine', found.platform),
  line('cores, memory', `${found.cores}, ${gigabytes(found.memoryBytes)} (${gigabytes(found.freeMemoryBytes)} free)`),
  line('native binding', found.binding ? 'found' : 'not found'),
  line('native library', setUpInWords(found.settlement)),
  line('NVIDIA driver', found.nvidiaDriver ? 'found' : 'not found'),
  line('bundled models', String(found.models)),
];

function setUpInWords(settlement: Settlement | null): string {
  if (settlement === null) return 'the setup has left no word of it';
  if (settlement.status === 'absent') return `not laid out: ${settlement.reason ?? 'reason unknown'}`;
  return `libtensorflow ${settlement.libtensorflow ?? ''}, laid out from ${settlement.source ?? 'an unknown source'}`;
}

const describeEngine = (facts: EngineFacts, processes: number): string[] => [
  line('computes with', `${facts.backend} on the ${facts.device}, threads: ${facts.threads} (asked of the library)`),
  line(
    'versions',
    Object.entries(facts.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  ),
  line('numerics', `fingerprint ${facts.numericsFingerprint.slice(0, 12)} (${facts.cpu})`),
  line('audits', `engine processes at the same time: ${processes} (EPSILOSCOPE_ENGINES); training: one, on every core`),
  line('CUDA', cudaState(facts)),
];

/** The project's own machines have no GPU: nothing about CUDA is claimed that was not seen to run. */
const cudaState = ({ device }: EngineFacts): string =>
  device === 'GPU' ? 'runs here; the project itself has not run it' : 'not run by the project, and not in use here';

const describeSelfTest = (test: SelfTest): string[] => [
  line(
    'self-test',
    test.repeatable ? 'PASS: the same batch gave the same bits' : 'FAIL: the same batch gave other bits',
  ),
  line('', `forward ${test.forwardMsPerImage.toFixed(2)} ms, input gradient ${test.gradientMsPerImage.toFixed(2)} ms`),
  line('', `per image of the reference network, batch ${test.images}; engine memory ${gigabytes(test.rssBytes)}`),
];

function remedies({ settlement, models }: Findings, facts: EngineFacts, test: SelfTest): string[] {
  const forced = process.env['EPSILOSCOPE_BACKEND'] === 'wasm';
  const absent = facts.backend === 'wasm' && !forced && settlement?.status === 'absent';
  return [
    ...(absent
      ? [`The native library is not laid out: ${settlement.reason ?? ''}; ${settlement.remedy ?? SET_UP}`]
      : []),
    ...facts.notes,
    ...(models === 0 ? ['There is no bundled model. Train one: npx epsiloscope train --help'] : []),
    ...(test.repeatable
      ? []
      : [
          'Results are not repeatable here: do not rely on them. Try EPSILOSCOPE_THREADS=1, or EPSILOSCOPE_BACKEND=wasm.',
        ]),
  ];
}
