import { ORPCError } from '@orpc/client';
import { EXPLAINED_ERROR } from '../../../shared/contract/handover.ts';
import type { Explanation, WireError } from '../../../shared/kernel/errors.ts';

/** What the program says of an error, or null where it did not come from the program's own words. */
export function explanationOf(error: unknown): Explanation | null {
  if (!(error instanceof ORPCError) || error.code !== EXPLAINED_ERROR) return null;
  return (error.data as WireError).explanation;
}
