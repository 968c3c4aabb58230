/** From what the person chose or dropped to an import: look at it first, then do it. */
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { ImportPreview, ImportReport, ImportSource, RefusedRow } from '../../../shared/contract/app/importing.ts';
import { badInput, EpsiloscopeError } from '../../../shared/kernel/errors.ts';
import type { ImageDecoder } from '../../imaging/index.ts';
import { explainingAsync, type Workspace } from '../../store/index.ts';
import type { FolderGrants } from '../grants/index.ts';
import { importImages, previewFiles, type ImportPlan, type ListedFile } from '../import/index.ts';
import type { Uploads } from '../uploads/index.ts';
import type { WorkControl } from '../work/index.ts';

const FIRST_IMAGES = 6;
/** More files than this in a chosen folder are no data set but a wrong folder. */
const MOST_FILES = 250_000;
const PLANS_KEPT = 8;

interface Planned {
  readonly plan: ImportPlan;
  readonly source: ImportSource;
}

export class ImportDesk {
  readonly #grants: FolderGrants;
  readonly #uploads: Uploads;
  readonly #plans = new Map<string, Planned>();

  constructor(grants: FolderGrants, uploads: Uploads) {
    this.#grants = grants;
    this.#uploads = uploads;
  }

  /**
   * Reads names and labels; no image is opened.
   *
   * @param labels name of the CSV to read; null: the one that names most images, and none where there is none
   * @throws EpsiloscopeError of `previewFiles`, `LABELS_UNKNOWN`, `FOLDER_NOT_CHOSEN`, `UPLOAD_INCOMPLETE`, ...
   */
  async preview(source: ImportSource, labels: string | null, signal?: AbortSignal): Promise<ImportPreview> {
    const files = await this.#filesOf(source);
    const tables = files.filter(({ fileName }) => /\.(csv|tsv)$/i.test(fileName));
    const read = labels === null ? await bestPlan(files, tables, signal) : await planBy(files, tables, labels, signal);
    const id = randomUUID();
    this.#plans.set(id, { plan: read.plan, source });
    for (const old of [...this.#plans.keys()].slice(0, -PLANS_KEPT)) this.#plans.delete(old);
    return previewOf(id, read, tables);
  }

  /** How many images the plan would read. */
  sizeOf(plan: string): number {
    return this.#planned(plan).plan.images.length;
  }

  /** Does what was previewed. Sent files are thrown away after it, also when it failed. */
  async run(
    workspace: Workspace,
    planId: string,
    decoder: ImageDecoder,
    { signal, onProgress }: WorkControl,
  ): Promise<ImportReport> {
    const { plan, source } = this.#planned(planId);
    const outcome = await importImages(workspace, plan, { decoder, signal, onProgress });
    this.#plans.delete(planId);
    if (source.kind === 'upload') this.#uploads.drop(source.id);
    const { cases, images, alreadyKnown, refused } = outcome;
    return { cases, images, alreadyKnown, refused: [...refused] };
  }

  #planned(id: string): Planned {
    const planned = this.#plans.get(id);
    if (planned !== undefined) return planned;
    throw badInput('PLAN_UNKNOWN', {
      happened: 'This import was done already, or its preview is too old.',
      kept: 'The workspace, as it is.',
      toDo: 'Choose the images again.',
    });
  }

  async #filesOf(source: ImportSource): Promise<readonly ListedFile[]> {
    return source.kind === 'upload' ? this.#uploads.filesOf(source.id) : filesIn(this.#grants.folderOf(source.grant));
  }
}

interface ReadPlan {
  readonly plan: ImportPlan;
  /** Name of the CSV that was read; null: none. */
  readonly labels: string | null;
}

/** All files below a folder, links not followed. */
async function filesIn(folder: string): Promise<readonly ListedFile[]> {
  const entries = await explainingAsync(() => readdir(folder, { recursive: true, withFileTypes: true }));
  if (entries.length > MOST_FILES) throw tooManyFiles(entries.length);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return {
        fileName: path
          .slice(folder.length + 1)
          .split(sep)
          .join('/'),
        path,
      };
    })
    .sort((left, right) => (left.fileName < right.fileName ? -1 : 1));
}

/** The table under which most images can be imported; what is wrong with it is said where none can be read. */
async function bestPlan(
  files: readonly ListedFile[],
  tables: readonly ListedFile[],
  signal: AbortSignal | undefined,
): Promise<ReadPlan> {
  if (tables.length === 0) return { plan: await previewFiles(files, null, signal), labels: null };
  let best: ReadPlan | undefined;
  let problem: unknown;
  for (const { fileName, path } of tables) {
    try {
      const plan = await previewFiles(files, path, signal);
      if (best === undefined || plan.images.length > best.plan.images.length) best = { plan, labels: fileName };
    } catch (error) {
      if (!(error instanceof EpsiloscopeError) || error.kind !== 'badInput') throw error;
      problem ??= error;
    }
  }
  if (best !== undefined) return best;
  throw problem;
}

async function planBy(
  files: readonly ListedFile[],
  tables: readonly ListedFile[],
  labels: string,
  signal: AbortSignal | undefined,
): Promise<ReadPlan> {
  const table = tables.find(({ fileName }) => fileName === labels);
  if (table === undefined) throw labelsUnknown();
  return { plan: await previewFiles(files, table.path, signal), labels };
}

function previewOf(id: string, { plan, labels }: ReadPlan, tables: readonly ListedFile[]): ImportPreview {
  const names = tables.map(({ fileName }) => fileName);
  const refused: RefusedRow[] = [...plan.refused];
  return {
    plan: id,
    labelFiles: labels === null ? names : [labels, ...names.filter((name) => name !== labels)],
    dialect: plan.dialect,
    rows: plan.rows,
    images: plan.images.length,
    perDiagnosis: plan.perDiagnosis,
    unlabelled: plan.unlabelled,
    refused,
    unnamedFiles: plan.unnamedFiles,
    firstImages: plan.images.slice(0, FIRST_IMAGES).map(({ label }) => label.imageId),
  };
}

const tooManyFiles = (files: number) =>
  badInput('FOLDER_TOO_LARGE', {
    happened: `The folder holds ${files} files, more than ${MOST_FILES}.`,
    kept: 'Nothing was imported.',
    toDo: 'Choose the folder that holds the images themselves.',
  });

const labelsUnknown = () =>
  badInput('LABELS_UNKNOWN', {
    happened: 'There is no such table of labels among what was chosen.',
    kept: 'Nothing was imported.',
    toDo: 'Choose one of the tables that are there.',
  });
