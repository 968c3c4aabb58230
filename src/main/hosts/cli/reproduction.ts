/** What comes before the work of `epsiloscope reproduce`: its models, and the look at its data. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../shared/kernel/clock.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import type { Shard } from '../../services/audit/index.ts';
import { previewImport, type ImportPlan } from '../../services/import/index.ts';
import { isModelPackage } from '../../services/models/index.ts';
import { fileSha256, logLooks, PAPER_RECIPES, partName, trainAll, type Look } from '../../services/reproduce/index.ts';
import { tell } from './commands/train.ts';
import type { CommandContext } from './context.ts';
import { commandLineOf } from './exits.ts';
import { appName, BUNDLED_MODELS, type Machinery } from './machinery.ts';
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

/** The folders of the models: trained here, named, or bundled: the paper's four, and any that was bundled because it beat them. */
export async function modelsFor(
  data: string,
  out: string,
  machinery: Machinery,
  flags: ReproduceFlags,
  context: CommandContext,
): Promise<readonly string[]> {
  if (flags.train === true) return trained(data, out, machinery, flags, context);
  if (flags.models !== undefined) return flags.models.map((model) => findModel(model, modelShelves(null)));
  const bundled = [...PAPER_RECIPES, 'trades'].map((id) => join(BUNDLED_MODELS, id));
  return bundled.filter(isModelPackage);
}

async function trained(
  data: string,
  out: string,
  machinery: Machinery,
  flags: ReproduceFlags,
  { terminal, signal }: CommandContext,
): Promise<readonly string[]> {
  const options = { data, out: join(out, 'training'), seed: flags.seed, epochs: flags.epochs ?? null };
  const counted = countingProgress('reading images');
  const directories = await trainAll(machinery, options, {
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

/**
 * Writes a look at the test split down before the split is read. The models are opened first: one that is refused should
 * not cost a look.
 */
export async function lookAt(
  data: string,
  out: string,
  directories: readonly string[],
  { engine }: Machinery,
  flags: Pick<ReproduceFlags, 'split' | 'shard'>,
): Promise<{ readonly looks: readonly Look[]; readonly plan: ImportPlan }> {
  const csv = join(data, `${flags.split}.csv`);
  if (!existsSync(csv)) {
    throw badInput('SPLIT_MISSING', {
      happened: `${data} does not hold ${flags.split}.csv.`,
      kept: 'Nothing was changed.',
      toDo: 'Name the folder that holds the CSV and the images (in it or in images/), or another --split.',
    });
  }
  const models: Look['models'] = [];
  for (const directory of directories) {
    const { card, sha256 } = await engine.call('loadModel', { directory });
    models.push({ id: card.id, sha256 });
  }
  const command = commandLineOf(process.argv.slice(2));
  const looks: Look[] =
    flags.split === 'test'
      ? [{ at: systemClock.now(), app: appName(), command, splitSha256: await fileSha256(csv), models }]
      : [];
  const log = flags.shard === undefined ? 'looks.csv' : partName(flags.shard).replace('.json.gz', '.looks.csv');
  if (looks.length > 0) await logLooks(join(out, log), looks);
  const images = existsSync(join(data, 'images')) ? join(data, 'images') : data;
  return { looks, plan: await previewImport(images, csv) };
}
