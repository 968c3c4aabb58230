import { listed } from '../../../shared/kernel/listed.ts';
import type { AuditContent } from '../../../shared/contract/audit.ts';
import { anyCheckRan } from '../../../shared/contract/auditChecks.ts';
import { CHECK_IDS, type SanityCheck } from '../../../shared/contract/auditFindings.ts';
import { checkRow } from '../../../shared/contract/auditRows.ts';
import { CHECK_TITLES } from '../../../shared/domain/check.ts';
import { formatEpsilon } from '../../../shared/domain/epsilon.ts';
import { checksOf } from '../wording.ts';
import { folded, image, modelName, plain, section, table, type Figures } from './markdown.ts';

/** The ten checks: a table of statuses, why some are no pass, then the figures that decided each. */
export function checks(content: AuditContent, figures: Figures): string[] {
  if (!anyCheckRan(content)) {
    return section(
      '## Sanity checks',
      'NOT RUN: a model here may only look hard to attack (gradient masking). `--budget quick` runs the cheap checks, `full` all ten.',
    );
  }
  return section(
    '## Sanity checks',
    'Whether the attacks worked as they should, after Carlini et al. 2019 (arXiv 1902.06705). Where a check FAILs, the figures ' +
      'of that model under attack are not trustworthy: possible gradient masking. NOT INFORMATIVE: too few images, or too ' +
      'few or too many of them changed, to tell.',
    statuses(content, figures),
    image('checks.svg', 'Status of each sanity check of each model'),
    reasons(content),
    decidedBy(content),
  );
}

function statuses(content: AuditContent, figures: Figures): string[] {
  const { findings, models } = content;
  const rows = CHECK_IDS.map((check) => [
    CHECK_TITLES[check],
    ...models.map(({ id }) => {
      const found = findings.sanityChecks.find((one) => one.modelId === id && one.check === check);
      if (!found) return 'NOT RUN';
      return `${figures.anchor(checkRow(found))}${found.status === 'FAIL' ? '**FAIL**' : found.status}`;
    }),
  ]);
  rows.push(['**together**', ...models.map(({ id }) => `**${checksOf(content, id)}**`)]);
  return table(['check', ...models.map(({ id }) => modelName(content, id))], rows, 1 + models.length);
}

/** Each reason once, with the models and checks that it holds for. */
function reasons(content: AuditContent): string[] {
  const withReason = content.findings.sanityChecks.filter(({ reason }) => reason !== '');
  const byReason = Map.groupBy(withReason, ({ status, reason }) => `${status}: ${plain(reason)}`);
  return [...byReason].map(([told, same]) => {
    const checksByModel = Map.groupBy(same, ({ modelId }) => modelId);
    const modelsByChecks = Map.groupBy([...checksByModel], ([, own]) => checksInList(own));
    const whose = [...modelsByChecks].map(([named, models]) => `${listed(models.map(([id]) => plain(id)))}, ${named}`);
    return `- ${whose.join('; ')}: ${told}`;
  });
}

const checksInList = (own: readonly SanityCheck[]): string =>
  own.length === CHECK_IDS.length ? 'all ten checks' : listed(own.map(({ check }) => `"${CHECK_TITLES[check]}"`));

function decidedBy(content: AuditContent): string[] {
  const rows = content.findings.sanityChecks.flatMap((check) =>
    check.evidence.map(({ what, epsilon, value, limit, n, status }) => [
      plain(check.modelId),
      CHECK_TITLES[check.check],
      plain(what),
      epsilon === null ? '' : formatEpsilon(epsilon),
      String(Number(value.toPrecision(4))),
      plain(limit),
      String(n),
      status,
    ]),
  );
  if (rows.length === 0) return [];
  const head = ['model', 'check', 'figure', 'epsilon', 'value', 'limit', 'n', 'status'];
  return folded('The figures that decided each check', table(head, rows, 4));
}
