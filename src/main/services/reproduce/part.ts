import { readFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { sha256Schema } from '../../../shared/contract/modelCard.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import { sha256 } from '../../../shared/kernel/ids.ts';
import { planInputsSchema, runSchema, type Shard, type ShardResult } from '../audit/index.ts';
import { canonicalJson, hashOf } from '../../store/index.ts';
import { lookSchema, type Look } from './looks.ts';

const FORMAT = 'epsiloscope.shard';

const contentSchema = z.strictObject({
  shard: z.strictObject({ number: z.int().positive(), of: z.int().positive() }),
  planSha256: sha256Schema.transform(sha256),
  inputs: planInputsSchema,
  run: runSchema,
  /** The looks at the test split that this shard took. */
  looks: z.array(lookSchema),
  units: z.array(z.strictObject({ key: z.string(), result: z.unknown() })),
});

const partSchema = z.strictObject({
  format: z.literal(FORMAT),
  formatVersion: z.literal(1),
  /** Over the canonical form (RFC 8785) of `content`. */
  contentSha256: sha256Schema,
  content: z.unknown(),
});

/** A shard's result with the name of the file that it was read from. */
export interface Part extends ShardResult {
  readonly file: string;
  readonly looks: readonly Look[];
}

/** `shard-3-of-8.json.gz` */
export const partName = ({ number, of }: Shard): string => `shard-${number}-of-${of}.json.gz`;
export const isPartName = (name: string): boolean => /^shard-\d+-of-\d+\.json\.gz$/.test(name);

/** The file of a shard: JSON, zipped, with its own hash. */
export function partBytes(result: ShardResult, looks: readonly Look[]): Uint8Array {
  const content = { ...result, looks };
  const part = { format: FORMAT, formatVersion: 1, contentSha256: hashOf(canonicalJson(content)), content };
  return gzipSync(JSON.stringify(part));
}

/** @throws EpsiloscopeError `SHARD_UNREADABLE`, `SHARD_DAMAGED` */
export async function readPart(file: string): Promise<Part> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw badInput(
      'SHARD_UNREADABLE',
      {
        happened: `The shard file ${file} cannot be read.`,
        kept: 'Everything; nothing was merged.',
        toDo: 'Check the path, and that the shard has run to its end.',
      },
      { cause: error },
    );
  });
  try {
    const { content, contentSha256 } = partSchema.parse(JSON.parse(gunzipSync(bytes).toString('utf8')));
    if (hashOf(canonicalJson(content)) !== contentSha256) throw new Error('Its content has another hash.');
    return { ...contentSchema.parse(content), file };
  } catch (error) {
    throw damaged(file, error);
  }
}

export const damaged = (file: string, cause?: unknown) =>
  badInput(
    'SHARD_DAMAGED',
    {
      happened: `The shard file ${file} is not what a shard wrote: it was cut short or changed, or is something else.`,
      kept: 'Everything; nothing was merged.',
      toDo: 'Copy the file again, or run that shard again: what it had computed is in its workspace.',
    },
    { cause },
  );
