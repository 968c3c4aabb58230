import type { AuditContent } from '../../../shared/contract/audit.ts';
import { caution } from '../../../shared/contract/auditChecks.ts';
import {
  certificateRow,
  classScoreRow,
  comparisonRow,
  corruptionRow,
  isPrimary,
  minimalEpsilonRow,
  primaryPair,
  SCORE_COLUMNS,
  scoreRow,
  transferRow,
} from '../../../shared/contract/auditRows.ts';
import type { Figure } from '../../../shared/contract/modelCard.ts';
import { SEVERITIES } from '../../../shared/domain/corruption.ts';
import { DIAGNOSES } from '../../../shared/domain/diagnosis.ts';
import { formatEpsilon } from '../../../shared/domain/epsilon.ts';
import { corruptionTitle } from '../corruptionsSvg.ts';
import { ATTACK_NAMES, largestSearched, signedPoints } from '../wording.ts';
import {
  folded,
  image,
  modelName,
  nInWords,
  plain,
  section,
  sharedN,
  table,
  unbrokenInterval,
  type Figures,
} from './markdown.ts';

/** Who misleads whom, one table per epsilon. */
export function transfer(content: AuditContent, figures: Figures): string[] {
  const { transfer: pairs } = content.findings;
  if (pairs.length === 0) return [];
  const models = content.models.map(({ id }) => id);
  return section(
    '## Transfer between models',
    'Whether an attack made on one model misleads another, which the attacker need not know. Inputs made on the model of the ' +
      'row by PGD run to its last step, judged by the model of the column: of the images that the judging model gets right ' +
      'when clean, the share that it then gets wrong, in percent.',
    image('transfer.svg', 'Success rate of attacks transferred between all pairs of models'),
    folded(
      'The same in a table',
      table(
        ['epsilon', 'made on', ...models.map((id) => `judged by ${modelName(content, id)}`)],
        content.epsilons.flatMap((epsilon) =>
          models.map((craftedOn) => [
            formatEpsilon(epsilon),
            modelName(content, craftedOn),
            ...models.map((judgedBy) => {
              const pair = pairs.find(
                (one) => one.craftedOn === craftedOn && one.judgedBy === judgedBy && one.epsilon === epsilon,
              );
              return pair ? figures.cell(`${transferRow(pair)}/successRate`, pair.successRate, null) : '-';
            }),
          ]),
        ),
        2,
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
          ? `${figures.anchor(`${corruptionRow(one)}/differenceToClean`)}${unbrokenInterval(signedPoints(one.differenceToClean))}`
          : '-',
      );
      return [corruptionTitle(name), modelName(content, id), nInWords(shown), ...cells];
    }),
  );
  return section(
    '## Common corruptions',
    'What happens to photographs in practice, without an adversary. Balanced accuracy minus that on clean images, in ' +
      'points [95 % interval], paired; severity 1 to 5. corruptions.csv has the balanced accuracies themselves.',
    image('corruptions.svg', 'Balanced accuracy relative to clean, by corruption and severity'),
    folded('The same in a table', table(['corruption', 'model', 'n', ...SEVERITIES.map(String)], rows, 2)),
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
      ? unbrokenInterval(`${inSteps(one.median.value)} [${inSteps(one.median.low)}, ${inSteps(one.median.high)}]`)
      : 'none: more than half did not change';
    const cells = one.shares.map(({ epsilon, share }) =>
      figures.cell(`${minimalEpsilonRow(one, epsilon)}/share`, share, sharedN(shares)),
    );
    return [modelName(content, one.modelId), String(one.n), median, ...cells, String(one.noneFound)];
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
      modelName(content, one.modelId),
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
        'Clean, and under PGD run to its last step, in percent. AUROC: how well the probabilities rank the images of a ' +
          'diagnosis above all others; 50 is chance. F1: balances missed and wrongly named images. Calibration error: mean gap ' +
          'between stated probability and share right; less is better. scores.csv has the confusion matrices.',
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

/** The images of other classes are the same in every row: a column says its n once, where that is so. */
function specificities(content: AuditContent, figures: Figures): string[] {
  const { scores: all } = content.findings;
  const present = DIAGNOSES.filter((diagnosis) => all.some((one) => one.specificities[diagnosis] !== null));
  const counts = new Map(
    present.map((diagnosis) => [diagnosis, sharedN(all.map((one) => one.specificities[diagnosis]))]),
  );
  const rows = all.map((one) => [
    modelName(content, one.modelId),
    scoredInput(one),
    ...present.map((diagnosis) =>
      figures.cell(
        classScoreRow(one, 'specificities', diagnosis),
        one.specificities[diagnosis],
        counts.get(diagnosis) ?? null,
      ),
    ),
  ]);
  const head = present.map((diagnosis) => {
    const n = counts.get(diagnosis) ?? null;
    return n === null ? diagnosis : `${diagnosis}, n = ${n}`;
  });
  return table(['model', 'input', ...head], rows, 2);
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
    `${modelName(content, one.first)} minus ${modelName(content, one.second)}`,
    one.attack === 'clean' ? 'clean' : `${ATTACK_NAMES[one.attack]} ${formatEpsilon(one.epsilon)}`,
    String(one.difference.n),
    `${figures.anchor(`${comparisonRow(one)}/difference`)}${unbrokenInterval(signedPoints(one.difference))}`,
    withAdjusted(one),
    `${one.mcNemar.firstOnly} / ${one.mcNemar.secondOnly} of ${one.mcNemar.n}`,
    withAdjusted(one.mcNemar),
  ]);
  return section(
    '## Comparisons',
    primaryInWords(content),
    rows.length === 0
      ? ''
      : 'Balanced accuracy of the first model minus that of the second, in points [95 % interval], on the same images. p: how ' +
          'likely so large a difference would be if there were none; in brackets adjusted for the number of exploratory ' +
          'comparisons (Holm 1979). Right alone: lesions, one image of each, that only the first model recognises / only the ' +
          'second, with the p of McNemar.',
    rows.length === 0
      ? ''
      : table(
          ['', 'models', 'input', 'n', 'difference', 'p (adjusted)', 'right alone', 'McNemar p (adjusted)'],
          rows,
          3,
        ),
  );
}

