import { listed } from '../../../shared/kernel/listed.ts';
import type { AuditContent } from '../../../shared/contract/audit.ts';
import { presentClasses } from '../../../shared/contract/auditRows.ts';
import { DIAGNOSIS_NAMES, FEWEST_LESIONS, isMalignantDiagnosis } from '../../../shared/domain/diagnosis.ts';
import { formatEpsilon } from '../../../shared/domain/epsilon.ts';
import { ATTACK_NAMES, inputSizes } from '../wording.ts';
import { blocks, bullets, modelName, plain, section, table } from './markdown.ts';

/** What was asked, of which models, under which threat. */
export function question(content: AuditContent): string[] {
  const { models, epsilons, results } = content;
  const bound =
    results[0]?.norm === 'l2'
      ? 'the change as a whole is bounded in its L2 norm'
      : 'no value of the input is changed by more than that (L-inf)';
  return section(
    '## What was asked',
    'Would these verdicts survive a perturbation too small to see, and which model keeps them? ' +
      `Attacked is the ${inputSizes(models)} model input, not the photograph. How much an attack may change it is called ` +
      `epsilon: ${bound}, here ${listed(epsilons.map(formatEpsilon))} of the range from black to white. The ` +
      'attacker knows the model, its weights included, and the diagnosis, and wants any other verdict; for dangerous flips, a ' +
      'benign one for a malignant image.',
    table(
      ['model', 'how it was trained', 'input'],
      models.map(({ id, recipe, inputHeight, inputWidth }) => [
        modelName(content, id),
        RECIPES[recipe] ?? plain(recipe),
        `${inputWidth}x${inputHeight}`,
      ]),
      3,
    ),
    `> ${plain(content.intendedUse)}`,
  );
}

const RECIPES: Readonly<Record<string, string>> = {
  standard: 'on images as they are',
  fgsm: 'on images attacked by FGSM',
  pgd: 'on images attacked by PGD',
  mixed: 'on images attacked by FGSM, and as many attacked by PGD',
  trades: 'on images as they are, and on attacked ones for the same answer (TRADES)',
  imported: 'elsewhere, not known here',
};

/** The terms of the page, each in a line; only those that it uses. */
export function words({ results, findings, sample }: AuditContent): string[] {
  const attacks = new Set<string>(results.map(({ attack }) => attack));
  const present = presentClasses(sample).length;
  const terms: [boolean, string][] = [
    [true, '**clean**: the image as it is, without perturbation.'],
    [attacks.has('noise'), '**noise**: random changes of the same size, for comparison: no attack.'],
    [attacks.has('fgsm'), '**FGSM**: an attack of one step. **PGD**: the same in many small steps, hence stronger.'],
    [
      attacks.has('worst-case'),
      '**worst case**: for each image the strongest of all attacks tried. What was not tried may be stronger.',
    ],
    [
      true,
      '**balanced accuracy**: the share recognised, averaged over the diagnoses, so that rare ones count as much as common ' +
        `ones.${present > 0 ? ` A model that gives every image the same answer reaches ${(100 / present).toFixed(1)} %.` : ''}`,
    ],
    [true, '**sensitivity**: the share of the images of a diagnosis that is called by its name.'],
    [
      true,
      '**dangerous flips**: among the malignant images that a model calls malignant, those that an attack turns benign.',
    ],
    [
      findings.sanityChecks.length > 0,
      '**sanity checks**: whether the attacks worked as they should. Where one fails, a model may only look hard to attack ' +
        '(gradient masking), and is marked **check failed** everywhere.',
    ],
    [
      true,
      '**[low, high]**: 95 % interval. **n**: the images that a figure rests on. **exploratory**: not the one comparison ' +
        'that was fixed beforehand.',
    ],
  ];
  return section('## Words on this page', bullets(terms.flatMap(([used, term]) => (used ? [term] : []))));
}

/** What the figures rest on. */
export function sample(content: AuditContent): string[] {
  const { sample: drawn, cases, intervals } = content;
  const unknown = cases.filter(({ lesionId }) => lesionId === null).length;
  return section(
    '## Sample',
    `${sampleInWords(content)} Seed ${drawn.seed}.` +
      (unknown === 0
        ? ''
        : ` The lesion of ${unknown} images is not known: each counts as one of its own, and if some show the same, ` +
          'intervals are too narrow.'),
    table(
      ['diagnosis', '', 'images', 'lesions', 'lesions in the set'],
      drawn.perClass.map(({ diagnosis, n, lesions, lesionsInSet, tooFew }) => [
        `${DIAGNOSIS_NAMES[diagnosis]} (${diagnosis})${tooFew ? ', **too few**' : ''}`,
        isMalignantDiagnosis(diagnosis) ? 'malignant' : 'benign',
        String(n),
        String(lesions),
        String(lesionsInSet),
      ]),
      2,
    ),
    drawn.perClass.some(({ tooFew }) => tooFew)
      ? `**Too few**: fewer than ${FEWEST_LESIONS} lesions. No model is judged by such a diagnosis.`
      : '',
    drawn.unlabelled === 0 ? '' : `${drawn.unlabelled} images have no label; no accuracy rests on them.`,
    plain(intervals),
  );
}

/** A sample that is the whole set is said to be so, and no more. */
const sampleInWords = ({ sample: { n, of, lesions, how } }: AuditContent): string =>
  n === of
    ? `All ${of} images of the set, of ${lesions} lesions.`
    : `${plain(how)} The set has ${of} images of ${lesions} lesions.`;

export const notRun = ({ notRun: left }: AuditContent): string[] =>
  section('## Not run', left.length === 0 ? '' : bullets(left.map(plain)));

/** Accuracies under attack of the founding paper's undefended network. */
const PUBLISHED = { fgsm: '57.21', pgd: '37.69' } as const;

/** The figures of the founding paper beside those of the model trained as its undefended one was. */
export function published(content: AuditContent): string[] {
  const standard = content.models.find(({ recipe }) => recipe === 'standard');
  if (!standard) return [];
  const rows = (['fgsm', 'pgd'] as const).flatMap((attack) =>
    content.results
      .filter((one) => one.modelId === standard.id && one.attack === attack && one.accuracy !== null)
      .map(({ epsilon, accuracy }) => [
        ATTACK_NAMES[attack],
        PUBLISHED[attack],
        formatEpsilon(epsilon),
        accuracy === null ? '-' : figureInWords(accuracy),
      ]),
  );
  if (rows.length === 0) return [];
  return section(
    '## Beside the published figures',
    blocks(
      'Jogani et al. (arXiv 2212.06822) give the accuracy of their undefended network under attack. Their epsilons, n and ' +
        'intervals are not stated, data and split differ, and accuracy flatters a model that favours the largest ' +
        `class: the figures can be set side by side, not compared. Accuracy in percent, here of ` +
        `${modelName(content, standard.id)}.`,
      table(['attack', 'published (epsilon, n and interval not stated)', 'epsilon here', 'here'], rows, 1),
    ),
  );
}

const figureInWords = ({ value, low, high, n }: NonNullable<AuditContent['results'][number]['accuracy']>): string =>
  `${(100 * value).toFixed(2)} [${(100 * low).toFixed(2)}, ${(100 * high).toFixed(2)}] n = ${n}`;
