import type { Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { InputBatch } from '../../../shared/contract/engine.ts';
import type { Criterion } from '../../../shared/domain/attack.ts';
import type { ClassIndex } from '../../../shared/domain/diagnosis.ts';
import type { Sha256 } from '../../../shared/kernel/ids.ts';
import type { Classifier } from '../models/classifier.ts';
import type { Control } from './control.ts';
import { taskFor, type Task } from './criteria.ts';
import { judge, rowsOf, unitValues, verdictOf, type Logits } from './judgement.ts';

/** One clean input, what the model says of it, and what the criterion therefore asks for. */
export interface CleanImage {
  readonly index: number;
  readonly sha256: Sha256;
  /** Float32 NHWC values in [0, 1]. */
  readonly values: Float32Array;
  readonly logits: Logits;
  readonly task: Task;
}

export interface CleanImages {
  readonly images: readonly CleanImage[];
  /** All of them on the device, `[n, height, width, 3]`. */
  readonly tensor: Tensor4D;
}

interface Request {
  readonly inputs: InputBatch;
  readonly labels: readonly (ClassIndex | null)[];
  readonly attack: { readonly criterion: Criterion };
}

function checkShapes({ inputs, labels }: Request, classifier: Classifier): void {
  const count = inputs.imageSha256.length;
  const { height, width } = classifier;
  const fits = inputs.height === height && inputs.width === width;
  if (!fits || inputs.pixels.length !== count * height * width * 3 || labels.length !== count) {
    throw new Error(`Expected ${count} labels and inputs of ${height}x${width} RGB, the model's input size.`);
  }
}

/** Uploads and judges the clean inputs, hands them to `use`, and frees them when it ends, however it ends. */
export async function withCleanImages<Result>(
  classifier: Classifier,
  request: Request,
  control: Control,
  use: (clean: CleanImages) => Promise<Result>,
): Promise<Result> {
  checkShapes(request, classifier);
  const { inputs, labels, attack } = request;
  const values = unitValues(inputs.pixels);
  const count = inputs.imageSha256.length;
  const tensor = tf.tensor4d(values, [count, inputs.height, inputs.width, 3]);
  try {
    const logits = await judge(classifier, tensor, control);
    const rows = rowsOf(values, count, values.length / count);
    const images = inputs.imageSha256.map((sha256, index): CleanImage => {
      const row = logits[index] ?? new Float32Array();
      const task = taskFor(attack.criterion, labels[index] ?? null, verdictOf(row));
      return { index, sha256, values: rows[index] ?? new Float32Array(), logits: row, task };
    });
    return await use({ images, tensor });
  } finally {
    tensor.dispose();
  }
}
