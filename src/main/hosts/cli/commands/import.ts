import { systemClock } from '../../../../shared/kernel/clock.ts';
import { previewImport } from '../../../services/import/index.ts';
import { openWorkspace } from '../../../store/index.ts';
import type { CommandContext, Outcome } from '../context.ts';
import { describeChanges, describePlan, describeRefusals, importWithProgress } from '../importing.ts';
import { withMachinery } from '../machinery.ts';

export interface ImportFlags {
  readonly labels: string;
  readonly workspace: string;
  readonly preview?: true;
}

/** `epsiloscope import`: images and their diagnoses into a workspace, all that can be taken in one transaction. */
export async function importCommand(
  directory: string,
  flags: ImportFlags,
  { terminal, signal }: CommandContext,
): Promise<Outcome> {
  const plan = await previewImport(directory, flags.labels, signal);
  terminal.say(describePlan(plan));
  if (flags.preview === true) {
    terminal.note(describeRefusals(plan.refused));
    terminal.say('Only a preview: no image was opened, nothing was imported.');
    terminal.answer({ preview: { ...plan, images: plan.images.length } });
    return 'done';
  }
  const workspace = await openWorkspace(flags.workspace, { clock: systemClock, command: 'epsiloscope import' });
  try {
    const outcome = await withMachinery(({ decoder }) =>
      importWithProgress(workspace, plan, decoder, terminal, signal),
    );
    terminal.note([...describeRefusals(outcome.refused), ...describeChanges(outcome)]);
    terminal.say([
      `Imported ${outcome.cases} cases with ${outcome.images} new images into ${workspace.folder}` +
        (outcome.alreadyKnown > 0 ? `; ${outcome.alreadyKnown} were there already.` : '.'),
      `Next: npx epsiloscope audit --workspace ${flags.workspace} --out out/audit`,
    ]);
    terminal.answer({ workspace: workspace.folder, ...outcome });
    return 'done';
  } finally {
    workspace.close();
  }
}
