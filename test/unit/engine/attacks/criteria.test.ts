import { describe, expect, it } from 'vitest';
import type { Criterion } from '../../../../src/shared/domain/attack.ts';
import { classIndexOf, type ClassIndex } from '../../../../src/shared/domain/diagnosis.ts';
import { succeeds, taskFor } from '../../../../src/main/engine/attacks/criteria.ts';

const MEL = classIndexOf('mel');
const BCC = classIndexOf('bcc');
const NV = classIndexOf('nv');
const directed: Criterion = { kind: 'malignantToBenign' };

describe('what a criterion asks of an image', () => {
  it.each<[string, Criterion, ClassIndex | null, ClassIndex, string]>([
    ['right when clean', { kind: 'misclassified' }, MEL, MEL, 'attack'],
    ['wrong when clean', { kind: 'misclassified' }, MEL, NV, 'alreadyMet'],
    ['without a label', { kind: 'verdictChanged' }, null, NV, 'attack'],
    ['whatever its label', { kind: 'verdictChanged' }, MEL, NV, 'attack'],
    ['not yet at the target', { kind: 'targeted', target: NV }, MEL, MEL, 'attack'],
    ['at the target when clean', { kind: 'targeted', target: NV }, MEL, NV, 'alreadyMet'],
    ['malignant and called so', directed, MEL, MEL, 'attack'],
    ['malignant and called another malignant class', directed, MEL, BCC, 'attack'],
    ['malignant but called benign when clean', directed, MEL, NV, 'notApplicable'],
    ['benign but called malignant', directed, NV, MEL, 'notApplicable'],
    ['unlabelled and called malignant', directed, null, MEL, 'attack'],
    ['unlabelled and called benign', directed, null, NV, 'notApplicable'],
    ['benign and called so', { kind: 'benignToMalignant' }, NV, NV, 'attack'],
    ['malignant', { kind: 'benignToMalignant' }, MEL, MEL, 'notApplicable'],
  ])('%s: %o', (_, criterion, label, verdict, expected) => {
    expect(taskFor(criterion, label, verdict).kind).toBe(expected);
  });

  it('cannot count misclassified images without a label', () => {
    expect(() => taskFor({ kind: 'misclassified' }, null, NV)).toThrow(
      expect.objectContaining({ code: 'LABEL_NEEDED' }) as Error,
    );
  });

  it('is met only in the other group: another malignant class is no dangerous flip', () => {
    const task = taskFor(directed, MEL, MEL);
    if (task.kind !== 'attack') throw new Error('expected a melanoma called melanoma to be attacked');
    expect([BCC, NV].map((verdict) => succeeds(task.objective, verdict))).toEqual([false, true]);
  });
});
