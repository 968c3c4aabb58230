import * as tf from '@tensorflow/tfjs';
import { relu } from '../backend/operations.ts';
import type { Classifier, Features } from './classifier.ts';

/** Why a model cannot be compiled, as the rest of a sentence: "layer x is dilated". */
export class UnsupportedModel extends Error {
  override readonly name = 'UnsupportedModel';
}

/**
 * Turns a `tf.LayersModel` into a bare function of its input, for attacks.
 *
 * Why not `model.apply`: under a gradient tape tfjs-layers runs a linear convolution as `fused.conv2d`, whose
 * gradient function computes the filter's gradient as well, which an attack throws away. Plain `conv2d` computes
 * only what is asked for. Batch normalisation at inference is affine and is folded into the convolution
 * before it. Same function up to float rounding (a test compares them), a quarter less time per gradient.
 *
 * The weights are copied: the classifier outlives `model` and does not follow its training.
 *
 * @throws UnsupportedModel naming the layer; no tensor stays then
 */
export function compileClassifier(model: tf.LayersModel): Classifier {
  const input = single(model.inputs, 'input');
  const output = single(model.outputs, 'output');
  const [, height, width, channels] = input.shape;
  const classes = output.shape[1];
  if (!isSize(height) || !isSize(width) || channels !== 3 || output.shape.length !== 2 || !isSize(classes)) {
    throw new UnsupportedModel(
      `it maps ${JSON.stringify(input.shape)} to ${JSON.stringify(output.shape)}, not [n, height, width, 3] to [n, classes]`,
    );
  }
  const steps: readonly Step[] = keepingOwned(() => planSteps(model));
  const features = lastFeatures(model);
  return {
    height,
    width,
    classes,
    logits: (inputs) => evaluate(steps, new Map([[input.name, inputs]]), output.name) as tf.Tensor2D,
    ...(features !== null && { features: partedAt(features, steps, input.name, output.name) }),
    dispose: () => {
      for (const step of steps) tf.dispose([...step.owned]);
    },
  };
}

/** Whatever is made on the way goes, also when planning fails; what the steps own stays. */
function keepingOwned(plan: () => Step[]): Step[] {
  let steps: Step[] = [];
  tf.tidy(() => {
    steps = plan();
    for (const tensor of steps.flatMap((step) => step.owned)) tf.keep(tensor);
  });
  return steps;
}

/** One operation between named tensors. */
interface Step {
  readonly inputs: readonly string[];
  output: string;
  readonly run: (inputs: readonly tf.Tensor[]) => tf.Tensor;
  /** Tensors made at compile time. */
  readonly owned: readonly tf.Tensor[];
}

/** Runs the steps from the named `values` on, which it adds to, until the tensor `wanted` is made. */
function evaluate(steps: readonly Step[], values: Map<string, tf.Tensor>, wanted: string): tf.Tensor {
  const value = (name: string) => {
    const found = values.get(name);
    if (!found) throw new Error(`Tensor ${name} is used before it is made.`);
    return found;
  };
  for (const step of steps) {
    if (!values.has(step.output)) values.set(step.output, step.run(step.inputs.map(value)));
    if (step.output === wanted) break;
  }
  return value(wanted);
}

/** The classifier as a function up to the tensor `features`, and one from there on. */
const partedAt =
  (features: string, steps: readonly Step[], inputName: string, outputName: string) =>
  (inputs: tf.Tensor4D): Features => {
    const before = new Map<string, tf.Tensor>([[inputName, inputs]]);
    const maps = evaluate(steps, before, features) as tf.Tensor4D;
    return {
      maps,
      logits: (other) => evaluate(steps, new Map([...before, [features, other]]), outputName) as tf.Tensor2D,
    };
  };

/** Layers that give each place of a map its new value, without moving it: what belongs to the convolution before them. */
const KEEPING_PLACES: ReadonlySet<string> = new Set(['BatchNormalization', 'ReLU', 'Activation', 'Add', 'Dropout']);

/**
 * Name of the tensor that the last convolution puts out, once it is normalised, its shortcut added and its activation
 * applied; null where there is no convolution. Taken before these, the maps of a residual network would be those of one
 * of the branches that its last block adds.
 */
function lastFeatures(model: tf.LayersModel): string | null {
  const isConvolution = (layer: tf.layers.Layer) => ['Conv2D', 'DepthwiseConv2D'].includes(layer.getClassName());
  const last = model.layers.findLast(isConvolution);
  if (!last) return null;
  let { output } = ends(last);
  for (;;) {
    const readers = readersOf(model, output);
    const [only] = readers;
    if (!only || readers.length > 1 || !KEEPING_PLACES.has(only.getClassName())) return output;
    ({ output } = ends(only));
  }
}

const readersOf = (model: tf.LayersModel, name: string): tf.layers.Layer[] =>
  model.layers.filter((layer) => layer.getClassName() !== 'InputLayer' && ends(layer).inputs.includes(name));

