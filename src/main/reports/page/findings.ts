import type { AuditContent } from '../../../shared/contract/audit.ts';
import { CHECK_IDS } from '../../../shared/contract/auditFindings.ts';
import {
  certificateRow,
  checkRow,
  classScoreRow,
  comparisonRow,
  corruptionRow,
  isPrimary,
  minimalEpsilonRow,
  SCORE_COLUMNS,
  scoreRow,
  transferRow,
} from '../../../shared/contract/auditRows.ts';
import type { Figure } from '../../../shared/contract/modelCard.ts';
import { CHECK_TITLES, checksInWords } from '../../../shared/domain/check.ts';
import { SEVERITIES } from '../../../shared/domain/corruption.ts';
import { DIAGNOSES } from '../../../shared/domain/diagnosis.ts';
import { formatEpsilon } from '../../../shared/domain/epsilon.ts';
import { corruptionTitle } from '../corruptionsSvg.ts';
import { ATTACK_NAMES, largestSearched, signedPoints } from '../wording.ts';
import { blocks, nInWords, plain, section, sharedN, table, type Figures } from './markdown.ts';

/** Path of a figure in the page's folder, as an image. */
export const image = (file: string, alternative: string): string => `![${alternative}](${file})`;

/** The ten checks: a table of statuses, then the figures that decided each. */
export function checks(content: AuditContent, figures: Figures): string[] {
  const { sanityChecks } = content.findings;
  if (sanityChecks.length === 0) return [];
  const statuses = CHECK_IDS.map((check) => [
    CHECK_TITLES[check],
    ...content.models.map(({ id }) => {
      const found = sanityChecks.find((one) => one.modelId === id && one.check === check);
      return found ? `${figures.anchor(checkRow(found))}${found.status}` : 'NOT RUN';
    }),
  ]);
  const together = content.models.map(({ id }) => content.results.find(({ modelId }) => modelId === id));
  statuses.push(['**together**', ...together.map((one) => `**${one ? checksInWords(one) : 'NOT RUN'}**`)]);
  const evidence = sanityChecks.flatMap((check) =>
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
  const reasons = sanityChecks.flatMap(({ modelId, check, reason, status }) =>
    reason === '' ? [] : [`- ${plain(modelId)}, ${CHECK_TITLES[check]}, ${status}: ${plain(reason)}`],
  );
  return section(
    '## Sanity checks',
    'After Carlini et al. 2019 (arXiv 1902.06705). Where a check FAILs, the figures of that model under attack are not ' +
      'trustworthy: possible gradient masking.',
    table(['check', ...content.models.map(({ id }) => plain(id))], statuses, 1 + content.models.length),
    image('checks.svg', 'Status of each sanity check of each model'),
    reasons,
    evidence.length === 0
      ? ''
      : folded(
          'The figures that decided each check',
          table(['model', 'check', 'figure', 'epsilon', 'value', 'limit', 'n', 'status'], evidence, 4),
        ),
  );
}

/** Who misleads whom, one table per epsilon. */
export function transfer(content: AuditContent, figures: Figures): string[] {
  const { transfer: pairs } = content.findings;
  if (pairs.length === 0) return [];
  const models = content.models.map(({ id }) => id);
  return section(
    '## Transfer between models',
    'Inputs made on the model of the row by PGD run to its last step, judged by the model of the column: of the images that ' +
      'the judging model gets right when clean, the share that it then gets wrong, in percent.',
    image('transfer.svg', 'Success rate of attacks transferred between all pairs of models'),
    ...content.epsilons.map((epsilon) =>
      blocks(
        `### At ${formatEpsilon(epsilon)}`,
        table(
          ['made on', ...models.map((id) => `judged by ${plain(id)}`)],
          models.map((craftedOn) => [
            plain(craftedOn),
            ...models.map((judgedBy) => {
              const pair = pairs.find(
                (one) => one.craftedOn === craftedOn && one.judgedBy === judgedBy && one.epsilon === epsilon,
              );
              return pair ? figures.cell(`${transferRow(pair)}/successRate`, pair.successRate, null) : '-';
            }),
          ]),
        ),
      ),
    ),
  );
}

/** Change from clean by severity, a row per model and corruption. */
export function corruptions(content: AuditContent, figures: Figures): string[] {
  const { corruptions: results } = content.findings;
  const names = [...new Set(results.map(({ corruption }) => corruption))];
  if (names.length === 0) return [];
  const rows = names.flatMap((name) =>
    content.models.map(({ id }) => {
      const own = SEVERITIES.map((severity) =>
        results.find((one) => one.corruption === name && one.modelId === id && one.severity === severity),
      );
      const shown = own.map((one) => one?.differenceToClean ?? null);
      const cells = own.map((one) =>
        one?.differenceToClean
          ? `${figures.anchor(`${corruptionRow(one)}/differenceToClean`)}${signedPoints(one.differenceToClean)}`
          : '-',
      );
      return [corruptionTitle(name), plain(id), nInWords(shown), ...cells];
    }),
  );
  return section(
    '## Common corruptions',
    'What happens to photographs in practice, without an adversary. Balanced accuracy minus that on clean images, in ' +
      'points [95 % interval], paired; severity 1 to 5. corruptions.csv has the balanced accuracies themselves.',
    image('corruptions.svg', 'Balanced accuracy relative to clean, by corruption and severity'),
    table(['corruption', 'model', 'n', ...SEVERITIES.map(String)], rows, 2),
  );
}

/** Upper bounds on the smallest epsilon that changes a verdict. */
export function minimalEpsilons(content: AuditContent, figures: Figures): string[] {
  const { minimalEpsilons: distributions } = content.findings;
  const [first] = distributions;
  if (!first) return [];
  // The upper bound of a median is 1 where too few images have a smallest epsilon to give one.
  const inSteps = (epsilon: number) => (epsilon === 1 ? 'not found' : String(Number((255 * epsilon).toFixed(2))));
  const rows = distributions.map((one) => {
    const shares = one.shares.map(({ share }) => share);
    const median = one.median
      ? `${inSteps(one.median.value)} [${inSteps(one.median.low)}, ${inSteps(one.median.high)}]`
      : 'none: more than half did not change';
    const cells = one.shares.map(({ epsilon, share }) =>
      figures.cell(`${minimalEpsilonRow(one, epsilon)}/share`, share, sharedN(shares)),
    );
    return [plain(one.modelId), String(one.n), median, ...cells, String(one.noneFound)];
  });
  const largest = formatEpsilon(largestSearched(content));
  return section(
    '## Smallest change of the verdict',
    `Upper bounds on the smallest epsilon that changes a model's own clean verdict, ` +
      `${first.how === 'bisection' ? 'refined by bisection to a quarter of 1/255' : 'of the epsilons of this audit alone'}. ` +
      'Median in 1/255; then the share of images changed at or below each epsilon, in percent; last the number of images ' +
      `that no attack tried changed up to ${largest}.`,
    image('minimal-epsilon.svg', 'Cumulative share of images whose verdict changes, over epsilon'),
    table(['model', 'n', 'median', ...first.shares.map(({ epsilon }) => formatEpsilon(epsilon)), 'not changed'], rows),
  );
}

/** Figures of the final scores, calibration among them. */
export function scores(content: AuditContent, figures: Figures): string[] {
  const rows = content.findings.scores.map((one) => {
    const shown = SCORE_COLUMNS.map((column) => one[column]);
    return [
      plain(one.modelId),
      scoredInput(one),
      String(one.n),
      ...SCORE_COLUMNS.map((column, at) =>
        figures.cell(`${scoreRow(one)}/${column}`, shown[at] ?? null, shown[at]?.n === one.n ? one.n : null),
      ),
    ];
  });
  return rows.length === 0
    ? []
    : section(
        '## Scores and calibration',
        'Clean, and under PGD run to its last step, in percent. Calibration error: mean gap between stated probability and ' +
          'share right; less is better. scores.csv has the confusion matrices.',
        table(
          ['model', 'input', 'n', 'macro AUROC', 'macro F1', 'calibration error', 'melanoma sens. at 95 % spec.'],
          rows,
          2,
        ),
        '### Specificity of each class',
        'Share of the images of other classes that are not called by this name, of the same verdicts.',
        specificities(content, figures),
      );
}

function specificities({ findings }: AuditContent, figures: Figures): string[] {
  const present = DIAGNOSES.filter((diagnosis) => findings.scores.some((one) => one.specificities[diagnosis] !== null));
  const rows = findings.scores.map((one) => [
    plain(one.modelId),
    scoredInput(one),
    ...present.map((diagnosis) =>
      figures.cell(classScoreRow(one, 'specificities', diagnosis), one.specificities[diagnosis], null),
    ),
  ]);
  return table(['model', 'input', ...present], rows, 2);
}

const scoredInput = ({ attack, epsilon }: AuditContent['findings']['scores'][number]): string =>
  attack === 'clean' ? 'clean' : `${ATTACK_NAMES[attack]} ${formatEpsilon(epsilon)}`;

/** The comparison fixed beforehand first, all others marked exploratory. */
export function comparisons(content: AuditContent, figures: Figures): string[] {
  const { comparisons: all } = content.findings;
  if (all.length === 0 && content.primaryComparison === null) return [];
  const primary = all.filter((one) => isPrimary(content, one));
  const others = all.filter((one) => !isPrimary(content, one));
  const rows = [...primary, ...others].map((one) => [
    isPrimary(content, one) ? '**primary**' : 'exploratory',
    `${plain(one.first)} minus ${plain(one.second)}`,
    one.attack === 'clean' ? 'clean' : `${ATTACK_NAMES[one.attack]} ${formatEpsilon(one.epsilon)}`,
    String(one.difference.n),
    `${figures.anchor(`${comparisonRow(one)}/difference`)}${signedPoints(one.difference)}`,
    probability(one.p),
    probability(one.pHolm),
    String(one.mcNemar.n),
    `${one.mcNemar.firstOnly} / ${one.mcNemar.secondOnly}`,
    probability(one.mcNemar.p),
    probability(one.mcNemar.pHolm),
  ]);
  return section(
    '## Comparisons',
    primaryInWords(content),
    rows.length === 0
      ? ''
      : 'Differences of balanced accuracy in points [95 % interval], paired. McNemar on one image of each lesion: right by ' +
          'the first alone / by the second alone. Each p of no difference, and adjusted after Holm (1979) over all ' +
          'exploratory comparisons.',
    rows.length === 0
      ? ''
      : table(
          [
            ...['', 'models', 'input', 'n', 'difference', 'p', 'p adjusted'],
            ...['lesions', 'right alone', 'p (McNemar)', 'p adjusted (McNemar)'],
          ],
          rows,
          3,
        ),
  );
}

function primaryInWords({ primaryComparison }: AuditContent): string {
  if (primaryComparison === null) return '';
  const { what, difference, method } = primaryComparison;
  return `Fixed beforehand: ${plain(what.replace(/\.$/, ''))}: **${signedPoints(difference)} points**, n = ${difference.n}. ${plain(method)}`;
}

const SMALLEST_SHOWN = 0.0001;
const probability = (p: number | null): string => (p === null ? '-' : p < SMALLEST_SHOWN ? '< 0.0001' : p.toFixed(4));

/** Randomized smoothing, where it was run. */
export function certificates(content: AuditContent, figures: Figures): string[] {
  const { certificates: all } = content.findings;
  const [first] = all;
  if (!first) return [];
  const rows = all.map((one) => {
    const shown: Figure[] = [one.abstained, ...one.certifiedAccuracy.map(({ figure }) => figure)];
    return [
      plain(one.modelId),
      nInWords(shown),
      figures.cell(`certificates/${one.modelId}/abstained`, one.abstained, sharedN(shown)),
      ...one.certifiedAccuracy.map(({ radius, figure }) =>
        figures.cell(`${certificateRow(one, radius)}/certifiedAccuracy`, figure, sharedN(shown)),
      ),
    ];
  });
  return section(
    '## Certificates',
    `Randomized smoothing in L2 (Cohen 2019): noise of standard deviation ${first.sigma} in [0, 1], ${first.draws} draws an ` +
      'image. How often it abstains, and the share certified for its label at an L2 radius of at least that, in percent. It ' +
      'speaks of the smoothed classifier, not of the model alone.',
    table(
      [
        'model',
        'n',
        'abstained',
        ...first.certifiedAccuracy.map(({ radius }) => `radius ${Number(radius.toFixed(3))}`),
      ],
      rows,
    ),
  );
}

/** Closed until a reader opens it. */
const folded = (title: string, lines: readonly string[]): string[] => [
  '<details>',
  `<summary>${title}</summary>`,
  '',
  ...lines,
  '',
  '</details>',
];
