/** Images into the workspace: chosen in the host's dialog or dropped onto the page, looked at first, then imported. */
import { type } from '@orpc/contract';
import { z } from 'zod';
import type { Diagnosis } from '../../domain/diagnosis.ts';
import { question } from './question.ts';
import type { Work } from './work.ts';

/** A folder of the disk that the person chose, or files that the page sent (`PUT upload/<id>/<index>`). */
export const importSourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('folder'), grant: z.uuid() }),
  z.strictObject({ kind: z.literal('upload'), id: z.uuid() }),
]);
export type ImportSource = z.infer<typeof importSourceSchema>;

export interface RefusedRow {
  /** Row of the CSV, the header being row 1; 0 where there is no CSV. */
  readonly row: number;
  readonly imageId: string;
  readonly code: string;
  readonly reason: string;
}

export interface ImportPreview {
  /** Names this plan for `run`. */
  readonly plan: string;
  /** CSV files found; the one read comes first. Empty: every image is read, without a label. */
  readonly labelFiles: readonly string[];
  readonly dialect: 'ham10000' | 'isic-archive' | 'plain' | 'none';
  readonly rows: number;
  readonly images: number;
  readonly perDiagnosis: Readonly<Record<Diagnosis, number>>;
  readonly unlabelled: number;
  readonly refused: readonly RefusedRow[];
  readonly unnamedFiles: number;
  /** Image ids of the first few, as a taste. */
  readonly firstImages: readonly string[];
}

/** What became of an import. */
export interface ImportReport {
  readonly cases: number;
  readonly images: number;
  readonly alreadyKnown: number;
  readonly refused: readonly RefusedRow[];
}

/** At most this many files, and bytes of each, in an upload. */
export const UPLOAD_LIMITS = { files: 20_000, bytesPerFile: 256 * 1024 * 1024 } as const;

const uploadName = z.string().min(1).max(255);

export const importingContract = {
  /** Announces files by name; each is then sent as the body of `PUT upload/<id>/<index>`. Names become no path. */
  beginUpload: question
    .input(z.strictObject({ names: z.array(uploadName).min(1).max(UPLOAD_LIMITS.files) }))
    .output(type<{ readonly id: string }>()),
  /** Throws the sent files away, unless an import reads them. */
  dropUpload: question.input(z.strictObject({ id: z.uuid() })).output(type<null>()),
  /** `labels` is one of `labelFiles` of an earlier preview; null: the program chooses. */
  preview: question
    .input(z.strictObject({ source: importSourceSchema, labels: uploadName.nullable() }))
    .output(type<ImportPreview>()),
  run: question.input(z.strictObject({ plan: z.uuid() })).output(type<Work>()),
  /** What became of a finished import; refused while it runs. */
  report: question.input(z.strictObject({ work: z.uuid() })).output(type<ImportReport>()),
};
