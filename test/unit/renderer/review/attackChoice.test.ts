import { describe, expect, it } from 'vitest';
import { attackChoiceSchema, FIRST_ATTACK, type AttackChoice } from '../../../../src/shared/contract/app/cases.ts';
import { classIndexOf } from '../../../../src/shared/domain/diagnosis.ts';
import {
  CHOICE_IDS,
  firstEpsilons,
  isApplicable,
  meets,
  NUMBER_BOUNDS,
  numbersOf,
  withId,
  withNumber,
} from '../../../../src/renderer/src/features/review/attackChoice.ts';

const everyChoice: AttackChoice[] = CHOICE_IDS.map((id) => withId(FIRST_ATTACK, id));

describe('an attack that a reviewer chooses', () => {
  it.each(everyChoice)('is one that the program accepts: $id', (choice) => {
    expect(attackChoiceSchema.parse(choice)).toEqual(choice);
  });

  it('keeps norm and aim when the attack changes', () => {
    const aimed: AttackChoice = { ...FIRST_ATTACK, norm: 'l2', criterion: { kind: 'malignantToBenign' } };
    expect(withId(aimed, 'square')).toMatchObject({ norm: 'l2', criterion: { kind: 'malignantToBenign' } });
  });

  it.each(everyChoice.flatMap((choice) => numbersOf(choice).map(([name]) => ({ choice, name }))))(
    'is accepted with the smallest and the largest number of $name: $choice.id',
    ({ choice, name }) => {
      const { least, most } = NUMBER_BOUNDS[name];
      for (const value of [least - 7, most + 7]) {
        expect(attackChoiceSchema.safeParse(withNumber(choice, name, value)).success).toBe(true);
      }
      expect(withNumber(choice, name, least)).toMatchObject({ [name]: least });
    },
  );

  it('takes on no number that it does not have', () => {
    expect(withNumber(withId(FIRST_ATTACK, 'fgsm'), 'steps', 5)).not.toHaveProperty('steps');
  });

  it.each(['linf', 'l2'] as const)('is first tried at epsilons that rise, in %s', (norm) => {
    const epsilons = firstEpsilons(norm);
    expect(epsilons).toEqual([...epsilons].toSorted((one, other) => one - other));
    expect(epsilons.every((epsilon) => epsilon > 0 && epsilon <= 1)).toBe(true);
  });
});

describe('what an attack aims at', () => {
  const towardsNevus = { kind: 'targeted', target: classIndexOf('nv') } as const;

  it.each([
    [{ kind: 'verdictChanged' }, 'mel', 'bcc', true],
    [{ kind: 'verdictChanged' }, 'mel', 'mel', false],
    [{ kind: 'malignantToBenign' }, 'mel', 'bcc', false],
    [{ kind: 'malignantToBenign' }, 'mel', 'nv', true],
    [{ kind: 'benignToMalignant' }, 'nv', 'akiec', true],
    [towardsNevus, 'mel', 'nv', true],
    [towardsNevus, 'mel', 'bkl', false],
  ] as const)('%j: from %s to %s is met: %s', (criterion, clean, to, met) => {
    expect(meets(criterion, clean, to)).toBe(met);
  });

  it.each([
    [{ kind: 'verdictChanged' }, 'nv', true],
    [{ kind: 'malignantToBenign' }, 'nv', false],
    [{ kind: 'benignToMalignant' }, 'mel', false],
    [towardsNevus, 'nv', false],
    [towardsNevus, 'mel', true],
  ] as const)('%j can be aimed at a clean %s: %s', (criterion, clean, applicable) => {
    expect(isApplicable(criterion, clean)).toBe(applicable);
  });
});
