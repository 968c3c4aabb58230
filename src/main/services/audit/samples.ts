import { drawSample } from '../../engine/metrics/index.ts';
import type { PlannedCase } from './planInputs.ts';

/** Images that the sanity checks run on: as many as their thresholds ask for. */
const CHECK_IMAGES = 256;
/** Images that are certified: every one takes more than a thousand forward passes. */
const CERTIFICATE_IMAGES = 64;

/** Fixed, and apart from the seed of the audit: the arXiv numbers of the papers that the two samples serve. */
const CHECK_SEED = 1902_06705;
const CERTIFICATE_SEED = 1902_02918;

/** Positions of the labelled cases in a fixed draw by lesion, ascending; all of them where there are no more. */
function draw(cases: readonly PlannedCase[], size: number, seed: number): number[] {
  const labelled = cases.flatMap((one, position) => (one.label === null ? [] : [{ ...one, position }]));
  return drawSample(labelled, { size, seed })
    .images.map(({ position }) => position)
    .sort((a, b) => a - b);
}

export const checkSample = (cases: readonly PlannedCase[]): number[] => draw(cases, CHECK_IMAGES, CHECK_SEED);

export const certificateSample = (cases: readonly PlannedCase[]): number[] =>
  draw(cases, CERTIFICATE_IMAGES, CERTIFICATE_SEED);
