import { CLASS_COUNT, classIndexOf } from '../../../../shared/domain/diagnosis.ts';
import { isCounted, isMostProbable, type About } from './about.ts';
import { isNear, sumOf, type Contradiction } from './contradiction.ts';

/** Clean, and under the headline attacks. */
export function ofVerdicts(about: About): Contradiction[] {
  const { content, entry, headline, label, reference } = about;
  const { attacked, clean } = entry;
  const expected = headline.flatMap((attack) => content.epsilons.map((at) => `${attack} ${at}`));
  const counted = isCounted(about);
  const cleanProbability = clean.probabilities[classIndexOf(clean.verdict)] ?? 0;
  return [
    ['its clean verdict is not the most probable one', !isMostProbable(clean.verdict, clean.probabilities)],
    ['its clean probabilities do not sum to one', !isNear(sumOf(clean.probabilities), 1)],
    [
      'its attacks are not those of the audit',
      attacked.map(({ attack, epsilon }) => `${attack} ${epsilon}`).join() !== expected.join(),
    ],
    ['a verdict contradicts its success', attacked.some(({ success, verdict }) => success !== (verdict !== reference))],
    [
      'a verdict is less probable than others',
      attacked.some(({ probability }) => probability < 1 / CLASS_COUNT && !isNear(probability, 1 / CLASS_COUNT)),
    ],
    [
      'it was wrong when clean, and yet attacked',
      label !== null &&
        clean.verdict !== label &&
        attacked.some(
          ({ verdict, probability }) => verdict !== clean.verdict || !isNear(probability, cleanProbability),
        ),
    ],
    [
      'it counts a dangerous flip that is none, or none where one is counted',
      attacked.some(({ turnedBenign }) => (turnedBenign !== null) !== counted),
    ],
    ['what an attack found is not there at a larger epsilon', isLost(about)],
  ];
}

/** What an attack of several steps finds at one epsilon lies in every larger ball, and stays its result there. */
function isLost({ entry, carried }: About): boolean {
  return entry.attacked.some((larger, at) => {
    const smaller = entry.attacked[at - 1];
    if (smaller?.attack !== larger.attack || !carried.has(larger.attack)) return false;
    const isOther = larger.verdict !== smaller.verdict || larger.probability !== smaller.probability;
    return (smaller.success && isOther) || (smaller.turnedBenign === true && larger.turnedBenign === false);
  });
}
