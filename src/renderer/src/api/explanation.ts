import { ORPCError } from '@orpc/client';
import { EXPLAINED_ERROR } from '../../../shared/contract/handover.ts';
import type { Explanation, WireError } from '../../../shared/kernel/errors.ts';

/** What the program says of an error, or null where it did not come from the program's own words. */
export function explanationOf(error: unknown): Explanation | null {
  if (!(error instanceof ORPCError) || error.code !== EXPLAINED_ERROR) return null;
  return (error.data as WireError).explanation;
}

/** The program's stable name of an error (`ENGINE_DIED`, `ARRAY_GONE`), or null where it is none of the program's own. */
export function codeOf(error: unknown): string | null {
  if (!(error instanceof ORPCError) || error.code !== EXPLAINED_ERROR) return null;
  return (error.data as WireError).code;
}
