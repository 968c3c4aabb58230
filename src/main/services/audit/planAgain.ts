import type { AuditContent } from '../../../shared/contract/audit.ts';
import { classIndexOf } from '../../../shared/domain/diagnosis.ts';
import { sha256 } from '../../../shared/kernel/ids.ts';
import { headlineAttacks, normOf } from './figures/source.ts';
import type { PlanInputs, PlannedModel } from './planInputs.ts';
import { statedWork, type StatedWork } from './statedWork.ts';
import { unitsOf, type Unit } from './units.ts';
import { workOf, type PlannedWork } from './work.ts';

/** The only one that packages of format 1 have; audit.json therefore does not name it. */
const PREPROCESSING: PlannedModel['input']['preprocessing'] = {
  framing: 'centre-square',
  resize: 'lanczos3',
  colour: 'sRGB',
};

/** The plan behind an audit, made anew from what its content says of images, models, budget and seed. */
export interface PlanAgain {
  readonly inputs: PlanInputs;
  readonly work: PlannedWork;
  /** In one block: how a run was cut into blocks leaves no trace in its audit. */
  readonly units: readonly Unit[];
  readonly stated: StatedWork;
}

export function planAgain(content: AuditContent): PlanAgain {
  const inputs = inputsOf(content);
  const work = workOf(inputs);
  return {
    inputs,
    work,
    units: unitsOf(inputs, work),
    stated: statedWork(inputs, work, content.mixedEnvironments?.length ?? 1),
  };
}

function inputsOf(content: AuditContent): PlanInputs {
  const { environment, models, sample, cases, budget, epsilons, smoothing } = content;
  return {
    environment,
    models: models.map(({ id, recipe, sha256: hash, inputHeight, inputWidth }) => ({
      id,
      recipe,
      sha256: sha256(hash),
      input: { height: inputHeight, width: inputWidth, preprocessing: PREPROCESSING },
    })),
    sample,
    cases: cases.map(({ imageId, imageSha256, lesionId, label, weight }) => ({
      imageId,
      imageSha256: sha256(imageSha256),
      lesionId,
      label: label === null ? null : classIndexOf(label),
      weight,
    })),
    options: {
      budget,
      certificate: smoothing !== null,
      attacks: headlineAttacks(content),
      epsilons,
      norm: normOf(content),
      sample: sample.n === sample.of ? null : Math.max(1, sample.n),
      seed: sample.seed,
      keepAdversarials: false,
      casesPerBlock: Math.max(1, cases.length),
    },
  };
}
