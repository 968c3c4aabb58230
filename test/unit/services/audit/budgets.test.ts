import { describe, expect, it } from 'vitest';
import { BUDGETS } from '../../../../src/shared/contract/audit.ts';
import { notRun } from '../../../../src/main/services/audit/budgets.ts';
import type { AuditOptions } from '../../../../src/main/services/audit/types.ts';

const said = (changes: Partial<AuditOptions>, squareOnAll = true): string => {
  const scope = { attacks: ['noise', 'fgsm', 'pgd'], budget: 'full', certificate: true, norm: 'linf' } as const;
  return notRun({ ...scope, ...changes }, squareOnAll).join('\n');
};

describe('what an audit says that it left out', () => {
  it.each(BUDGETS)('holds, on the budget %s, what no budget runs', (budget) => {
    expect(said({ budget })).toContain('Gaussian noise: NOT RUN.');
    expect(said({ budget })).toContain('Attacks aimed at a malignant verdict for benign images: NOT RUN.');
  });

  it('holds the other norm', () => {
    expect(said({})).toContain('Attacks in L2: NOT RUN.');
    expect(said({ norm: 'l2', budget: 'basic' })).toContain('Attacks in L-inf: NOT RUN.');
    expect(said({ norm: 'l2', budget: 'basic' })).toContain('Minimal epsilon: NOT RUN in L2.');
  });

  it('holds the headline attacks that were not asked for, and no other', () => {
    expect(said({})).toContain('BIM, Gaussian noise: NOT RUN.');
    expect(said({ attacks: ['noise', 'fgsm', 'bim', 'pgd'] })).not.toContain('BIM');
    expect(said({ attacks: ['pgd'], budget: 'basic' })).toContain('Uniform noise, FGSM, BIM, Gaussian noise: NOT RUN.');
  });

  it('holds Square where it did not look: outside of its sample, and in the direction of dangerous flips', () => {
    expect(said({})).toContain('Square (black box) aimed at a benign verdict: NOT RUN.');
    expect(said({})).not.toContain('outside of the check sample');
    expect(said({}, false)).toContain('Square (black box) on images outside of the check sample: NOT RUN.');
  });

  it('holds the certificate unless it was asked for', () => {
    expect(said({})).not.toContain('Certificate');
    expect(said({ certificate: false })).toContain('Certificate by randomized smoothing: NOT RUN.');
  });
});
