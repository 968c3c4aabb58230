import * as tf from '@tensorflow/tfjs';
import { residualNet, type ResidualNetSize } from '../models/residualNet.ts';
import { trainingLogits, type StatisticsMomentum } from './forward.ts';
import type { Objective, TrainingBatch } from './objective.ts';
import { learningRate, type Hyperparameters } from './recipes.ts';
import { atPerturbedWeights } from './weightPerturbation.ts';

/** A residual net under training: its variables, their momentum and their running average, as plain numbers too. */
export class TrainableNetwork {
  readonly model: tf.LayersModel;
  /** The same architecture, holding averaged weights when asked to. */
  private readonly averaged: tf.LayersModel;
  private readonly variables: tf.Variable[];
  private readonly momentum: tf.Variable[];
  private readonly average: tf.Variable[];

  constructor(size: ResidualNetSize, seed: number) {
    this.model = residualNet(size, seed);
    this.averaged = residualNet(size, seed);
    this.variables = this.model.trainableWeights.map((weight): tf.Variable => {
      // A LayerVariable reads as the tf.Variable it holds (tfjs-layers' own training loop relies on it as well).
      const variable = weight.read();
      if (!(variable instanceof tf.Variable)) throw new Error(`${weight.name} is not held in a variable.`);
      return variable as tf.Variable;
    });
    this.momentum = this.variables.map((variable) => tf.tidy(() => tf.variable(tf.zerosLike(variable), false)));
    this.average = this.variables.map((variable) => tf.tidy(() => tf.variable(tf.clone(variable), false)));
  }

  /**
   * One optimiser step: stochastic gradient descent with Nesterov momentum, weight decay on kernels alone, one pass that moves
   * the running statistics, then the running average of the weights.
   *
   * @returns the loss of the batch
   */
  step(
    { inputs, targets }: TrainingBatch,
    objective: Objective,
    step: number,
    totalSteps: number,
    hyper: Hyperparameters,
  ): number {
    return tf.tidy(() => {
      const loss = (momentum?: StatisticsMomentum) => objective(trainingLogits(this.model, inputs, momentum), targets);
      const gradients = () => tf.variableGrads(() => loss(), this.variables);
      const perturbs = hyper.weightPerturbation > 0 && step >= hyper.weightPerturbationWarmUp * totalSteps;
      const kernels = this.variables.filter(isKernel);
      const { value, grads } = perturbs
        ? atPerturbedWeights(kernels, hyper.weightPerturbation, () => loss(() => 1), gradients)
        : gradients();
      const rate = learningRate(step, totalSteps, hyper.peakLearningRate, hyper.learningRateWarmUp);
      this.update(grads, rate, hyper);
      // Early averages would remember the initial weights for long (Tarvainen 2017, arXiv 1703.01780, uses the same ramp).
      this.moveAverage(Math.min(hyper.averageDecay, (1 + step) / (10 + step)));
      return value.dataSync()[0] ?? Number.NaN;
    });
  }

  private update(
    gradients: Readonly<Record<string, tf.Tensor>>,
    rate: number,
    { momentum: kept, weightDecay }: Hyperparameters,
  ): void {
    this.variables.forEach((variable, at) => {
      const momentum = this.momentum[at];
      const gradient = gradients[variable.name];
      if (!momentum || !gradient) throw new Error(`No gradient for ${variable.name}.`);
      const decayed = isKernel(variable) ? tf.add(gradient, tf.mul(variable, weightDecay)) : gradient;
      momentum.assign(tf.add(tf.mul(momentum, kept), decayed));
      const direction = tf.add(decayed, tf.mul(momentum, kept));
      variable.assign(tf.sub(variable, tf.mul(direction, rate)));
    });
  }

  private moveAverage(decay: number): void {
    this.variables.forEach((variable, at) => {
      const average = this.average[at];
      average?.assign(tf.add(tf.mul(average, decay), tf.mul(variable, 1 - decay)));
    });
  }

  /**
   * The network with averaged weights. Their batch statistics belong to no batch that was ever seen, so they are
   * estimated anew: cumulative means over `batches` (Izmailov 2018, arXiv 1803.05407, section 3.1).
   *
   * @param makeBatch the k-th batch of inputs, given the averaged network as it stands
   */
  async averagedModel(
    batches: number,
    makeBatch: (k: number, model: tf.LayersModel) => Promise<tf.Tensor4D>,
  ): Promise<tf.LayersModel> {
    const { averaged } = this;
    averaged.setWeights(this.model.getWeights());
    averaged.trainableWeights.forEach((weight, at) => {
      const average = this.average[at];
      if (average) weight.write(average);
    });
    const inputs: tf.Tensor4D[] = [];
    for (let k = 0; k < batches; k += 1) inputs.push(await makeBatch(k, averaged));
    inputs.forEach((batch, k) => {
      tf.tidy(() => {
        trainingLogits(averaged, batch, () => k / (k + 1));
      });
      batch.dispose();
    });
    return averaged;
  }

  snapshot(): { weights: Float32Array[]; momentum: Float32Array[]; average: Float32Array[] } {
    return {
      weights: readWeights(this.model),
      momentum: this.momentum.map(read),
      average: this.average.map(read),
    };
  }

  restore(state: { weights: Float32Array[]; momentum: Float32Array[]; average: Float32Array[] }): void {
    writeWeights(this.model, state.weights);
    assign(this.momentum, state.momentum);
    assign(this.average, state.average);
  }

  dispose(): void {
    tf.dispose([this.momentum, this.average]);
    this.model.dispose();
    this.averaged.dispose();
  }
}

const isKernel = (variable: tf.Variable): boolean => variable.rank > 1;

const read = (tensor: tf.Tensor): Float32Array => Float32Array.from(tensor.dataSync());

export const readWeights = (model: tf.LayersModel): Float32Array[] =>
  model.weights.map((weight) => read(weight.read()));

export function writeWeights(model: tf.LayersModel, values: readonly Float32Array[]): void {
  model.weights.forEach((weight, at) => {
    tf.tidy(() => {
      weight.write(tf.tensor(values[at] ?? [], weight.shape as number[]));
    });
  });
}

function assign(variables: readonly tf.Variable[], values: readonly Float32Array[]): void {
  variables.forEach((variable, at) => {
    tf.tidy(() => {
      variable.assign(tf.tensor(values[at] ?? [], variable.shape));
    });
  });
}
