import type { Audit } from '../../../shared/contract/audit.ts';
import { PRIMARY_EPSILON } from '../../../shared/contract/auditRows.ts';
import { formatEpsilon } from '../../../shared/domain/epsilon.ts';
import { inputSizes } from '../wording.ts';
import { attacks, environment, notRun, published, question, sample } from './about.ts';
import {
  certificates,
  checks,
  comparisons,
  corruptions,
  image,
  minimalEpsilons,
  scores,
  transfer,
} from './findings.ts';
import { blocks, figuresOf, plain, section } from './markdown.ts';
import { headline, matrix, sensitivities } from './matrix.ts';
import { recommendations } from './recommendations.ts';

/**
 * `matrix.md`: the audit as a page for clinicians and ethics boards, in GitHub's Markdown. Drawings and tables beside it
 * are linked by name; recommendations link to the rows that they rest on. The same content gives the same bytes.
 */
export function auditPage({ content, contentSha256 }: Pick<Audit, 'content' | 'contentSha256'>): string {
  const linked = content.findings.recommendations.flatMap(({ evidence }) => evidence.map(({ row }) => row));
  const figures = figuresOf(new Set(linked));
  const { epsilons, models } = content;
  const epsilon = epsilons.includes(PRIMARY_EPSILON) ? PRIMARY_EPSILON : Math.max(0, ...epsilons);
  const lines = blocks(
    '# Adversarial robustness of skin-lesion classifiers',
    question(content),
    sample(content),
    section(
      `## Balanced accuracy at ${formatEpsilon(epsilon)}`,
      'In percent, value [low, high] with 95 % interval.' + caution(content),
      headline(content, figures, epsilon),
      image(
        'curve.svg',
        `Balanced accuracy over epsilon of ${models.length} models, of the ${inputSizes(models)} input`,
      ),
    ),
    recommendations(content),
    matrix(content, figures),
    sensitivities(content, figures),
    comparisons(content, figures),
    checks(content, figures),
    minimalEpsilons(content, figures),
    transfer(content, figures),
    corruptions(content, figures),
    scores(content, figures),
    certificates(content, figures),
    published(content),
    attacks(content),
    notRun(content),
    environment(content, contentSha256),
  );
  return `${lines.join('\n')}\n`;
}

function caution({ results }: Audit['content']): string {
  const failed = [...new Set(results.flatMap(({ modelId, checks: status }) => (status === 'FAIL' ? [modelId] : [])))];
  return failed.length === 0
    ? ''
    : ` **A sanity check failed for ${failed.map(plain).join(', ')}: robustness figure not trustworthy, possible gradient masking.**`;
}
