/** Samples, figures with their intervals, and comparisons between models: plain functions over verdicts. */
export { boundDistribution, type BoundDistribution } from './bounds.ts';
export { compareBalancedAccuracy } from './comparison.ts';
export { createCohort, type Cohort, type WeightedImage } from './cohort.ts';
export {
  accuracyFigures,
  attackSuccessRate,
  classesPresent,
  dangerousFlips,
  INTERVALS_IN_WORDS,
  proportion,
  verdictFigures,
  type VerdictFigures,
} from './figures.ts';
export { strataOf, type LesionImage, type Stratum } from './lesions.ts';
export { drawSample, sampleInWords, sampleQuotas, type Sample } from './sample.ts';
export {
  classFigures,
  confusionMatrix,
  expectedCalibrationError,
  macroAuroc,
  macroF1,
  melanomaSensitivityAt95Specificity,
} from './scores.ts';
export { holmAdjusted, mcNemar, mcNemarP } from './significance.ts';
