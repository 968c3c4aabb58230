/** From a folder of images and a CSV of diagnoses to cases in the workspace: `previewImport`, then `importImages`. */
export { importImages } from './importImages.ts';
export type { ImportOptions, ImportOutcome } from './importImages.ts';
export type { ChangedFact } from './known.ts';
export { imageFiles, previewFiles, previewImport } from './plan.ts';
export type { ImportPlan, ListedFile } from './plan.ts';
export type { Refusal } from './refusal.ts';
