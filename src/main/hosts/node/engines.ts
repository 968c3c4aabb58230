import { availableParallelism } from 'node:os';
import { badInput } from '../../../shared/kernel/errors.ts';

/** Memory that an engine process may come to need; measured in bench/results: 0.8 to 1 GB. */
const BYTES_OF_AN_ENGINE = 1.5e9;

/** How an audit spreads over the cores: engine processes, and the threads of each as `EPSILOSCOPE_THREADS` says them. */
export interface Engines {
  readonly processes: number;
  readonly threads: string;
}

/**
 * As many engine processes as there are cores and memory for them, of one thread each: many small calls at once use cores
 * better than many threads on one call, and the result does not depend on how many cores there were
 * (docs/decisions/0011-several-engines.md). `EPSILOSCOPE_ENGINES` sets the processes, `EPSILOSCOPE_THREADS` the threads.
 *
 * @throws EpsiloscopeError ENGINES_INVALID
 */
export function enginesForAudits(
  environment: NodeJS.ProcessEnv = process.env,
  cores = availableParallelism(),
  freeBytes = process.availableMemory(),
): Engines {
  const wanted = environment['EPSILOSCOPE_THREADS'] ?? '';
  const threads = wanted === '' ? '1' : wanted;
  const asked = environment['EPSILOSCOPE_ENGINES'] ?? '';
  if (asked === '') {
    // What is no number of threads is refused by the engine, with the reason.
    const bearable = Math.floor(Math.min(cores / Number(threads), freeBytes / BYTES_OF_AN_ENGINE));
    return { processes: bearable >= 1 ? bearable : 1, threads };
  }
  const processes = Number(asked);
  if (Number.isInteger(processes) && processes >= 1 && processes <= 256) return { processes, threads };
  throw badInput('ENGINES_INVALID', {
    happened: `EPSILOSCOPE_ENGINES is "${asked}", which is no number of engine processes.`,
    kept: 'Everything that was stored before.',
    toDo: 'Set it to a whole number from 1 to 256, or unset it: then there is one for each core.',
  });
}
