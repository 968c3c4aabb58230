import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { auditSchema, type Audit, type AuditContent } from '../../../../shared/contract/audit.ts';
import { epsilonFrom255 } from '../../../../shared/domain/epsilon.ts';
import { systemClock } from '../../../../shared/kernel/clock.ts';
import { badInput } from '../../../../shared/kernel/errors.ts';
import { auditTable } from '../../../reports/index.ts';
import {
  runAudit,
  runShard,
  type AuditControl,
  type AuditDependencies,
  type AuditOptions,
  type AuditRun,
  type Shard,
} from '../../../services/audit/index.ts';
import {
  isPartName,
  logLooks,
  mergeParts,
  partBytes,
  partName,
  readPart,
  refuseOtherImages,
  refuseOtherPlan,
  type Look,
} from '../../../services/reproduce/index.ts';
import { findPart } from '../../../services/splits/index.ts';
import { listCases, openWorkspace, type Workspace } from '../../../store/index.ts';
import { agreementInWords, agreementOf } from '../agreement.ts';
import type { CommandContext, Outcome } from '../context.ts';
import { importPart } from '../importing.ts';
import { appName, SPLIT_LIST, withMachinery } from '../machinery.ts';
import { provenFolder, textFile, writeFiles } from '../outFolder.ts';
import { lookAt, modelsFor, openModels, type ReproduceFlags } from '../reproduction.ts';
import { figureFiles, staleFigures } from '../figureFiles.ts';

const MATRIX_EPSILONS = [1, 2, 4, 8].map(epsilonFrom255);

/** `epsiloscope reproduce`: the founding paper's experiment, whole, as one shard of it, or joined from its shards. */
export async function reproduceCommand(flags: ReproduceFlags, context: CommandContext): Promise<Outcome> {
  refuseContradictions(flags);
  if (flags.merge !== undefined) return mergeCommand(flags.merge, flags, context);
  const { data } = flags;
  if (data === undefined) {
    throw usage('It names no data.', 'Name the folder of HAM10000, or of images and their CSV files, with --data.');
  }
  const there = flags.compare === undefined ? null : (await readMatrix(flags.compare)).content;
  const planned = { seed: flags.seed, epsilons: MATRIX_EPSILONS };
  if (there !== null) refuseOtherPlan({ ...planned, models: [] }, there);
  const part = await findPart(data, flags.split, SPLIT_LIST);
  const out = await provenFolder(flags.out);
  return withMachinery(async (machinery) => {
    const directories = await modelsFor(data, out, machinery, flags, context);
    const models = await openModels(directories, machinery);
    if (there !== null) refuseOtherPlan({ ...planned, models }, there);
    const { plan, looks } = await lookAt(part, models, out, flags, context.signal);
    const workspace = await openWorkspace(flags.workspace ?? join(out, 'workspace'), {
      clock: systemClock,
      command: 'epsiloscope reproduce',
    });
    try {
      await importPart(workspace, plan, machinery.decoder, context);
      if (there !== null) refuseOtherImages(hashesIn(workspace), flags.sample ?? null, there);
      const dependencies = { workspace, ...machinery, clock: systemClock, app: appName() };
      const options = optionsOf(directories, flags);
      if (flags.shard !== undefined) return await shardOf(flags.shard, out, looks, dependencies, options, context);
      const run = await runAudit(dependencies, options, controlOf(context));
      context.terminal.progress.clear();
      return await writeMatrix(out, run.audit, { run, there }, context);
    } finally {
      workspace.close();
    }
  });
}

/** Of the picture of each case; a picture may have two names. */
const hashesIn = ({ db }: Workspace): readonly string[] => listCases(db).map(({ imageSha256 }) => imageSha256);

/** Options that would not mean what they seem to, together. */
function refuseContradictions({ shard, merge, compare, train, models }: ReproduceFlags): void {
  if (compare !== undefined && (shard !== undefined || merge !== undefined)) {
    throw usage(
      'Only a run of its own can be compared, no shard and no merge.',
      'Compare a run with a smaller --sample.',
    );
  }
  if (train === true && (shard !== undefined || models !== undefined)) {
    const toDo = 'Train once; then name the models, the same for every shard, with --models out/training/standard,...';
    throw usage('--train makes new models: it goes with neither --models nor --shard.', toDo);
  }
}

const usage = (happened: string, toDo: string) =>
  badInput('USAGE', {
    happened: `The command cannot be run like this: ${happened}`,
    kept: 'Everything; nothing was begun.',
    toDo,
  });

