import { dirname, join } from 'node:path';
import type { Budget } from '../../../../shared/contract/audit.ts';
import type { Norm } from '../../../../shared/domain/attack.ts';
import { systemClock } from '../../../../shared/kernel/clock.ts';
import { badInput } from '../../../../shared/kernel/errors.ts';
import { auditTable } from '../../../reports/index.ts';
import { runAudit, type AuditAttackName, type AuditRun } from '../../../services/audit/index.ts';
import { previewImport } from '../../../services/import/index.ts';
import { openWorkspace, openWorkspaceToRead, type Workspace } from '../../../store/index.ts';
import { auditFiles, staleFiles } from '../auditFiles.ts';
import type { CommandContext, Outcome } from '../context.ts';
import { describeRefusals, importCohort, REFUSALS_SHOWN } from '../importing.ts';
import { appName, DEMO, withMachinery, type Machinery } from '../machinery.ts';
import { findModel, modelShelves } from '../modelFolders.ts';
import { provenFolder, writeFiles } from '../outFolder.ts';

export interface AuditFlags {
  readonly labels?: string;
  readonly workspace?: string;
  readonly models: readonly string[];
  readonly attacks: readonly AuditAttackName[];
  readonly epsilons: readonly number[];
  readonly norm: Norm;
  readonly budget: Budget;
  readonly certificate?: true;
  readonly sample?: number;
  readonly seed: number;
  readonly exportArrays?: true;
  readonly originalIds?: true;
  readonly out?: string;
}

/** Where the cases come from. */
type Source =
  | { readonly kind: 'demo' | 'folder'; readonly directory: string; readonly labels: string }
  | { readonly kind: 'workspace' };

/** `epsiloscope audit`: the demo, a folder, or a workspace, attacked with every model; run again, it goes on. */
export async function auditCommand(
  directory: string | undefined,
  flags: AuditFlags,
  context: CommandContext,
): Promise<Outcome> {
  const source = sourceOf(directory, flags);
  const plan =
    source.kind === 'workspace' ? null : await previewImport(source.directory, source.labels, context.signal);
  if (flags.workspace !== undefined && source.kind === 'workspace') openWorkspaceToRead(flags.workspace).close();
  const models = flags.models.map((model) => findModel(model, modelShelves(flags.workspace ?? null)));
  const out = await provenFolder(flags.out ?? (source.kind === 'demo' ? 'out/demo' : 'out/audit'));
  const folder = flags.workspace ?? join(out, 'workspace');
  const workspace = await openWorkspace(folder, { clock: systemClock, command: 'epsiloscope audit' });
  try {
    await withMachinery(async (machinery) => {
      const refused = plan === null ? [] : await importCohort(workspace, plan, machinery.decoder, context);
      context.terminal.note(describeRefusals(refused, REFUSALS_SHOWN));
      const run = await audit(workspace, models, machinery, flags, context);
      await writeResults(out, run, flags, source, context);
    });
    return 'done';
  } finally {
    workspace.close();
  }
}

function sourceOf(directory: string | undefined, { labels, workspace }: AuditFlags): Source {
  if (directory !== undefined && labels !== undefined) return { kind: 'folder', directory, labels };
  if (directory !== undefined)
    throw incomplete(`${directory} has no labels`, 'Name the CSV of diagnoses with --labels.');
  if (labels !== undefined) throw incomplete('--labels has no images', 'Name the folder of images before it.');
  if (workspace !== undefined) return { kind: 'workspace' };
  return { kind: 'demo', directory: DEMO.images, labels: DEMO.labels };
}

const incomplete = (what: string, toDo: string) =>
  badInput('USAGE', { happened: `The command is incomplete: ${what}.`, kept: 'Everything; nothing was begun.', toDo });

async function audit(
  workspace: Workspace,
  modelDirectories: readonly string[],
  { engine, decoder }: Machinery,
  flags: AuditFlags,
  { terminal, signal }: CommandContext,
): Promise<AuditRun> {
  const run = await runAudit(
    { workspace, engine, decoder, clock: systemClock, app: appName() },
    {
      modelDirectories,
      attacks: flags.attacks,
      epsilons: flags.epsilons,
      norm: flags.norm,
      budget: flags.budget,
      certificate: flags.certificate === true,
      sample: flags.sample ?? null,
      seed: flags.seed,
      keepAdversarials: flags.exportArrays === true,
      originalIds: flags.originalIds === true,
    },
    {
      signal,
      onProgress: (progress) => {
        terminal.progress.show(progress);
      },
    },
  );
  terminal.progress.clear();
  return run;
}

async function writeResults(
  out: string,
  run: AuditRun,
  flags: AuditFlags,
  source: Source,
  { terminal }: CommandContext,
): Promise<void> {
  const files = auditFiles(run, flags.exportArrays === true ? flags : null);
  await writeFiles(out, files, staleFiles(out, files));
  const content = { ...run.audit.content, cases: undefined };
  const written = files.map(({ name }) => join(out, name));
  terminal.say([
    ...auditTable(run.audit, run.originalIds),
    '',
    ...(run.fromFile ? ['Nothing was computed: all of this was on file.', ''] : []),
    'Written:',
    ...summary(written),
    '',
    ...nextSteps(out, source),
  ]);
  terminal.answer({ ...run.audit, content, fromFile: run.fromFile, out, files: written });
}

/** Arrays are many, and lie in one folder. */
function summary(paths: readonly string[]): string[] {
  const arrays = paths.filter((path) => path.endsWith('.npy'));
  const folder = arrays.slice(0, 1).map((path) => `  ${dirname(path)} (${arrays.length} NPY files)`);
  return [...folder, ...paths.filter((path) => !arrays.includes(path)).map((path) => `  ${path}`)];
}

const nextSteps = (out: string, source: Source): string[] => [
  'Next:',
  `  read ${join(out, 'audit.md')}     (the page for people)`,
  `  npx epsiloscope verify ${join(out, 'audit.json')}`,
  ...(source.kind === 'demo'
    ? ['  npx epsiloscope audit FOLDER --labels CSV --out out/mine     (your own images)']
    : []),
];
