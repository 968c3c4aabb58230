import type { ExplainRequest, ExplainResult } from '../../../shared/contract/engine.ts';
import type { ClassIndex } from '../../../shared/domain/diagnosis.ts';
import { nextTurn, type Control } from '../attacks/control.ts';
import { unitValues, verdictOf, type Logits } from '../attacks/judgement.ts';
import type { Classifier } from '../models/classifier.ts';
import { effectMap } from './effect.ts';
import { gradCamMap } from './gradCam.ts';
import { logitsAt, type Input } from './inputs.ts';
import { saliencyMap } from './saliency.ts';

function cleanInputOf({ height, width }: Classifier, { input }: ExplainRequest): Input {
  const fits = input.height === height && input.width === width && input.pixels.length === height * width * 3;
  if (!fits) throw new Error(`Expected one input of ${height}x${width} RGB, the model's input size.`);
  return unitValues(input.pixels);
}

/** The class with the largest logit beside `verdict`. */
function runnerUp(logits: Logits, verdict: ClassIndex): ClassIndex {
  const others = [...logits.keys()].filter((index) => index !== verdict);
  return others.reduce((best, index) => ((logits[index] ?? 0) > (logits[best] ?? 0) ? index : best)) as ClassIndex;
}

const sumOf = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0);

function effectOf(classifier: Classifier, clean: Input, attacked: Input): ExplainResult {
  const before = logitsAt(classifier, clean);
  const after = logitsAt(classifier, attacked);
  const from = verdictOf(before);
  const verdict = verdictOf(after);
  const to = verdict === from ? runnerUp(after, from) : verdict;
  const marginOf = (logits: Logits): number => (logits[from] ?? Number.NaN) - (logits[to] ?? Number.NaN);
  const values = effectMap(classifier, clean, attacked, { from, to });
  const marginChange = marginOf(after) - marginOf(before);
  return { values, from, to, completeness: { sum: sumOf(values), marginChange } };
}

/**
 * Explains one input by a map (see {@link ExplainRequest}). Throws `INTERRUPTED` where it was cancelled before it began,
 * `GRAD_CAM_NEEDS_CONVOLUTION`, `MODEL_NOT_FINITE` where the model overflows.
 */
export async function runExplain(
  classifier: Classifier,
  request: ExplainRequest,
  control: Control = {},
): Promise<ExplainResult> {
  const clean = cleanInputOf(classifier, request);
  const { attacked } = request;
  if (attacked && attacked.length !== clean.length)
    throw new Error('The attacked input is not of the size of the clean.');
  await nextTurn(control);
  if (request.map === 'effect') return effectOf(classifier, clean, request.attacked);
  const looked = attacked ?? clean;
  const from = verdictOf(logitsAt(classifier, looked));
  const mapOf = request.map === 'saliency' ? saliencyMap : gradCamMap;
  return { values: mapOf(classifier, looked, from), from, to: null, completeness: null };
}
