import type { Audit, AuditAttack, AuditContent } from '../../../shared/contract/audit.ts';
import { attackName, describeSettings, imagesOfSquare, isDirected } from '../wording.ts';
import { bullets, plain, section, table } from './markdown.ts';

/** Every attack with every parameter, by its name in audit.json. */
export function attacks(content: AuditContent): string[] {
  const { attacks: all, budget } = content;
  const rows = all
    .filter(({ id }) => id !== 'clean')
    .map((attack) => [
      namedWithImages(content, attack),
      criterionOf(attack),
      plain(describeSettings(attack)),
      parametersOf(attack),
    ]);
  return section(
    '## Attacks',
    `Budget: ${budget}.${worstCaseInWords(content)}`,
    table(['attack', 'aim', 'in short', 'parameters'], rows, 4),
  );
}

/** In which order the attacks of the worst case ran, by what they aim at. */
function worstCaseInWords(content: AuditContent): string {
  const { attacks: all, ensemble } = content;
  if (ensemble.length === 0) return '';
  const order = (directed: boolean) =>
    ensemble
      .flatMap((id) => all.find((attack) => attack.id === id && isDirected(attack) === directed) ?? [])
      .map((attack) => namedWithImages(content, attack))
      .join(', ');
  const directed = order(true);
  return (
    ` The worst case of an image is whatever succeeds first, in this order: ${order(false)}.` +
    (directed === '' ? '' : ` Towards a benign verdict: ${directed}.`) +
    ' Of the attacks after PGD, each saw only the images that those before it had left.'
  );
}

function namedWithImages(content: AuditContent, attack: AuditAttack): string {
  const images = attack.id === 'square' ? imagesOfSquare(content) : null;
  return images === null ? attackName(attack) : `${attackName(attack)} (on ${images} images)`;
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

/**
 * Who computed the figures, when, with what. Program, command and times are no part of the hash of the content.
 *
 * @param command the command line that wrote the page; null where it is not known
 */
export function howMade({ content, contentSha256, run }: Audit, command: string | null): string[] {
  const environments = content.mixedEnvironments ?? [content.environment];
  const resumed = run.resumed ? ', broken off and resumed' : '';
  return section(
    '## How this was made',
    table(
      ['not part of the hash', ''],
      [
        ['program', plain(run.app)],
        ...(command === null ? [] : [['command', `\`${command.replaceAll(/[`|\n]/g, ' ')}\``]]),
        ['computed', `${run.startedAt} to ${run.finishedAt}${resumed}`],
        ['host', plain(`${run.host.platform} ${run.host.arch}, Node ${run.host.node}`)],
      ],
      2,
    ),
    content.mixedEnvironments
      ? '**Parts of different numerics were merged: two such results need not agree to the last bit.**'
      : '',
    table(
      ['part of the hash', ''],
      [
        ['seed', `${content.sample.seed}, of the sample, the intervals and every random draw`],
        ...environments.flatMap(environmentRows),
        ...content.models.map(({ id, sha256 }) => [`card of model ${plain(id)}`, `SHA-256 \`${sha256}\``]),
        ['images and their order', `SHA-256 \`${content.sample.manifestSha256}\``],
      ],
      2,
    ),
    bullets([
      `content of the result: SHA-256 \`${contentSha256}\`. Whoever computes the same plan on the same numerics gets the same.`,
    ]),
  );
}

const environmentRows = ({
  backend,
  device,
  cpu,
  threads,
  versions,
  numericsFingerprint,
}: AuditContent['environment']): string[][] => [
  ['computed with', plain(`${backend} on the ${device}, ${cpu}, threads: ${threads}`)],
  [
    'libraries',
    plain(
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ),
  ],
  ['numerics fingerprint', `\`${numericsFingerprint}\``],
];
