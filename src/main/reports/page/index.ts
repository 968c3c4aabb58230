import type { Audit, AuditContent } from '../../../shared/contract/audit.ts';
import { caution } from '../../../shared/contract/auditChecks.ts';
import { headlineEpsilon } from '../../../shared/contract/auditRows.ts';
import { formatEpsilon } from '../../../shared/domain/epsilon.ts';
import { inputSizes } from '../wording.ts';
import { notRun, published, question, sample, words } from './about.ts';
import { checks } from './checks.ts';
import { certificates, comparisons, corruptions, minimalEpsilons, scores, transfer } from './findings.ts';
import { blocks, figuresOf, image, plain, section, type Figures } from './markdown.ts';
import { headline, matrix, sensitivities } from './matrix.ts';
import { attacks, howMade } from './method.ts';
import { recommendations } from './recommendations.ts';

/**
 * `matrix.md` or `audit.md`: the audit as a page for clinicians and ethics boards, in GitHub's Markdown: what was asked, the answer, what
 * it advises, what that rests on; then every table. Drawings and tables beside it are linked by name; recommendations
 * link to the rows that they rest on. The same audit and command give the same bytes.
 *
 * @param command the command line that wrote it; null where it is not known
 */
export function auditPage(audit: Audit, command: string | null = null): string {
  const { content } = audit;
  const linked = content.findings.recommendations.flatMap(({ evidence }) => evidence.map(({ row }) => row));
  const figures = figuresOf(new Set(linked));
  const lines = blocks(
    '# Adversarial robustness of skin-lesion classifiers',
    question(content),
    inShort(content, figures),
    words(content),
    recommendations(content),
    sample(content),
    checks(content, figures),
    matrix(content, figures),
    sensitivities(content, figures),
    comparisons(content, figures),
    minimalEpsilons(content, figures),
    transfer(content, figures),
    corruptions(content, figures),
    scores(content, figures),
    certificates(content, figures),
    published(content),
    attacks(content),
    notRun(content),
    howMade(audit, command),
  );
  return `${lines.join('\n')}\n`;
}

function inShort(content: AuditContent, figures: Figures): string[] {
  const { models } = content;
  const epsilon = headlineEpsilon(content);
  const warning = caution(content, null, plain);
  return section(
    `## Balanced accuracy at ${formatEpsilon(epsilon)}`,
    warning === null ? '' : `**${warning}**`,
    'In percent, value [low, high] with 95 % interval.',
    headline(content, figures, epsilon),
    image('curve.svg', `Balanced accuracy over epsilon of ${models.length} models, of the ${inputSizes(models)} input`),
  );
}
