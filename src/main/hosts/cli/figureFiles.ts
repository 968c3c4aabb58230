import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Audit } from '../../../shared/contract/audit.ts';
import {
  auditPage,
  checksSvg,
  corruptionsSvg,
  curveSvg,
  minimalEpsilonSvg,
  tablesCsv,
  transferSvg,
} from '../../reports/index.ts';
import { commandLineOf } from './exits.ts';
import { textFile, type OutFile } from './outFolder.ts';

/** Drawings; null where the audit has nothing to draw. */
const DRAWINGS = {
  'curve.svg': curveSvg,
  'minimal-epsilon.svg': minimalEpsilonSvg,
  'transfer.svg': transferSvg,
  'corruptions.svg': corruptionsSvg,
  'checks.svg': checksSvg,
} as const;

/** Tables that a result may have or not; matrix.csv it always has. */
const TABLES = ['transfer', 'corruptions', 'checks', 'scores', 'comparisons', 'minimal-epsilon', 'certificates'];

/**
 * All that is made of the figures of an audit: its page for people, drawings and tables.
 *
 * @param command that made it, for the page
 */
export function figureFiles(audit: Audit, page: string, command = commandLineOf(process.argv.slice(2))): OutFile[] {
  const drawings = Object.entries(DRAWINGS).flatMap(([name, draw]) => {
    const svg = draw(audit.content);
    return svg === null ? [] : [textFile(name, svg)];
  });
  const tables = [...tablesCsv(audit.content)].map(([name, csv]) => textFile(name, csv));
  return [...drawings, ...tables, textFile(page, auditPage(audit, command))];
}

/** Names of files of an earlier result in the folder that this one has not, such as those of a larger budget. */
export const staleFigures = (out: string, files: readonly OutFile[]): string[] =>
  [...Object.keys(DRAWINGS), ...TABLES.map((name) => `${name}.csv`)].filter(
    (name) => existsSync(join(out, name)) && !files.some((file) => file.name === name),
  );
