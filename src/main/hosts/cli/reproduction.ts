/** What comes before the work of `epsiloscope reproduce`: its models, and the look at its data. */
import { join } from 'node:path';
import { systemClock } from '../../../shared/kernel/clock.ts';
import type { Shard } from '../../services/audit/index.ts';
import type { ImportPlan } from '../../services/import/index.ts';
import { fileSha256, logLooks, paperModels, partName, trainAll, type Look } from '../../services/reproduce/index.ts';
import type { FoundPart } from '../../services/splits/index.ts';
import { tell } from './commands/train.ts';
import type { CommandContext } from './context.ts';
import { commandLineOf } from './exits.ts';
import { appName, BUNDLED_MODELS, SPLIT_LIST, type Machinery } from './machinery.ts';
import { findModel, modelShelves } from './modelFolders.ts';
import type { Split } from './options.ts';
import { countingProgress } from './progress.ts';

export interface ReproduceFlags {
  readonly data?: string;
  readonly out: string;
  readonly workspace?: string;
  readonly models?: readonly string[];
  readonly train?: true;
  readonly epochs?: number;
  readonly split: Split;
  readonly quick?: true;
  readonly certificate?: true;
  readonly sample?: number;
  readonly seed: number;
  readonly shard?: Shard;
  readonly merge?: readonly string[];
  readonly allowMixed?: true;
  readonly compare?: string;
}

/** The folders of the models: trained here, named, or bundled: the paper's four, and any that is bundled beside them. */
export async function modelsFor(
  data: string,
  out: string,
  machinery: Machinery,
  flags: ReproduceFlags,
  context: CommandContext,
): Promise<readonly string[]> {
  if (flags.train === true) return trained(data, out, machinery, flags, context);
  if (flags.models !== undefined) return flags.models.map((model) => findModel(model, modelShelves(null)));
  return paperModels(BUNDLED_MODELS);
}

async function trained(
  data: string,
  out: string,
  machinery: Machinery,
  flags: ReproduceFlags,
  { terminal, signal }: CommandContext,
): Promise<readonly string[]> {
  const training = join(out, 'training');
  const options = { data, splitList: SPLIT_LIST, out: training, seed: flags.seed, epochs: flags.epochs ?? null };
  const counted = countingProgress('reading images');
  const { trainingEngine: engine, decoder } = machinery;
  const directories = await trainAll({ engine, decoder }, options, {
    signal,
    onProgress: ({ done, total }) => {
      terminal.progress.show(counted(done, total));
    },
    onEvent: (recipe, event, epochs) => {
      if (event.kind === 'epoch') terminal.note(`${recipe}:`);
      tell(event, epochs, terminal);
    },
  });
  terminal.progress.clear();
  return directories;
}

/** The models by id and hash; one that is refused should not cost a look. */
export async function openModels(directories: readonly string[], { engine }: Machinery): Promise<Look['models']> {
  const models: Look['models'] = [];
  for (const directory of directories) {
    const { card, sha256 } = await engine.call('loadModel', { directory });
    models.push({ id: card.id, sha256 });
  }
  return models;
}

/** Writes a look at the test split down, and only then reads the labels. */
export async function lookAt(
  part: FoundPart,
  models: Look['models'],
  out: string,
  flags: Pick<ReproduceFlags, 'split' | 'shard'>,
  signal: AbortSignal,
): Promise<{ readonly looks: readonly Look[]; readonly plan: ImportPlan }> {
  const command = commandLineOf(process.argv.slice(2));
  const looks: Look[] =
    flags.split === 'test'
      ? [{ at: systemClock.now(), app: appName(), command, splitSha256: await fileSha256(part.namedBy), models }]
      : [];
  const log = flags.shard === undefined ? 'looks.csv' : partName(flags.shard).replace('.json.gz', '.looks.csv');
  if (looks.length > 0) await logLooks(join(out, log), looks);
  return { looks, plan: await part.read(signal) };
}
