import type { Criterion } from '../../../shared/domain/attack.ts';
import { DIAGNOSES, DIAGNOSIS_NAMES, isMalignant, type ClassIndex } from '../../../shared/domain/diagnosis.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import { taskFor } from '../../engine/attacks/criteria.ts';

export const modelUnknown = () =>
  badInput('MODEL_UNKNOWN', {
    happened: 'This model is not here any more, or its files no longer agree with its card.',
    kept: 'All that it said of cases before.',
    toDo: 'Choose another model, or look at the models and bring its files back.',
  });

export const arrayGone = () =>
  badInput('ARRAY_GONE', {
    happened: 'The attacked input is no longer at hand.',
    kept: 'All that is stored; attacked inputs are kept for the open session only.',
    toDo: 'Attack the case again: it gives the same input.',
  });

export const arrayMisfit = () =>
  badInput('ARRAY_MISFIT', {
    happened: 'This is not an attacked input of this model.',
    kept: 'Everything.',
    toDo: 'Choose an attacked input of the same model.',
  });

export const effectNeedsAttack = () =>
  badInput('EFFECT_NEEDS_ATTACK', {
    happened: 'The effect map shows what a perturbation did, and none was chosen.',
    kept: 'Everything.',
    toDo: 'Choose an attacked input, or look at the saliency or Grad-CAM of the clean one.',
  });

function aimless(happened: string) {
  return badInput('CRITERION_NOT_APPLICABLE', {
    happened,
    kept: 'Everything; nothing was attacked.',
    toDo: 'Choose another aim for this model, or "any other verdict".',
  });
}

/**
 * An attack whose aim is met already, or cannot be had from this verdict, perturbs nothing. Shown as a result it would read
 * as one: a model that no epsilon changes, or that every epsilon does.
 *
 * @throws EpsiloscopeError `CRITERION_NOT_APPLICABLE`
 */
export function refuseAimless(criterion: Criterion, cleanVerdict: ClassIndex): void {
  const task = taskFor(criterion, null, cleanVerdict);
  const name = DIAGNOSIS_NAMES[DIAGNOSES[cleanVerdict]];
  const group = isMalignant(cleanVerdict) ? 'malignant' : 'benign';
  if (task.kind === 'alreadyMet') throw aimless(`This model calls the image ${name} without any attack.`);
  if (task.kind === 'notApplicable') throw aimless(`This model calls the image ${name}, which is ${group} already.`);
}