function primaryInWords(content: AuditContent): string {
  const { primaryComparison, findings } = content;
  if (primaryComparison === null) return '';
  const { what, difference, method } = primaryComparison;
  const row = findings.comparisons.find((one) => isPrimary(content, one));
  const compared = row
    ? `balanced accuracy of ${plain(row.first)} minus ${plain(row.second)} in the worst case at ${formatEpsilon(row.epsilon)}`
    : plain(what.replace(/\.$/, ''));
  const warning = caution(content, primaryPair(content), plain);
  return (
    `Fixed beforehand: ${compared}: **${signedPoints(difference)} points**, n = ${difference.n}.` +
    `${warning === null ? '' : ` **${warning}**`} ${plain(method)}`
  );
}

/** `0.0020 (0.0078)`; the comparison fixed beforehand is not adjusted. */
const withAdjusted = ({ p, pHolm }: { readonly p: number; readonly pHolm: number | null }): string =>
  pHolm === null ? probability(p) : `${probability(p)} (${probability(pHolm)})`;

const SMALLEST_SHOWN = 0.0001;
const probability = (p: number): string => (p < SMALLEST_SHOWN ? '< 0.0001' : p.toFixed(4));

/** Randomized smoothing, where it was run. */
export function certificates(content: AuditContent, figures: Figures): string[] {
  const { certificates: all } = content.findings;
  const [first] = all;
  if (!first) return [];
  const rows = all.map((one) => {
    const shown: Figure[] = [one.abstained, ...one.certifiedAccuracy.map(({ figure }) => figure)];
    return [
      modelName(content, one.modelId),
      nInWords(shown),
      figures.cell(`certificates/${one.modelId}/abstained`, one.abstained, sharedN(shown)),
      ...one.certifiedAccuracy.map(({ radius, figure }) =>
        figures.cell(`${certificateRow(one, radius)}/certifiedAccuracy`, figure, sharedN(shown)),
      ),
    ];
  });
  return section(
    '## Certificates',
    'What no attack can change: the verdict of a smoothed classifier, which asks the model about many noisy copies of an ' +
      'image, within a radius in L2 (Cohen 2019). It speaks of the smoothed classifier, not of the model alone. ' +
      `Noise of standard deviation ${first.sigma} in [0, 1]; ${smoothingInWords(content)}. In percent: how often it ` +
      'abstains, and the share certified for its label at a radius of at least that.',
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

function smoothingInWords({ smoothing, findings }: AuditContent): string {
  if (smoothing === null) return `${findings.certificates[0]?.draws ?? 0} draws an image`;
  const { selectionDraws, draws, alpha } = smoothing;
  return `${selectionDraws} draws an image choose the class, ${draws} more count it; alpha ${alpha}, the chance that a certificate is wrong`;
}
