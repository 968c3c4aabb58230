import { describe, expect, it } from 'vitest';
import { describeAttack, pgd } from '../../../../src/main/engine/attacks/index.ts';
import { attackOf } from '../../../../src/main/services/examine/attackOf.ts';
import { FIRST_ATTACK, type AttackChoice } from '../../../../src/shared/contract/app/cases.ts';

const changed = { kind: 'verdictChanged' } as const;
const toBenign = { kind: 'malignantToBenign' } as const;

describe('the attack that a reviewer chose', () => {
  it('is at first the PGD-20 of the audits', () => {
    expect(attackOf(FIRST_ATTACK)).toEqual(pgd({ criterion: changed }));
  });

  it.each<[AttackChoice, string]>([
    [
      { id: 'fgsm', norm: 'l2', criterion: changed },
      'fgsm(criterion=verdictChanged, loss=crossEntropy, norm=l2, randomStart=false, relativeStepSize=1, restarts=1, steps=1)',
    ],
    [
      { id: 'bim', norm: 'linf', steps: 10, loss: 'margin', criterion: { kind: 'targeted', target: 4 } },
      'bim(criterion=targeted(4), loss=margin, norm=linf, randomStart=false, relativeStepSize=0.25, restarts=1, steps=10)',
    ],
    [
      { id: 'pgd', norm: 'linf', steps: 50, restarts: 3, loss: 'crossEntropy', criterion: changed },
      'pgd(criterion=verdictChanged, loss=crossEntropy, norm=linf, randomStart=true, relativeStepSize=0.05, restarts=3, steps=50)',
    ],
    [
      { id: 'apgd-ce', norm: 'linf', steps: 30, restarts: 2, criterion: changed },
      'apgd-ce(criterion=verdictChanged, loss=crossEntropy, norm=linf, restarts=2, rho=0.75, steps=30, targets=1)',
    ],
    [
      { id: 'apgd-dlr', norm: 'l2', steps: 30, restarts: 1, criterion: changed },
      'apgd-dlr(criterion=verdictChanged, loss=dlr, norm=l2, restarts=1, rho=0.75, steps=30, targets=1)',
    ],
    [
      { id: 'square', norm: 'linf', queries: 500, criterion: changed },
      'square(criterion=verdictChanged, initialShare=0.8, norm=linf, queries=500, restarts=1)',
    ],
    [
      { id: 'noise', norm: 'linf', distribution: 'gaussian', draws: 20, criterion: changed },
      'noise(criterion=verdictChanged, distribution=gaussian, draws=20, norm=linf)',
    ],
  ])('%o has every parameter', (choice, description) => {
    expect(describeAttack(attackOf(choice))).toBe(description);
  });

  it('across the groups climbs the margin where nobody chose the loss', () => {
    expect(attackOf({ id: 'fgsm', norm: 'linf', criterion: toBenign })).toMatchObject({ loss: 'margin' });
    const apgd = { id: 'apgd-ce', norm: 'linf', steps: 20, restarts: 1, criterion: toBenign } as const;
    expect(attackOf(apgd)).toMatchObject({ loss: 'margin' });
    const chosen = { id: 'pgd', norm: 'linf', steps: 20, restarts: 1, loss: 'crossEntropy' } as const;
    expect(attackOf({ ...chosen, criterion: toBenign })).toMatchObject({ loss: 'crossEntropy' });
  });
});
