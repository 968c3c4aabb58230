import type { Provenance } from '../../../shared/contract/app/cases.ts';
import type { EngineFacts } from '../../../shared/contract/engine.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import type { Sha256 } from '../../../shared/kernel/ids.ts';

/** Of every draw behind what the app shows: the same case gives the same figures today and tomorrow. */
export const SEED = 1;

/** What made a figure, just now. `attack`: with every parameter. */
export function provenanceOf(modelSha256: Sha256, attack: string, facts: EngineFacts, clock: Clock): Provenance {
  const { backend, device, threads, numericsFingerprint } = facts;
  return { modelSha256, attack, seed: SEED, backend, device, threads, numericsFingerprint, at: clock.now() };
}