const optionsOf = (modelDirectories: readonly string[], flags: ReproduceFlags): AuditOptions => ({
  modelDirectories,
  attacks: ['noise', 'fgsm', 'pgd'],
  epsilons: MATRIX_EPSILONS,
  norm: 'linf',
  budget: flags.quick === true ? 'quick' : 'full',
  certificate: flags.certificate === true,
  sample: flags.sample ?? null,
  seed: flags.seed,
  keepAdversarials: false,
  originalIds: false,
});

const controlOf = ({ terminal, signal }: CommandContext): AuditControl => ({
  signal,
  onProgress: (progress) => {
    terminal.progress.show(progress);
  },
});

async function shardOf(
  shard: Shard,
  out: string,
  looks: readonly Look[],
  dependencies: AuditDependencies,
  options: AuditOptions,
  context: CommandContext,
): Promise<Outcome> {
  const result = await runShard(dependencies, options, shard, controlOf(context));
  context.terminal.progress.clear();
  const name = partName(shard);
  const bytes = partBytes(result, looks);
  await writeFiles(out, [{ name, write: (path) => writeFile(path, bytes, { flush: true }) }], []);
  context.terminal.say([
    `Shard ${shard.number} of ${shard.of} is computed: ${join(out, name)}`,
    `When all are: npx epsiloscope reproduce --merge ${out} --out out/matrix`,
  ]);
  context.terminal.answer({ shard, file: join(out, name), units: result.units.length });
  return 'done';
}

async function mergeCommand(
  paths: readonly string[],
  flags: ReproduceFlags,
  context: CommandContext,
): Promise<Outcome> {
  const parts = [];
  for (const file of paths.flatMap(partFiles)) parts.push(await readPart(file));
  const allowMixed = flags.allowMixed === true;
  const audit = mergeParts(parts, { allowMixed, clock: systemClock, app: appName() });
  const out = await provenFolder(flags.out);
  const looks = parts.flatMap((part) => part.looks);
  if (looks.length > 0) await logLooks(join(out, 'looks.csv'), looks);
  return writeMatrix(out, audit, null, context);
}

/** A file as it is; of a folder the shard files in it. */
function partFiles(path: string): string[] {
  if (!existsSync(path) || !statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter(isPartName)
    .sort()
    .map((name) => join(path, name));
}

/** What computed an audit here, and another to compare it with. */
interface Computed {
  readonly run: AuditRun;
  readonly there: AuditContent | null;
}

/**
 * Writes the result, then compares it: whatever comes of that, the result is kept.
 *
 * @param computed null where the audit was merged
 */
async function writeMatrix(
  out: string,
  audit: Audit,
  computed: Computed | null,
  { terminal }: CommandContext,
): Promise<Outcome> {
  // matrix.json, which all others are made of, comes last: where it stands they are whole.
  const files = [...figureFiles(audit, 'matrix.md'), textFile('matrix.json', `${JSON.stringify(audit)}\n`)];
  await writeFiles(out, files, staleFigures(out, files));
  const written = files.map(({ name }) => join(out, name));
  const run = computed?.run;
  terminal.say([
    ...auditTable(audit, run?.originalIds ?? audit.content.cases.map(({ imageId }) => imageId)),
    '',
    ...(run?.fromFile === true ? ['Nothing was computed: all of this was on file.', ''] : []),
    'Written:',
    ...written.map((path) => `  ${path}`),
    '',
    'Next:',
    `  read ${join(out, 'matrix.md')}     (the page for people)`,
    `  npx epsiloscope verify ${join(out, 'matrix.json')}`,
  ]);
  const agreement = computed?.there ? await agreementOf(computed.run, computed.there) : null;
  if (agreement !== null) terminal.say(['', ...agreementInWords(agreement)]);
  const content = { ...audit.content, cases: undefined };
  terminal.answer({ ...audit, content, fromFile: run?.fromFile ?? false, out, files: written, agreement });
  return agreement?.agrees === false ? 'failed' : 'done';
}

async function readMatrix(file: string): Promise<Audit> {
  try {
    return auditSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw badInput(
      'MATRIX_UNREADABLE',
      {
        happened: `${file} is no result that a run could be compared with: it cannot be read, or has another form.`,
        kept: 'Everything; nothing was begun.',
        toDo: 'Name a matrix.json (or audit.json), such as docs/results/matrix.json.',
      },
      { cause: error },
    );
  }
}
