/**
 * Makes docs/results anew from the cases in its matrix.json: figures, recommendations, page, tables, drawings. To be run
 * when their code has changed; no attack runs, and the verdicts stay as they are.
 *
 *     node tools/results/remake.ts
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { figureFiles } from '../../src/main/hosts/cli/figureFiles.ts';
import { textFile, writeFiles, type OutFile } from '../../src/main/hosts/cli/outFolder.ts';
import { auditFigures } from '../../src/main/services/audit/index.ts';
import { canonicalJson, hashOf } from '../../src/main/store/index.ts';
import { auditSchema, type Audit } from '../../src/shared/contract/audit.ts';

/** The folder of the committed result. */
export const RESULTS = join(import.meta.dirname, '../../docs/results');

/** What made the result; the folders are those of whoever repeats it. */
const COMMAND = 'epsiloscope reproduce --data HAM10000 --out out/matrix --certificate';

export function readResult(): Audit {
  const value: unknown = JSON.parse(readFileSync(join(RESULTS, 'matrix.json'), 'utf8'));
  auditSchema.parse(value);
  // As it stands in the file: the schema would change the order of its keys.
  return value as Audit;
}

/** The files of the result, as today's code makes them of its cases. */
export function remade(audit: Audit): OutFile[] {
  const content = { ...audit.content, ...auditFigures(audit.content) };
  const again = { ...audit, contentSha256: hashOf(canonicalJson(content)), content };
  return [...figureFiles(again, 'matrix.md', COMMAND), textFile('matrix.json', `${JSON.stringify(again)}\n`)];
}

if (import.meta.main) await writeFiles(RESULTS, remade(readResult()), []);
