import { existsSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { sha256Schema } from '../../../shared/contract/modelCard.ts';
import { hashOf } from '../../store/index.ts';

/**
 * A look at the test split. Every choice that is made after one may have been made because of it, so each is written
 * down before it is taken.
 */
export const lookSchema = z.strictObject({
  /** ISO 8601 in UTC. */
  at: z.string(),
  app: z.string(),
  command: z.string(),
  /** SHA-256 of the bytes of the file that names the split's images. */
  splitSha256: sha256Schema,
  models: z.array(z.strictObject({ id: z.string(), sha256: sha256Schema })),
});
export type Look = z.infer<typeof lookSchema>;

const HEADER = 'date,app,command,split_csv_sha256,models';

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** One row of the log: the models by id and hash of their card. */
const rowOf = ({ at, app, command, splitSha256, models }: Look): string =>
  [at, app, command, splitSha256, models.map(({ id, sha256 }) => `${id} ${sha256}`).join('; ')].map(quoted).join(',');

/**
 * Adds looks to a log (CSV), those that stand in it already left out, and does not return before they are on the disk.
 */
export async function logLooks(file: string, looks: readonly Look[]): Promise<void> {
  const known = new Set(existsSync(file) ? (await readFile(file, 'utf8')).split('\r\n') : []);
  const fresh = [...new Set([...(known.size === 0 ? [HEADER] : []), ...looks.map(rowOf)])].filter(
    (row) => !known.has(row),
  );
  if (fresh.length === 0) return;
  const handle = await open(file, 'a');
  try {
    await handle.appendFile(fresh.map((row) => `${row}\r\n`).join(''));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** SHA-256 of a file's bytes. */
export const fileSha256 = async (file: string) => hashOf(await readFile(file));
