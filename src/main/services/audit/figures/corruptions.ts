import type { Findings } from '../../../../shared/contract/auditFindings.ts';
import { CORRUPTIONS, SEVERITIES } from '../../../../shared/domain/corruption.ts';
import { accuracyFigures, compareBalancedAccuracy } from '../../../engine/metrics/index.ts';
import { cleanRight, partWith, rightPerCase, verdictAt, type FigureSource, type Part } from './source.ts';

/** Every model under every corruption that was run, beside what it does on the same photographs as they are. */
export const corruptionsOf = (source: FigureSource, whole: Part): Findings['corruptions'] =>
  source.models.flatMap(({ id }, model) => {
    const part = partWith(whole, model, 'corrupted');
    const rightWhenClean = cleanRight(part, model);
    const run = CORRUPTIONS.filter((corruption) =>
      part.cases.some(({ models }) => models[model]?.evidence.corrupted?.[corruption] !== undefined),
    );
    return run.flatMap((corruption) =>
      SEVERITIES.map((severity, at) => {
        const right = rightPerCase(part, model, ({ evidence }) => verdictAt(evidence.corrupted?.[corruption], at));
        return {
          modelId: id,
          corruption,
          severity,
          ...accuracyFigures(part.cohort, right),
          differenceToClean: compareBalancedAccuracy(part.cohort, right, rightWhenClean)?.difference ?? null,
        };
      }),
    );
  });
