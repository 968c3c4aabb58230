import type { Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { ProbeOutcome, ProbeRequest } from '../../../shared/contract/engine.ts';
import { CLASS_COUNT, type ClassIndex } from '../../../shared/domain/diagnosis.ts';
import { nextTurn, type Control } from '../attacks/control.ts';
import { batches, judge, paddedRows, readInTidy, rowsOf, verdictOf, type Logits } from '../attacks/judgement.ts';
import type { Classifier } from '../models/classifier.ts';
import { withInputs } from './inputs.ts';

/** One image's logits and input gradient, as they came off the device. */
interface Pass {
  readonly logits: Float32Array;
  readonly gradient: Float32Array;
}

/** Logits and gradients of a batch in one pass; `classes` names the class of each row, padding has none. */
function passOver(classifier: Classifier, inputs: () => Tensor4D, classes: readonly ClassIndex[]): Pass[] {
  let logits = new Float32Array();
  const gradients = readInTidy(() => {
    const images = inputs();
    const targets = new Float32Array(images.shape[0] * CLASS_COUNT);
    classes.forEach((index, row) => (targets[row * CLASS_COUNT + index] = 1));
    const crossEntropy = (x: tf.Tensor): tf.Tensor => {
      const output = classifier.logits(x as Tensor4D);
      logits = output.dataSync<'float32'>().slice();
      return tf.neg(tf.sum(tf.mul(tf.logSoftmax(output), tf.tensor2d(targets, output.shape))));
    };
    return tf.grad(crossEntropy)(images);
  });
  const ownGradients = rowsOf(gradients, classes.length, gradients.length / (logits.length / CLASS_COUNT));
  return rowsOf(logits, classes.length, CLASS_COUNT).map((own, row) => ({
    logits: own,
    gradient: ownGradients[row] ?? new Float32Array(),
  }));
}

const largestOf = (gradient: Float32Array): number | null =>
  gradient.every(Number.isFinite) ? gradient.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) : null;

function marginOf(logits: Logits): number {
  const [first = Number.NaN, second = Number.NaN] = logits.toSorted().reverse();
  return first - second;
}

/** Bytes, not numbers: 0 is not -0, and a NaN equals itself. */
const bytesOf = (values: Float32Array): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
const sameBits = (first: Float32Array, second: Float32Array): boolean => bytesOf(first).equals(bytesOf(second));

const outcomeOf = (image: number, first: Pass, second: Pass): ProbeOutcome => ({
  image,
  largestGradient: largestOf(first.gradient),
  logitMargin: marginOf(first.logits),
  repeatable: sameBits(first.logits, second.logits) && sameBits(first.gradient, second.gradient),
});

/**
 * What the sanity checks ask of a model at the clean inputs (Carlini et al. 2019, arXiv 1902.06705, sections 3 and 5):
 * does a gradient reach the input, how far apart are the logits, does the same batch give the same bits twice?
 *
 * The gradient is that of the **ordinary float32 cross-entropy**, log-softmax and all, not of the loss that the attacks
 * here climb. Theirs is made not to flatten at confident verdicts, so it would hide just what is asked: whether this
 * model's gradients vanish for the usual tools. With a logit margin above about 17 the softmax of the verdict rounds to
 * 1 in float32, above about 104 that of every other class to 0, and the gradient with it: no step of FGSM or PGD then
 * moves the image, and the model looks robust because of how its loss is rounded. A gradient that the network itself
 * cuts off (a quantised input) is 0 under any loss, and so under this one.
 *
 * The class is the label, or the model's own verdict where that is unknown. One outcome per image. Throws `INTERRUPTED`
 * within one pass of a cancel, `MODEL_NOT_FINITE` where a logit is not finite.
 */
export function runProbe(
  classifier: Classifier,
  { inputs, labels }: ProbeRequest,
  control: Control = {},
): Promise<ProbeOutcome[]> {
  if (labels.length !== inputs.imageSha256.length) throw new Error('Expected one label, or null, per image.');
  return withInputs(classifier, inputs, async (images) => {
    const verdicts = (await judge(classifier, images, control)).map(verdictOf);
    const outcomes: ProbeOutcome[] = [];
    for (const rows of batches(verdicts.length)) {
      const classes = rows.flatMap((row) => labels[row] ?? verdicts[row] ?? []);
      const batch = () => tf.gather(images, tf.tensor1d(paddedRows(rows), 'int32'));
      const first = passOver(classifier, batch, classes);
      await nextTurn(control);
      const second = passOver(classifier, batch, classes);
      await nextTurn(control);
      first.forEach((pass, row) => {
        outcomes.push(outcomeOf(rows[row] ?? -1, pass, second[row] ?? pass));
      });
      control.onProgress?.({ done: outcomes.length, total: verdicts.length });
    }
    return outcomes;
  });
}
