/** The founding paper's experiment: its models, its looks at the test split, its shards, and comparing two of its results. */
export { compareVerdicts, weighDifferences, type Agreement, type ComparedVerdict } from './compare.ts';
export { fileSha256, logLooks, type Look } from './looks.ts';
export { mergeParts } from './merge.ts';
export { isPartName, partBytes, partName, readPart, type Part } from './part.ts';
export { PAPER_RECIPES, titleOf, trainAll } from './training.ts';
