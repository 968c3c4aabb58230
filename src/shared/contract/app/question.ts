import { oc, type } from '@orpc/contract';
import type { WireError } from '../../kernel/errors.ts';
import { EXPLAINED_ERROR } from '../handover.ts';

/** Every question of the page: refused with an error in three parts, or answered. */
export const question = oc.errors({ [EXPLAINED_ERROR]: { data: type<WireError>() } });
