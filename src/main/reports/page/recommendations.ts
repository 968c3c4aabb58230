import type { AuditContent } from '../../../shared/contract/audit.ts';
import type { Recommendation, RECOMMENDATION_KINDS } from '../../../shared/contract/auditFindings.ts';
import { formatEpsilon } from '../../../shared/domain/epsilon.ts';
import { anchorOf, blocks, plain, section } from './markdown.ts';

const TITLES: Readonly<Record<(typeof RECOMMENDATION_KINDS)[number], string>> = {
  'failed-check': 'Not to be relied on',
  'prefer-model': 'Which model to prefer',
  'clean-cost': 'What training against attacks costs',
  'fragile-class': 'Diagnoses that stay fragile',
  'dangerous-flips': 'Dangerous flips that remain',
  'not-tested': 'What was not tested',
  'next-step': 'What to do next',
};
const PER_DIAGNOSIS = 'Which model to prefer, by diagnosis';

/** The recommendations under a title for each kind, each with links to the rows that it rests on. */
export function recommendations({ findings }: AuditContent): string[] {
  const byTitle = Map.groupBy(findings.recommendations, titleOf);
  return section(
    '## Recommendations',
    byTitle.size === 0
      ? ''
      : 'Derived by fixed rules from the figures of this audit (docs/recommendations.md). Where models are not told apart, the ' +
          'difference may be chance. "No attack tried" is not "no attack can".',
    ...[...byTitle].map(([title, all]) =>
      blocks(
        `### ${title}`,
        title === PER_DIAGNOSIS
          ? 'A model that names a diagnosis too often recognises more of it, at the cost of others: scores.csv has the ' +
              'confusion matrices.'
          : '',
        // An empty line between them: a list with room.
        ...all.map(inMarkdown),
      ),
    ),
  );
}

const titleOf = ({ kind, evidence }: Recommendation): string =>
  kind === 'prefer-model' && evidence.some(({ diagnosis }) => diagnosis !== null) ? PER_DIAGNOSIS : TITLES[kind];

type Evidence = Recommendation['evidence'][number];

/** The text, then its rows by model: `pgd clean, 1/255; mixed 1/255`. */
function inMarkdown({ text, evidence }: Recommendation): string {
  if (evidence.length === 0) return `- ${plain(text)}`;
  const whose = [...new Set(evidence.map(nameOf))];
  const links = whose.map((name) => {
    const own = evidence.filter((one) => nameOf(one) === name);
    return `${plain(name)} ${own.map((one) => `[${linkText(one)}](#${anchorOf(one.row)})`).join(', ')}`;
  });
  return `- ${plain(text)}<br><sub>Rows: ${links.join('; ')}.</sub>`;
}

function nameOf({ row, modelId }: Evidence): string {
  const [table, first = '', second = ''] = row.split('/');
  return table === 'comparisons' ? `${first} minus ${second}` : modelId;
}

function linkText({ row, attack, epsilon }: Evidence): string {
  if (attack === 'check') return row.split('/').at(-1) ?? '';
  return epsilon === null || epsilon === 0 ? 'clean' : formatEpsilon(epsilon);
}
