import { implement, ORPCError } from '@orpc/server';
import { apiContract } from '../../shared/contract/api.ts';
import { EXPLAINED_ERROR } from '../../shared/contract/handover.ts';
import { EpsiloscopeError, toWireError } from '../../shared/kernel/errors.ts';

/** Codes that mean that the workspace's disk is gone, full of faults, or refuses to be written. */
const WORKSPACE_LOST = new Set(['DISK_FAILED', 'WORKSPACE_NOT_WRITABLE', 'DATABASE_CORRUPT']);

/**
 * The contract to be answered; every error of the program reaches the page as a WireError.
 *
 * @param onWorkspaceLost told when an answer failed for want of the workspace's disk
 */
export const answering = (onWorkspaceLost: (reason: string) => void) =>
  implement(apiContract).use(async ({ next, errors, signal }) => {
    try {
      return await next();
    } catch (error) {
      // What is not the contract's question has its own refusal (BAD_REQUEST).
      if (signal?.aborted === true || error instanceof ORPCError) throw error;
      if (error instanceof EpsiloscopeError && WORKSPACE_LOST.has(error.code)) {
        onWorkspaceLost(error.explanation.happened);
      }
      throw errors[EXPLAINED_ERROR]({ data: toWireError(error) });
    }
  });

/** The contract's implementer, as each group of answers uses it. */
export type Answering = ReturnType<typeof answering>;
