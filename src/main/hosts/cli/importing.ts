import { DIAGNOSES, DIAGNOSIS_NAMES } from '../../../shared/domain/diagnosis.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import type { ImageDecoder } from '../../imaging/index.ts';
import { importImages, type ImportOutcome, type ImportPlan, type Refusal } from '../../services/import/index.ts';
import { listOriginalNames, type Workspace } from '../../store/index.ts';
import type { CommandContext } from './context.ts';
import { countingProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

const DIALECT_NAMES: Readonly<Record<ImportPlan['dialect'], string>> = {
  ham10000: 'HAM10000',
  'isic-archive': 'ISIC Archive export',
  plain: 'plain image_id,dx',
  none: 'images without labels',
};

export const REFUSALS_SHOWN = 10;

/** What the CSV and the folder were read as, before anything is imported. */
export function describePlan(plan: ImportPlan): string[] {
  const diagnoses = DIAGNOSES.filter((diagnosis) => plan.perDiagnosis[diagnosis] > 0);
  return [
    `${plan.rows} rows, read as ${DIALECT_NAMES[plan.dialect]}; ${plan.images.length} name an image in the folder.`,
    ...diagnoses.map(
      (diagnosis) => `  ${diagnosis.padEnd(6)}${plan.perDiagnosis[diagnosis]} ${DIAGNOSIS_NAMES[diagnosis]}`,
    ),
    ...(plan.unlabelled > 0 ? [`  without a diagnosis: ${plan.unlabelled}`] : []),
    ...(plan.repeatedRows > 0 ? [`  ${plan.repeatedRows} rows say the same as one before them.`] : []),
    ...(plan.unnamedFiles > 0
      ? [`  ${plan.unnamedFiles} image files are not named by the CSV and are left alone.`]
      : []),
  ];
}

/** Imports with progress shown. */
export async function importWithProgress(
  workspace: Workspace,
  plan: ImportPlan,
  decoder: ImageDecoder,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ImportOutcome> {
  const counted = countingProgress('reading images');
  const onProgress = ({ done, total }: { done: number; total: number }) => {
    terminal.progress.show(counted(done, total));
  };
  const outcome = await importImages(workspace, plan, { decoder, signal, onProgress });
  terminal.progress.clear();
  return outcome;
}

/** Each refused row or file with its reason, at most `limit` of them. */
export function describeRefusals(refused: readonly Refusal[], limit = Infinity): string[] {
  if (refused.length === 0) return [];
  const shown = refused.slice(0, limit).map(refusalLine);
  const more =
    refused.length > limit ? [`  and ${refused.length - limit} more; "epsiloscope import" names them all.`] : [];
  return [`${refused.length} rows were refused and left out:`, ...shown, ...more];
}

const refusalLine = ({ row, imageId, reason }: Refusal): string => `  row ${row} (${imageId}): ${reason}`;

/** Where the CSV differs from what was imported before; the workspace's word stands. */
export function describeChanges({ changed }: Pick<ImportOutcome, 'changed'>): string[] {
  if (changed.length === 0) return [];
  const lines = changed.map(
    ({ row, imageId, field, stored, offered }) =>
      `  row ${row} (${imageId}): ${field} is ${stored} in the workspace, ${offered} in the CSV`,
  );
  return ['The CSV differs from an earlier import; the workspace keeps what it has:', ...lines];
}

/**
 * Imports what an audit of a folder is made on, with progress shown; the workspace then holds these images and no others.
 *
 * @returns rows and files that were refused, and left out
 * @throws EpsiloscopeError `WORKSPACE_HAS_OTHERS`, `LABELS_CHANGED`, and those of the import
 */
export async function importCohort(
  workspace: Workspace,
  plan: ImportPlan,
  decoder: ImageDecoder,
  { terminal, signal }: CommandContext,
): Promise<readonly Refusal[]> {
  refuseStrangers(workspace, plan);
  terminal.note(describePlan(plan));
  const outcome = await importWithProgress(workspace, plan, decoder, terminal, signal);
  const [first] = outcome.changed.filter(({ field }) => field === 'dx' || field === 'lesionId');
  if (first === undefined) return outcome.refused;
  throw badInput('LABELS_CHANGED', {
    happened: `Row ${first.row} (${first.imageId}) says ${first.field} ${first.offered}; the workspace has ${first.stored} from an earlier import.`,
    kept: 'The workspace, with the labels that it was made with.',
    toDo: 'Choose another --out (or --workspace) for the new labels, so that the two audits stay apart.',
  });
}

/**
 * Imports a part of a data set, all of it or nothing: what is measured on some of its images is measured on another set.
 *
 * @throws EpsiloscopeError `SPLIT_INCOMPLETE`, and those of `importCohort`
 */
export async function importPart(
  workspace: Workspace,
  plan: ImportPlan,
  decoder: ImageDecoder,
  context: CommandContext,
): Promise<void> {
  refuseGaps(plan.refused, plan, context.terminal);
  refuseGaps(await importCohort(workspace, plan, decoder, context), plan, context.terminal);
}

function refuseGaps(refused: readonly Refusal[], { rows }: ImportPlan, terminal: Terminal): void {
  if (refused.length === 0) return;
  terminal.note(refused.map(refusalLine));
  const names = refused.slice(0, REFUSALS_SHOWN).map(({ imageId }) => imageId);
  const more = refused.length > REFUSALS_SHOWN ? ` and ${refused.length - REFUSALS_SHOWN} more` : '';
  throw badInput('SPLIT_INCOMPLETE', {
    happened: `Of ${rows} images of the split, ${refused.length} are missing or refused: ${names.join(', ')}${more}.`,
    kept: 'The look, in its log, if it was one at the test split; no attack was begun.',
    toDo: 'Bring these images back and run the same command again; or, if the folder has CSV files of its own, and they are to be left out, remove their rows there: the result is then one of another set.',
  });
}

/** An audit of a folder must not count images that were imported from another one. */
function refuseStrangers(workspace: Workspace, plan: ImportPlan): void {
  const named = new Set(plan.images.map(({ label }) => label.imageId));
  const strangers = listOriginalNames(workspace.db).filter(({ imageId }) => !named.has(imageId)).length;
  if (strangers === 0) return;
  throw badInput('WORKSPACE_HAS_OTHERS', {
    happened: `The workspace ${workspace.folder} holds ${strangers} images that this folder and CSV do not.`,
    kept: 'The workspace, unchanged.',
    toDo: 'Choose another --out (or --workspace) for this folder; or audit all of that workspace with --workspace alone.',
  });
}
