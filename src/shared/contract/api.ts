/**
 * What a page may ask of the program: the only description of that interface, served over any transport.
 * Plain data only. Inputs are validated; outputs come from the program itself and are typed.
 *
 * Bytes travel beside it, by hash and kind: `photograph/<sha256>` and `thumbnail/<sha256>` (WebP or PNG of an imported
 * image), `array/<sha256>` (see app/cases.ts); files to the program as `PUT upload/<id>/<index>` (see app/importing.ts).
 */
import type { ContractRouterClient } from '@orpc/contract';
import { annotationsContract } from './app/annotations.ts';
import { casesContract } from './app/cases.ts';
import { importingContract } from './app/importing.ts';
import { libraryContract } from './app/library.ts';
import { modelsContract } from './app/models.ts';
import { programContract } from './app/program.ts';
import { sessionContract } from './app/session.ts';
import { workContract } from './app/work.ts';

export const apiContract = {
  program: programContract,
  session: sessionContract,
  library: libraryContract,
  cases: casesContract,
  annotations: annotationsContract,
  importing: importingContract,
  work: workContract,
  models: modelsContract,
};

export type ApiClient = ContractRouterClient<typeof apiContract>;
