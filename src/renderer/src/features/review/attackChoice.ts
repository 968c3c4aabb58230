/** Which attack is tried on a case, and over which epsilons. */
import { type AttackChoice, FIRST_EPSILONS_255 } from '../../../../shared/contract/app/cases.ts';
import type { Norm } from '../../../../shared/domain/attack.ts';
import { type Diagnosis, isMalignantDiagnosis, DIAGNOSES } from '../../../../shared/domain/diagnosis.ts';
import { epsilonFrom255 } from '../../../../shared/domain/epsilon.ts';

type ChoiceId = AttackChoice['id'];
export type ChosenCriterion = AttackChoice['criterion'];

export const CHOICE_IDS: readonly ChoiceId[] = ['fgsm', 'bim', 'pgd', 'apgd-ce', 'apgd-dlr', 'square', 'noise'];

/** In units of the input's own space; 1 is a root mean square of 2.3/255 on a 64x64 input. */
const L2_EPSILONS: readonly number[] = [0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1];

/** What a case is opened with, ascending. */
export const firstEpsilons = (norm: Norm): readonly number[] =>
  norm === 'linf' ? FIRST_EPSILONS_255.map(epsilonFrom255) : L2_EPSILONS;

/** Another attack, with its published budget; norm and criterion stay as they were chosen. */
export function withId(before: AttackChoice, id: ChoiceId): AttackChoice {
  const { norm, criterion } = before;
  switch (id) {
    case 'fgsm':
      return { id, norm, criterion };
    case 'bim':
      return { id, norm, steps: 20, loss: 'crossEntropy', criterion };
    case 'pgd':
      return { id, norm, steps: 20, restarts: 1, loss: 'crossEntropy', criterion };
    case 'apgd-ce':
    case 'apgd-dlr':
      return { id, norm, steps: 100, restarts: 1, criterion };
    case 'square':
      return { id, norm, queries: 1000, criterion };
    case 'noise':
      return { id, norm, distribution: 'uniform', draws: 10, criterion };
  }
}

/** Parameters that are numbers, with the bounds that the program accepts. */
export const NUMBER_BOUNDS = {
  steps: { least: 1, most: 200 },
  restarts: { least: 1, most: 10 },
  queries: { least: 10, most: 5000 },
  draws: { least: 1, most: 1000 },
} as const;
type NumberParameter = keyof typeof NUMBER_BOUNDS;

/** Those of this attack, in the order in which they are asked. */
export const numbersOf = (choice: AttackChoice): readonly (readonly [NumberParameter, number])[] =>
  (Object.keys(NUMBER_BOUNDS) as NumberParameter[]).flatMap((name) => {
    const value = (choice as Partial<Record<NumberParameter, number>>)[name];
    return value === undefined ? [] : [[name, value] as const];
  });

/** The choice with another number; a number outside of its bounds is brought to the nearer one. */
export function withNumber(choice: AttackChoice, name: NumberParameter, value: number): AttackChoice {
  const { least, most } = NUMBER_BOUNDS[name];
  const bounded = Math.min(Math.max(Math.round(value), least), most);
  return name in choice ? { ...choice, [name]: bounded } : choice;
}

/** Whether a verdict that became `to` is what this attack aims at, for a model that says `clean` of the clean input. */
export function meets(criterion: ChosenCriterion, clean: Diagnosis, to: Diagnosis): boolean {
  switch (criterion.kind) {
    case 'verdictChanged':
      return to !== clean;
    case 'malignantToBenign':
      return isMalignantDiagnosis(clean) && !isMalignantDiagnosis(to);
    case 'benignToMalignant':
      return !isMalignantDiagnosis(clean) && isMalignantDiagnosis(to);
    case 'targeted':
      return DIAGNOSES[criterion.target] === to;
  }
}

/** Whether an attack can aim at this at all: a benign verdict cannot be turned from malignant to benign. */
export function isApplicable(criterion: ChosenCriterion, clean: Diagnosis): boolean {
  switch (criterion.kind) {
    case 'verdictChanged':
      return true;
    case 'malignantToBenign':
      return isMalignantDiagnosis(clean);
    case 'benignToMalignant':
      return !isMalignantDiagnosis(clean);
    case 'targeted':
      return DIAGNOSES[criterion.target] !== clean;
  }
}
