import type { AttackChoice } from '../../../shared/contract/app/cases.ts';
import type { Attack, AttackLoss, Criterion } from '../../../shared/domain/attack.ts';
import type { ClassIndex } from '../../../shared/domain/diagnosis.ts';
import { assertNever } from '../../../shared/kernel/assertNever.ts';
import { apgdCe, apgdDlr, bim, fgsm, gaussianNoise, pgd, square, uniformNoise } from '../../engine/attacks/defaults.ts';

const criterionOf = ({ criterion }: AttackChoice): Criterion =>
  criterion.kind === 'targeted' ? { kind: 'targeted', target: criterion.target as ClassIndex } : criterion;

/** Where nobody chooses the loss, that of an audit: docs/decisions/0008-directed-margin.md */
const lossFor = ({ kind }: Criterion): Exclude<AttackLoss, 'dlr'> =>
  kind === 'malignantToBenign' || kind === 'benignToMalignant' ? 'margin' : 'crossEntropy';

/**
 * However many steps, together they lead 2.5 times as far as epsilon (Madry et al. 2018, section 5): 20 steps of epsilon/8.
 * With steps of one length, few of them would not reach the end of the ball, and the attack would look weaker than it is.
 */
const stepsOf = (steps: number) => ({ steps, relativeStepSize: 2.5 / steps });

/** The attack that a reviewer chose, with every parameter. */
export function attackOf(choice: AttackChoice): Attack {
  const criterion = criterionOf(choice);
  const common = { norm: choice.norm, criterion };
  switch (choice.id) {
    case 'fgsm':
      return fgsm({ ...common, loss: lossFor(criterion) });
    case 'bim':
      return bim({ ...common, ...stepsOf(choice.steps), loss: choice.loss });
    case 'pgd':
      return pgd({ ...common, ...stepsOf(choice.steps), restarts: choice.restarts, loss: choice.loss });
    case 'apgd-ce':
      return apgdCe({ ...common, steps: choice.steps, restarts: choice.restarts, loss: lossFor(criterion) });
    case 'apgd-dlr':
      return apgdDlr({ ...common, steps: choice.steps, restarts: choice.restarts });
    case 'square':
      return square({ ...common, queries: choice.queries });
    case 'noise': {
      const noise = choice.distribution === 'gaussian' ? gaussianNoise : uniformNoise;
      return noise({ ...common, draws: choice.draws });
    }
    default:
      return assertNever(choice);
  }
}
