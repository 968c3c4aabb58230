import { describe, expect, it } from 'vitest';
import {
  apgdCe,
  apgdDlr,
  apgdDlrTargeted,
  bim,
  describeAttack,
  fgsm,
  gaussianNoise,
  pgd,
  square,
  uniformNoise,
} from '../../../../src/main/engine/attacks/index.ts';

describe('an attack in words names every hyperparameter', () => {
  it.each([
    [
      fgsm(),
      'fgsm(criterion=misclassified, loss=crossEntropy, norm=linf, randomStart=false, relativeStepSize=1, restarts=1, steps=1)',
    ],
    [
      bim({ norm: 'l2' }),
      'bim(criterion=misclassified, loss=crossEntropy, norm=l2, randomStart=false, relativeStepSize=0.125, restarts=1, steps=20)',
    ],
    [
      pgd({ criterion: { kind: 'targeted', target: 5 }, loss: 'margin', restarts: 3 }),
      'pgd(criterion=targeted(5), loss=margin, norm=linf, randomStart=true, relativeStepSize=0.125, restarts=3, steps=20)',
    ],
    [
      apgdCe(),
      'apgd-ce(criterion=misclassified, loss=crossEntropy, norm=linf, restarts=1, rho=0.75, steps=100, targets=1)',
    ],
    [
      apgdDlr({ norm: 'l2' }),
      'apgd-dlr(criterion=misclassified, loss=dlr, norm=l2, restarts=1, rho=0.75, steps=100, targets=1)',
    ],
    [
      apgdDlrTargeted(),
      'apgd-dlr-targeted(criterion=misclassified, loss=targetedDlr, norm=linf, restarts=1, rho=0.75, steps=50, targets=3)',
    ],
    [square(), 'square(criterion=misclassified, initialShare=0.8, norm=linf, queries=1000, restarts=1)'],
    [uniformNoise(), 'noise(criterion=misclassified, distribution=uniform, draws=10, norm=linf)'],
    [gaussianNoise({ draws: 3 }), 'noise(criterion=misclassified, distribution=gaussian, draws=3, norm=linf)'],
  ])('%#', (attack, expected) => {
    expect(describeAttack(attack)).toBe(expected);
  });
});
