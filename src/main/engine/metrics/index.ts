/** Samples, figures with their intervals, and comparisons between models: plain functions over verdicts. */
export { compareBalancedAccuracy, type Comparison } from './comparison.ts';
export { BOOTSTRAP_DRAWS, createCohort, type Cohort, type WeightedImage } from './cohort.ts';
export {
  attackSuccessRate,
  classesPresent,
  dangerousFlips,
  INTERVALS_IN_WORDS,
  verdictFigures,
  type VerdictFigures,
} from './figures.ts';
export type { LesionImage } from './lesions.ts';
export { drawSample, type Sample, type SampledClass } from './sample.ts';
export {
  classFigures,
  confusionMatrix,
  expectedCalibrationError,
  macroAuroc,
  macroF1,
  melanomaSensitivityAt95Specificity,
  type ClassFigures,
} from './scores.ts';
export { holmAdjusted, mcNemar, mcNemarP, type McNemar } from './significance.ts';
