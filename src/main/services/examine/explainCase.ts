import type { ExplanationMap, MapKind } from '../../../shared/contract/app/cases.ts';
import type { ExplainRequest, InputBatch } from '../../../shared/contract/engine.ts';
import { DIAGNOSES } from '../../../shared/domain/diagnosis.ts';
import type { Sha256 } from '../../../shared/kernel/ids.ts';
import type { ArrayStore } from './arrays.ts';
import { caseAndModel, type ExamineControl, type ExamineDependencies } from './dependencies.ts';
import { provenanceOf } from './provenance.ts';
import { arrayGone, arrayMisfit, effectNeedsAttack } from './refusals.ts';

export interface ExplainInput {
  readonly caseId: string;
  readonly modelSha256: Sha256;
  readonly map: MapKind;
  /** Null: the clean input; not for `effect`. */
  readonly attackedArray: Sha256 | null;
}

/** How each map is computed, where a figure has its attack. */
const METHODS: Readonly<Record<MapKind, string>> = {
  effect: 'integratedGradients(of=margin, path=straight, rule=midpoint, steps=64)',
  saliency: 'inputGradient(of=verdictLogit, overChannels=largestAbsolute)',
  gradCam: 'gradCam(of=verdictLogit, layer=lastConvolution, upsampling=bilinear)',
};

/**
 * A map of one input of one model, put into the array store.
 *
 * @throws EpsiloscopeError `CASE_UNKNOWN`, `MODEL_UNKNOWN`, `ARRAY_GONE`, `ARRAY_MISFIT`, `EFFECT_NEEDS_ATTACK`,
 * `GRAD_CAM_NEEDS_CONVOLUTION`, `ENGINE_DIED`, `INTERRUPTED`, and where the stored image cannot be read
 */
export async function explainCase(
  dependencies: ExamineDependencies,
  { caseId, modelSha256, map, attackedArray }: ExplainInput,
  { signal }: Pick<ExamineControl, 'signal'> = {},
): Promise<ExplanationMap> {
  const { engine, arrays, workspace } = dependencies;
  const { input, shape } = await caseAndModel(dependencies, { caseId, modelSha256 }, signal);
  const attacked = attackedArray === null ? null : attackedInput(arrays, attackedArray, input);
  const request = requestFor(modelSha256, input, map, attacked);
  const facts = await engine.call('describe', undefined);
  const { values, from, to, completeness } = await engine.call('explain', request, signal ? { signal } : {});
  return {
    map,
    shape,
    array: arrays.put(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
    smallest: values.reduce((least, value) => Math.min(least, value), Infinity),
    largest: values.reduce((most, value) => Math.max(most, value), -Infinity),
    from: DIAGNOSES[from],
    to: to === null ? null : DIAGNOSES[to],
    completeness,
    provenance: provenanceOf(modelSha256, METHODS[map], facts, workspace.db.clock),
  };
}

function requestFor(
  modelSha256: Sha256,
  input: InputBatch,
  map: MapKind,
  attacked: Float32Array | null,
): ExplainRequest {
  if (map !== 'effect') return { modelSha256, input, map, attacked };
  if (attacked === null) throw effectNeedsAttack();
  return { modelSha256, input, map, attacked };
}

/** The page names arrays by hash alone: it may name one of another model, or a map. */
function attackedInput(arrays: ArrayStore, hash: Sha256, { pixels }: InputBatch): Float32Array {
  const bytes = arrays.get(hash);
  if (bytes === undefined) throw arrayGone();
  if (bytes.length !== pixels.length * Float32Array.BYTES_PER_ELEMENT) throw arrayMisfit();
  const values = new Float32Array(bytes.slice().buffer);
  if (!values.every((value) => value >= 0 && value <= 1)) throw arrayMisfit();
  return values;
}