/** The layers in order, each batch normalisation that follows a linear convolution folded into it. */
function planSteps(model: tf.LayersModel): Step[] {
  const steps: Step[] = [];
  const makers = new Map<string, Step>();
  const uses = countUses(model);
  for (const layer of model.layers) {
    const kind = layer.getClassName();
    if (kind === 'InputLayer') continue;
    const { inputs, output } = ends(layer);
    const before = makers.get(inputs[0] ?? '');
    const foldable = before instanceof LinearConvolution && uses.get(before.output) === 1;
    if (kind === 'BatchNormalization' && before instanceof LinearConvolution && foldable) {
      before.fold(normalisation(layer));
      before.output = output;
      makers.set(output, before);
      continue;
    }
    const step = makeStep(layer, inputs, output);
    steps.push(step);
    makers.set(output, step);
  }
  return steps;
}

function countUses(model: tf.LayersModel): Map<string, number> {
  const uses = new Map<string, number>();
  for (const layer of model.layers) {
    if (layer.getClassName() === 'InputLayer') continue;
    for (const name of ends(layer).inputs) uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  return uses;
}

/**
 * Names of the tensors that a layer reads and makes.
 *
 * @throws UnsupportedModel where it is used more than once
 */
export function ends(layer: tf.layers.Layer): { inputs: string[]; output: string } {
  if (layer.inboundNodes.length !== 1) throw new UnsupportedModel(`layer ${layer.name} is used more than once`);
  return {
    inputs: [layer.input].flat().map((tensor) => tensor.name),
    output: single([layer.output].flat(), `output of ${layer.name}`).name,
  };
}

const inputShapes = (layer: tf.layers.Layer) => [layer.input].flat().map((tensor) => tensor.shape);

function makeStep(layer: tf.layers.Layer, inputs: readonly string[], output: string): Step {
  const simple = (run: (input: tf.Tensor) => tf.Tensor, owned: readonly tf.Tensor[] = []): Step => ({
    inputs,
    output,
    owned,
    run: ([first]) => {
      if (!first) throw new Error(`Layer ${layer.name} has no input.`);
      return run(first);
    },
  });
  refuseChannelsFirst(layer);
  const kind = layer.getClassName();
  switch (kind) {
    case 'Rescaling': {
      const { scale, offset } = layer.getConfig() as { scale: number; offset: number };
      return simple((x) => tf.add(tf.mul(x, scale), offset));
    }
    case 'Conv2D':
    case 'DepthwiseConv2D': {
      const convolution = new LinearConvolution(layer, inputs, output);
      const activation = activationOf(layer);
      return activation ? convolution.with(activation) : convolution;
    }
    case 'BatchNormalization': {
      const { scale, shift } = normalisation(layer);
      return simple((x) => tf.add(tf.mul(x, scale), shift), [scale, shift]);
    }
    case 'ReLU':
    case 'Activation': {
      const activation = kind === 'ReLU' ? reluOf(layer) : activationOf(layer);
      return simple(activation ?? ((x) => x));
    }
    case 'Add':
      // tf.addN does not broadcast as the layer would.
      if (new Set(inputShapes(layer).map(String)).size > 1)
        throw new UnsupportedModel(`layer ${layer.name} adds tensors of different shapes`);
      return { inputs, output, owned: [], run: (terms) => tf.addN([...terms]) };
    case 'MaxPooling2D':
      return simple((x) => tf.maxPool(x as tf.Tensor4D, ...poolOf(layer)));
    case 'AveragePooling2D':
      return simple((x) => tf.avgPool(x as tf.Tensor4D, ...poolOf(layer)));
    case 'GlobalAveragePooling2D':
      return simple((x) => tf.mean(x, [1, 2]));
    case 'Flatten':
      return simple((x) => tf.reshape(x, [x.shape[0], -1]));
    case 'Dropout':
      return simple((x) => x);
    case 'Dense': {
      if (inputShapes(layer)[0]?.length !== 2)
        throw new UnsupportedModel(`layer ${layer.name} is dense over an input that is not flat`);
      const { useBias } = layer.getConfig() as { useBias: boolean };
      const [kernel, bias] = layer.getWeights().map((weight) => tf.clone(weight));
      if (!kernel) throw new UnsupportedModel(`layer ${layer.name} has no weights`);
      const activation = activationOf(layer) ?? ((x: tf.Tensor) => x);
      const affine = (x: tf.Tensor) => {
        const product = tf.matMul(x, kernel);
        return useBias && bias ? tf.add(product, bias) : product;
      };
      return simple((x) => activation(affine(x)), bias ? [kernel, bias] : [kernel]);
    }
    case 'Softmax':
      throw endsInSoftmax(layer);
    default:
      throw new UnsupportedModel(`layer ${layer.name} is of the kind ${kind}`);
  }
}

/** Convolution (ordinary or depthwise) plus bias, into which an affine normalisation can be folded. */
class LinearConvolution implements Step {
  readonly inputs: readonly string[];
  output: string;
  private kernel: tf.Tensor4D;
  private bias: tf.Tensor | null;
  private readonly depthwise: boolean;
  private readonly strides: [number, number];
  private readonly padding: 'same' | 'valid';
  private activation: (x: tf.Tensor) => tf.Tensor = (x) => x;

  constructor(layer: tf.layers.Layer, inputs: readonly string[], output: string) {
    const config = layer.getConfig() as unknown as {
      strides: [number, number];
      padding: 'same' | 'valid';
      dilationRate: number | number[];
    };
    if ([config.dilationRate].flat().some((rate) => rate !== 1))
      throw new UnsupportedModel(`layer ${layer.name} is dilated`);
    const [kernel, bias] = layer.getWeights();
    if (!kernel) throw new UnsupportedModel(`layer ${layer.name} has no weights`);
    this.inputs = inputs;
    this.output = output;
    this.depthwise = layer.getClassName() === 'DepthwiseConv2D';
    this.strides = config.strides;
    this.padding = config.padding;
    this.kernel = tf.clone(kernel) as tf.Tensor4D;
    this.bias = bias ? tf.clone(bias) : null;
  }

  get owned(): readonly tf.Tensor[] {
    return this.bias ? [this.kernel, this.bias] : [this.kernel];
  }

  with(activation: (x: tf.Tensor) => tf.Tensor): Step {
    this.activation = activation;
    const { inputs, output, owned, run } = this;
    return { inputs, output, owned, run };
  }

  /** kernel' = kernel * scale, bias' = bias * scale + shift, per output channel. */
  fold({ scale, shift }: Affine): void {
    const perOutput = this.depthwise ? tf.reshape(scale, this.kernel.shape.slice(2)) : scale;
    this.kernel = tf.mul(this.kernel, perOutput);
    this.bias = this.bias ? tf.add(tf.mul(this.bias, scale), shift) : shift;
  }

  readonly run = ([x]: readonly tf.Tensor[]): tf.Tensor => {
    const input = x as tf.Tensor4D;
    const linear = this.depthwise
      ? tf.depthwiseConv2d(input, this.kernel, this.strides, this.padding)
      : tf.conv2d(input, this.kernel, this.strides, this.padding);
    return this.activation(this.bias ? tf.add(linear, this.bias) : linear);
  };
}

interface Affine {
  readonly scale: tf.Tensor;
  readonly shift: tf.Tensor;
}

/** Batch normalisation at inference as x * scale + shift (Ioffe & Szegedy 2015, arXiv 1502.03167, algorithm 2). */
function normalisation(layer: tf.layers.Layer): Affine {
  const config = layer.getConfig() as { epsilon: number; axis: number; scale: boolean; center: boolean };
  if (config.axis !== -1 && config.axis !== 3)
    throw new UnsupportedModel(`layer ${layer.name} normalises axis ${config.axis}`);
  const weights = layer.getWeights();
  const gamma = config.scale ? weights.shift() : undefined;
  const beta = config.center ? weights.shift() : undefined;
  const [mean, variance] = weights;
  if (!mean || !variance) throw new UnsupportedModel(`layer ${layer.name} has no statistics`);
  const inverse: tf.Tensor = tf.rsqrt(tf.add(variance, config.epsilon));
  const scale: tf.Tensor = gamma ? tf.mul(inverse, gamma) : inverse;
  const moved: tf.Tensor = tf.neg(tf.mul(mean, scale));
  return { scale, shift: beta ? tf.add(moved, beta) : moved };
}

function refuseChannelsFirst(layer: tf.layers.Layer): void {
  const { dataFormat } = layer.getConfig() as { dataFormat?: string };
  if (dataFormat === 'channelsFirst') throw new UnsupportedModel(`layer ${layer.name} is channels-first`);
}

const endsInSoftmax = (layer: tf.layers.Layer) =>
  new UnsupportedModel(`layer ${layer.name} is a softmax; export the model so that it puts out logits`);

function activationOf(layer: tf.layers.Layer): ((x: tf.Tensor) => tf.Tensor) | null {
  const { activation } = layer.getConfig() as { activation?: string };
  switch (activation) {
    case undefined:
    case 'linear':
      return null;
    case 'relu':
      return relu;
    case 'softmax':
      throw endsInSoftmax(layer);
    default:
      throw new UnsupportedModel(`layer ${layer.name} has the activation ${activation}`);
  }
}

function reluOf(layer: tf.layers.Layer): (x: tf.Tensor) => tf.Tensor {
  const { maxValue } = layer.getConfig() as { maxValue?: number | null };
  if (maxValue === undefined || maxValue === null) return relu;
  if (maxValue === 6) return (x) => tf.relu6(x);
  throw new UnsupportedModel(`layer ${layer.name} is a ReLU cut at ${maxValue}`);
}

function poolOf(layer: tf.layers.Layer): [[number, number], [number, number], 'same' | 'valid'] {
  const { poolSize, strides, padding } = layer.getConfig() as unknown as {
    poolSize: [number, number];
    strides: [number, number];
    padding: 'same' | 'valid';
  };
  return [poolSize, strides, padding];
}

function single<T>(values: readonly T[], what: string): T {
  const [value] = values;
  if (value === undefined || values.length !== 1)
    throw new UnsupportedModel(`it has ${values.length} tensors as its ${what}`);
  return value;
}

const isSize = (value: number | null | undefined): value is number => typeof value === 'number' && value > 0;
