import type { AuditAttack, AuditContent } from '../../../shared/contract/audit.ts';
import { DIAGNOSIS_NAMES } from '../../../shared/domain/diagnosis.ts';
import { formatEpsilon } from '../../../shared/domain/epsilon.ts';
import { ATTACK_NAMES, describeSettings, inputSizes, listedWords, NORM_NAMES } from '../wording.ts';
import { blocks, bullets, plain, section, table } from './markdown.ts';

/** What was asked, of which models, under which threat. */
export function question(content: AuditContent): string[] {
  const { models, epsilons, results } = content;
  const norm = NORM_NAMES[results[0]?.norm ?? 'linf'];
  return section(
    '## What was asked',
    'Would these verdicts survive a perturbation too small to see, and which model keeps them? ' +
      `Attacked is the ${inputSizes(models)} model input, not the photograph: each value may change by at most epsilon ` +
      `(${norm}), here ${listedWords(epsilons.map(formatEpsilon))} of the value range. The attacker knows the model, its ` +
      'weights included, and the label, and wants any other verdict; for dangerous flips, a benign one for a malignant image.',
    table(
      ['model', 'recipe', 'input', 'SHA-256 of its card'],
      models.map(({ id, recipe, inputHeight, inputWidth, sha256 }) => [
        plain(id),
        plain(recipe),
        `${inputWidth}x${inputHeight}`,
        `\`${sha256}\``,
      ]),
      4,
    ),
    `> ${plain(content.intendedUse)}`,
  );
}

/** What the figures rest on. */
export function sample(content: AuditContent): string[] {
  const { sample: drawn, cases, intervals } = content;
  const unknown = cases.filter(({ lesionId }) => lesionId === null).length;
  return section(
    '## Sample',
    `${plain(drawn.how)} ${drawn.n} images, out of ${drawn.of} of ${drawn.lesions} lesions; seed ${drawn.seed}.` +
      (unknown === 0
        ? ''
        : ` The lesion of ${unknown} images is not known: each counts as one of its own, and if some show the same, ` +
          'intervals are too narrow.'),
    table(
      ['class', 'images', 'lesions', 'lesions in the set'],
      drawn.perClass.map(({ diagnosis, n, lesions, lesionsInSet, tooFew }) => [
        `${DIAGNOSIS_NAMES[diagnosis]} (${diagnosis})${tooFew ? ', **too few**' : ''}`,
        String(n),
        String(lesions),
        String(lesionsInSet),
      ]),
    ),
    drawn.unlabelled === 0 ? '' : `${drawn.unlabelled} images have no label; no accuracy rests on them.`,
    plain(intervals),
  );
}

/** Every attack with every parameter, by its name in audit.json. */
export function attacks({ attacks: all, ensemble, budget }: AuditContent): string[] {
  const rows = all
    .filter(({ id }) => id !== 'clean')
    .map((attack) => [
      ATTACK_NAMES[attack.id],
      criterionOf(attack),
      plain(describeSettings(attack)),
      parametersOf(attack),
    ]);
  const first = ['noise', 'fgsm', 'bim', 'pgd'].flatMap((id) => all.find((attack) => attack.id === id)?.id ?? []);
  const order = [...first, ...ensemble].map((id) => ATTACK_NAMES[id]);
  return section(
    '## Attacks',
    `Budget: ${budget}.` +
      (ensemble.length === 0
        ? ''
        : ` The worst case of an image is whatever succeeds first, in this order: ${order.join(', ')}. Of the attacks after ` +
          'PGD, each saw only the images that those before it had left.'),
    table(['attack', 'aim', 'in short', 'parameters'], rows, 4),
  );
}

const criterionOf = (attack: AuditAttack): string => {
  if (attack.id === 'clean') return '';
  switch (attack.criterion.kind) {
    case 'misclassified':
      return 'any verdict but the label';
    case 'verdictChanged':
      return 'any verdict but the clean one';
    case 'malignantToBenign':
      return 'a benign verdict';
    case 'benignToMalignant':
      return 'a malignant verdict';
    case 'targeted':
      return `class ${attack.criterion.target}`;
  }
};

const TOLD_ELSEWHERE: readonly string[] = ['id', 'kind', 'criterion'];

const parametersOf = (attack: AuditAttack): string =>
  Object.entries(attack)
    .filter(([name]) => !TOLD_ELSEWHERE.includes(name))
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');

export const notRun = ({ notRun: left }: AuditContent): string[] =>
  section('## Not run', left.length === 0 ? '' : bullets(left.map(plain)));

/** What computed the figures. */
export function environment(content: AuditContent, contentSha256: string): string[] {
  const all = content.mixedEnvironments ?? [content.environment];
  return section(
    '## Environment',
    content.mixedEnvironments
      ? '**Parts of different numerics were merged: two such results need not agree to the last bit.**'
      : '',
    ...all.map(({ backend, device, cpu, threads, versions, numericsFingerprint }) =>
      bullets([
        `${backend} on the ${device}, ${plain(cpu)}, threads: ${threads}`,
        `libraries: ${Object.entries(versions)
          .map(([name, version]) => plain(`${name} ${version}`))
          .join(', ')}`,
        `numerics fingerprint \`${numericsFingerprint}\``,
      ]),
    ),
    bullets([
      `images and their order: SHA-256 \`${content.sample.manifestSha256}\``,
      `content of the result: SHA-256 \`${contentSha256}\``,
    ]),
  );
}

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
        `${PUBLISHED[attack]} (epsilon, n and interval not stated)`,
        formatEpsilon(epsilon),
        accuracy === null ? '-' : figureInWords(accuracy),
      ]),
  );
  if (rows.length === 0) return [];
  return section(
    '## Beside the published figures',
    blocks(
      'Jogani et al. (arXiv 2212.06822) give the accuracy of their undefended network under attack. Epsilons, n and ' +
        'intervals are not stated there, data and split differ, and accuracy flatters a model that favours the largest ' +
        `class: the figures can be set side by side, not compared. Accuracy in percent, here of ${plain(standard.id)}.`,
      table(['attack', 'published', 'epsilon here', 'here'], rows, 1),
    ),
  );
}

const figureInWords = ({ value, low, high, n }: NonNullable<AuditContent['results'][number]['accuracy']>): string =>
  `${(100 * value).toFixed(2)} [${(100 * low).toFixed(2)}, ${(100 * high).toFixed(2)}] n = ${n}`;
