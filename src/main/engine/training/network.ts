import * as tf from '@tensorflow/tfjs';
import { residualNet, type ResidualNetSize } from '../models/residualNet.ts';
import { trainingLogits } from './forward.ts';
import { learningRate, type Hyperparameters } from './recipes.ts';

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
   * One optimiser step: stochastic gradient descent with Nesterov momentum on the smoothed cross-entropy, weight decay on
   * kernels alone (Goyal 2017, section 5.1), one `training: true` forward, then the running average of the weights.
   *
   * @param labels one-hot `[n, classes]`, smoothed
   * @returns mean loss over the batch
   */
  step(inputs: tf.Tensor4D, labels: tf.Tensor2D, step: number, totalSteps: number, hyper: Hyperparameters): number {
    return tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => {
        const logits = trainingLogits(this.model, inputs);
        return tf.neg(tf.mean(tf.sum(tf.mul(labels, tf.logSoftmax(logits)), 1)));
      }, this.variables);
      const rate = learningRate(step, totalSteps, hyper.peakLearningRate);
      // Early averages would remember the initial weights for long (Tarvainen 2017, arXiv 1703.01780, uses the same ramp).
      const decay = Math.min(hyper.averageDecay, (1 + step) / (10 + step));
      this.variables.forEach((variable, at) => {
        const momentum = this.momentum[at];
        const average = this.average[at];
        const gradient = grads[variable.name];
        if (!momentum || !average || !gradient) throw new Error(`No gradient for ${variable.name}.`);
        const decayed = variable.rank > 1 ? tf.add(gradient, tf.mul(variable, hyper.weightDecay)) : gradient;
        momentum.assign(tf.add(tf.mul(momentum, hyper.momentum), decayed));
        const direction = tf.add(decayed, tf.mul(momentum, hyper.momentum));
        variable.assign(tf.sub(variable, tf.mul(direction, rate)));
        average.assign(tf.add(tf.mul(average, decay), tf.mul(variable, 1 - decay)));
      });
      return value.dataSync()[0] ?? Number.NaN;
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
