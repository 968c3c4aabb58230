import type { ExaminedPoint, ScreenedVerdict } from '../../../../src/shared/contract/app/cases.ts';
import { classIndexOf, type Diagnosis } from '../../../../src/shared/domain/diagnosis.ts';
import { epsilonFrom255 } from '../../../../src/shared/domain/epsilon.ts';
import { sha256 } from '../../../../src/shared/kernel/ids.ts';
import type { Evidence } from '../../../../src/renderer/src/features/review/lanes.ts';

const HASH = sha256('a'.repeat(64));

/** Softmax with this probability at the verdict and the rest spread evenly. */
export const softmax = (verdict: Diagnosis, probability: number): number[] =>
  Array.from({ length: 7 }, (_, index) => (index === classIndexOf(verdict) ? probability : (1 - probability) / 6));

/** What an attack did at `k`/255: a success with this verdict, or (null) none on a melanoma. */
export const pointAt = (k: number, changedTo: Diagnosis | null): ExaminedPoint => ({
  epsilon: epsilonFrom255(k),
  success: changedTo !== null,
  successStep: changedTo === null ? null : 3,
  verdict: changedTo ?? 'mel',
  probabilities: softmax(changedTo ?? 'mel', 0.6),
  linf: epsilonFrom255(k),
  l2: 0.1,
  attackedArray: HASH,
  trajectory: [softmax('mel', 0.9), softmax('mel', 0.6)],
});

/** The search's result for a melanoma. */
export const screenedAt = (k: number | null, changedTo: Diagnosis | null): ScreenedVerdict => ({
  modelSha256: HASH,
  verdict: 'mel',
  probabilities: softmax('mel', 0.9),
  minimalEpsilon: k === null ? null : epsilonFrom255(k),
  changedTo,
  survivesRounding: k === null ? null : false,
  provenance: {
    modelSha256: HASH,
    attack: 'pgd(norm=linf)',
    seed: 1,
    backend: 'tensorflow',
    device: 'CPU',
    threads: 2,
    numericsFingerprint: HASH,
    at: '2026-01-31T09:30:00.000Z',
  },
});

/** A melanoma when clean, 0.9. */
export const evidenceOf = (points: readonly ExaminedPoint[], screened: Evidence['screened'] = null): Evidence => ({
  verdict: 'mel',
  probabilities: softmax('mel', 0.9),
  screened,
  points,
});
