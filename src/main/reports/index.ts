/** An audit in the forms that people and other tools read. Nothing here computes: every figure comes from the audit. */
export { auditTable } from './auditTable.ts';
export { figureInPercent } from './wording.ts';
export { curveSvg } from './curveSvg.ts';
export { writeNpy } from './npy.ts';
export { resultsCsv } from './resultsCsv.ts';
export { minimalEpsilonSvg } from './minimalEpsilonSvg.ts';
export { transferSvg } from './transferSvg.ts';
export { corruptionsSvg } from './corruptionsSvg.ts';
export { checksSvg } from './checksSvg.ts';
export { tablesCsv } from './tablesCsv.ts';
export { auditPage } from './page/index.ts';
