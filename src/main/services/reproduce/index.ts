/** The founding paper's experiment: its models, its looks at the test split, its shards, and comparing two of its results. */
export {
  compareVerdicts,
  NEAR_TIE,
  refuseOtherImages,
  refuseOtherPlan,
  SHARE_TO_AGREE,
  weighDifferences,
  type Agreement,
} from './compare.ts';
export { fileSha256, logLooks, type Look } from './looks.ts';
export { mergeParts } from './merge.ts';
export { isPartName, partBytes, partName, readPart, type Part } from './part.ts';
export { paperModels } from './models.ts';
export { titleOf, trainAll } from './training.ts';
