import { DIAGNOSES, DIAGNOSIS_NAMES } from '../../../shared/domain/diagnosis.ts';
import type { ImageDecoder } from '../../imaging/index.ts';
import { importImages, type ImportOutcome, type ImportPlan, type Refusal } from '../../services/import/index.ts';
import type { Workspace } from '../../store/index.ts';
import { countingProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

const DIALECT_NAMES: Readonly<Record<ImportPlan['dialect'], string>> = {
  ham10000: 'HAM10000',
  'isic-archive': 'ISIC Archive export',
  plain: 'plain image_id,dx',
};

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
  const shown = refused.slice(0, limit).map(({ row, imageId, reason }) => `  row ${row} (${imageId}): ${reason}`);
  const more =
    refused.length > limit ? [`  and ${refused.length - limit} more; "epsiloscope import" names them all.`] : [];
  return [`${refused.length} rows were refused and left out:`, ...shown, ...more];
}

/** Where the CSV differs from what was imported before; the workspace's word stands. */
export function describeChanges({ changed }: Pick<ImportOutcome, 'changed'>): string[] {
  if (changed.length === 0) return [];
  const lines = changed.map(
    ({ row, imageId, field, stored, offered }) =>
      `  row ${row} (${imageId}): ${field} is ${stored} in the workspace, ${offered} in the CSV`,
  );
  return ['The CSV differs from an earlier import; the workspace keeps what it has:', ...lines];
}
