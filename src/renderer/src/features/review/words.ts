import { useTranslation } from 'react-i18next';
import type { AttackChoice } from '../../../../shared/contract/app/cases.ts';
import { classIndexOf, type Diagnosis } from '../../../../shared/domain/diagnosis.ts';
import { epsilonText } from './scale.ts';
import { type Shown, pointOf, saidAt } from './shown.ts';
import type { Evidence } from './lanes.ts';
import type { Side } from './useSide.ts';

/** Two digits: a third would promise more than a softmax holds. */
export const probabilityText = (probability: number): string => probability.toFixed(2);

export const probabilityOf = (probabilities: readonly number[], dx: Diagnosis): number =>
  probabilities[classIndexOf(dx)] ?? 0;

/** The budget that people name with an attack: `PGD-20`, `Square, 1000 queries`. */
function budgetOf(choice: AttackChoice): number {
  switch (choice.id) {
    case 'fgsm':
      return 1;
    case 'square':
      return choice.queries;
    case 'noise':
      return choice.draws;
    case 'bim':
    case 'pgd':
    case 'apgd-ce':
    case 'apgd-dlr':
      return choice.steps;
  }
}

export function useAttackWords() {
  const { t } = useTranslation();
  return {
    short: (choice: AttackChoice): string => t(`review.attack.short.${choice.id}`, { count: budgetOf(choice) }),
    norm: (choice: AttackChoice): string => t(`review.attack.norms.${choice.norm}`),
  };
}

/** What a model says at the slider: `standard says nevus 0.43 (carried from 0.75/255)`. */
export function useSaid(attack: AttackChoice) {
  const { t } = useTranslation();
  const remark = (shown: Shown): string => {
    const point = pointOf(shown);
    const epsilon = point === null ? '' : epsilonText(attack.norm, point.epsilon);
    if (shown.kind === 'carried') return t('review.sentence.carried', { epsilon });
    if (shown.kind !== 'below') return '';
    return point === null ? t('review.sentence.belowClean') : t('review.sentence.below', { epsilon });
  };
  return ({ compared }: Side, evidence: Evidence, shown: Shown): string => {
    const { verdict, probabilities } = saidAt(evidence, shown);
    const said = t('review.sentence.said', {
      model: compared.name,
      name: t(`review.named.${verdict}`),
      probability: probabilityText(probabilityOf(probabilities, verdict)),
    });
    return said + remark(shown);
  };
}
