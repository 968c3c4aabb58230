import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { classIndexOf } from '../../../shared/domain/diagnosis.ts';
import { epsilonKey } from '../../../shared/domain/epsilon.ts';
import { resultsCsv, writeNpy } from '../../reports/index.ts';
import type { AuditAttackName, AuditRun } from '../../services/audit/index.ts';
import { figureFiles, staleFigures } from './figureFiles.ts';
import { type OutFile, textFile } from './outFolder.ts';

interface Attacked {
  readonly attacks: readonly AuditAttackName[];
  readonly epsilons: readonly number[];
}

const ARRAYS = 'arrays';

/**
 * The files of an audit, audit.json last: where it stands, the others belong to it.
 *
 * @param arrays which attacked inputs to export; null: none
 */
export function auditFiles(run: AuditRun, arrays: Attacked | null): OutFile[] {
  const { audit } = run;
  return [
    textFile('results.csv', resultsCsv(audit.content)),
    ...figureFiles(audit, 'audit.md'),
    ...(arrays === null ? [] : arrayFiles(run, arrays)),
    textFile('audit.json', `${JSON.stringify(audit, null, 1)}\n`),
  ];
}

/** NPY files, rows in the order of the audit's cases. Models of one input size share `clean.npy`. */
function arrayFiles(run: AuditRun, { attacks, epsilons }: Attacked): OutFile[] {
  const { cases, models } = run.audit.content;
  const shapeOf = ({ inputHeight, inputWidth }: (typeof models)[number]) => [cases.length, inputHeight, inputWidth, 3];
  // Null labels are -1, which is no class.
  const labels = BigInt64Array.from(cases, ({ label }) => BigInt(label === null ? -1 : classIndexOf(label)));
  const array = (name: string, write: OutFile['write']): OutFile => ({ name: `${ARRAYS}/${name}.npy`, write });
  const firstSize = String(models.slice(0, 1).map(shapeOf));
  const otherSizes = models.filter((model) => String(shapeOf(model)) !== firstSize);
  const clean = [
    ...models.slice(0, 1).map((model) => ({ model, name: 'clean' })),
    ...otherSizes.map((model) => ({ model, name: `${model.id}.clean` })),
  ];
  return [
    array('labels', (path) => writeNpy(path, labels, [cases.length])),
    ...clean.map(({ model, name }) =>
      array(name, async (path) => writeNpy(path, await run.cleanInputs(model.id), shapeOf(model))),
    ),
    ...models.flatMap((model) =>
      attacks.flatMap((attack) =>
        epsilons.map((epsilon) =>
          array(`${model.id}.${attack}.${epsilonKey(epsilon)}`, (path) =>
            writeNpy(path, run.adversarials(model.id, attack, epsilon), shapeOf(model)),
          ),
        ),
      ),
    ),
  ];
}

/** Names of files of an earlier audit in the same folder: what it says of another sample would be taken for this one's. */
export const staleFiles = (out: string, files: readonly OutFile[]): string[] => [
  ...staleFigures(out, files),
  ...staleArrays(out, files),
];

function staleArrays(out: string, files: readonly OutFile[]): string[] {
  const folder = join(out, ARRAYS);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).map((name) => `${ARRAYS}/${name}`);
  return names.filter((name) => name.endsWith('.npy') && !files.some((file) => file.name === name));
}
