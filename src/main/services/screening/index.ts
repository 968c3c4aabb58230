/** What models say of many images, and how small a perturbation changes it. */
export type { ScreeningProgress } from './progress.ts';
export { screen, type ScreeningControl, type ScreeningReport, type ScreeningRequest } from './screen.ts';
export type { ScreeningDependencies } from './screenBatch.ts';
export type { SkippedImage } from './skipped.ts';
