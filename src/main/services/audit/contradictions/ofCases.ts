import type { AuditContent } from '../../../../shared/contract/audit.ts';
import type { PlanAgain } from '../planAgain.ts';
import { frameOf, type About } from './about.ts';
import { found, type Contradiction } from './contradiction.ts';
import { ofChecks } from './ofChecks.ts';
import { ofEvidence } from './ofEvidence.ts';
import { ofMinimalEpsilon } from './ofMinimalEpsilon.ts';
import { ofVerdicts } from './ofVerdicts.ts';
import { ofWorstCase } from './ofWorstCase.ts';

/** What a case says twice and not alike, or not as its budget would have it, by the place of the case. */
export function ofCases(content: AuditContent, plan: PlanAgain): Map<number, string[]> {
  const frames = content.models.map((_, model) => frameOf(content, plan, model));
  const ids = content.models.map(({ id }) => id).join();
  const entries = content.cases.map(({ label, models }, position) => {
    const wrong: Contradiction[] = [
      ['its models are not those of the audit', models.map(({ modelId }) => modelId).join() !== ids],
      ...models.flatMap((entry, model): Contradiction[] => {
        const frame = frames[model];
        return frame ? ofEntry({ ...frame, entry, position, label, reference: label ?? entry.clean.verdict }) : [];
      }),
    ];
    return [position, found(wrong)] as const;
  });
  return new Map(entries.filter(([, wrong]) => wrong.length > 0));
}

const ofEntry = (about: About): Contradiction[] => [
  ...ofVerdicts(about),
  ...ofMinimalEpsilon(about),
  ...ofWorstCase(about),
  ...ofEvidence(about),
  ...ofChecks(about),
];
