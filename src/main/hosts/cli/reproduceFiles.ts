import type { Audit } from '../../../shared/contract/audit.ts';
import { curveSvg } from '../../reports/index.ts';
import { textFile, type OutFile } from './outFolder.ts';

/** The result of a reproduction; matrix.json, which all others are made of, comes last: where it stands they are whole. */
export const matrixFiles = (audit: Audit): OutFile[] => [
  textFile('curve.svg', curveSvg(audit.content)),
  textFile('matrix.json', `${JSON.stringify(audit)}\n`),
];
