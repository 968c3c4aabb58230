import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { EngineFacts, InputBatch, LoadedModel, TrainRequest } from '../../../shared/contract/engine.ts';
import type { ModelCard } from '../../../shared/contract/modelCard.ts';
import type { ClassIndex } from '../../../shared/domain/diagnosis.ts';
import { DIAGNOSES } from '../../../shared/domain/diagnosis.ts';
import { epsilonFrom255, formatEpsilon } from '../../../shared/domain/epsilon.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import { sha256 } from '../../../shared/kernel/ids.ts';
import { describeAttack, pgd, runAttack, type Control } from '../attacks/index.ts';
import { createCohort, drawSample, verdictFigures, type VerdictFigures } from '../metrics/index.ts';
import type { Classifier } from '../models/classifier.ts';
import { compileClassifier } from '../models/compile.ts';
import { writeModelPackage } from '../models/package.ts';
import { residualNet, type ResidualNetSize } from '../models/residualNet.ts';
import type { TrainingSet } from './dataset.ts';
import { writeWeights } from './network.ts';
import { findingsOf } from './overfitting.ts';
import { CRAFTING, type CraftingAttack } from './recipes.ts';
import type { Trained } from './train.ts';

/** Epsilons of the robust figures on a card. */
const CARD_EPSILONS = [1, 2, 4, 8].map(epsilonFrom255);
/** Validation images that the robust figures rest on: the clean ones rest on all. */
const CARD_SAMPLE = 512;
const BATCH = 64;

/** Measures the chosen checkpoint on validation data and writes the model package with its card into `request.out`. */
export async function finishTraining(
  request: TrainRequest,
  trained: Trained,
  facts: EngineFacts,
  clock: Clock,
  control: Control,
): Promise<LoadedModel> {
  const { state, set } = trained;
  const { best } = state;
  if (!best) throw new Error('No epoch was finished.');
  const model = residualNet(trained.size, request.seed);
  try {
    writeWeights(model, best.weights);
    const metrics = await measure(model, set, request.seed, control);
    return await writeModelPackage(join(request.out, request.modelId), model, (measured) => ({
      ...measured,
      ...cardText(request, set),
      training: trainingRecord(request, trained, facts, clock),
      metrics,
    }));
  } finally {
    model.dispose();
  }
}

async function measure(
  model: tf.LayersModel,
  set: TrainingSet,
  seed: number,
  control: Control,
): Promise<ModelCard['metrics']> {
  const classifier = compileClassifier(model);
  try {
    return [...cleanFigures(classifier, set, seed), ...(await robustFigures(classifier, set, seed, control))];
  } finally {
    classifier.dispose();
  }
}

function cleanFigures(classifier: Classifier, set: TrainingSet, seed: number): ModelCard['metrics'] {
  const items = set.index.validation.map((_, item) => item);
  const verdicts: number[] = [];
  for (let from = 0; from < items.length; from += BATCH) {
    const { pixels } = batchOf(set, items.slice(from, from + BATCH));
    const shape: [number, number, number, number] = [
      pixels.length / (set.index.input ** 2 * 3),
      set.index.input,
      set.index.input,
      3,
    ];
    const values = Float32Array.from(pixels, (value) => value / 255);
    verdicts.push(...tf.tidy(() => tf.argMax(classifier.logits(tf.tensor4d(values, shape)), 1).dataSync()));
  }
  const cohort = createCohort(
    cases(set).map((image) => ({ ...image, weight: 1 })),
    { seed },
  );
  const correct = set.index.validation.map(({ label }, item) => verdicts[item] === label);
  return named(verdictFigures(cohort, correct), set, 'clean', null);
}

async function robustFigures(
  classifier: Classifier,
  set: TrainingSet,
  seed: number,
  control: Control,
): Promise<ModelCard['metrics']> {
  const sample = drawSample(cases(set), { size: CARD_SAMPLE, seed });
  const attack = pgd();
  const outcomes = await runAttack(
    classifier,
    {
      modelSha256: sha256('0'.repeat(64)),
      inputs: batchOf(
        set,
        sample.images.map(({ item }) => item),
      ),
      labels: sample.images.map(({ label }) => label),
      attack,
      epsilons: CARD_EPSILONS,
      seed,
      wantAdversarials: false,
      broken: null,
      carry: true,
    },
    control,
  );
  const cohort = createCohort(sample.images, { seed });
  return CARD_EPSILONS.flatMap((epsilon) => {
    const correct = outcomes.filter((outcome) => outcome.epsilon === epsilon).map(({ success }) => !success);
    return named(verdictFigures(cohort, correct), set, describeAttack(attack), epsilon);
  });
}

const cases = (set: TrainingSet) =>
  set.index.validation.map((image, item) => ({
    item,
    imageId: image.sha256,
    imageSha256: sha256(image.sha256),
    lesionId: image.lesion,
    label: image.label as ClassIndex,
  }));

function batchOf(set: TrainingSet, items: readonly number[]): InputBatch {
  const { input, validation } = set.index;
  const size = input * input * 3;
  const pixels = new Uint8Array(items.length * size);
  items.forEach((item, at) => {
    pixels.set(set.validationPixels(item), at * size);
  });
  return {
    height: input,
    width: input,
    pixels,
    imageSha256: items.map((item) => sha256(validation[item]?.sha256 ?? '')),
  };
}

function named(
  figures: VerdictFigures,
  set: TrainingSet,
  attack: string,
  epsilon: number | null,
): ModelCard['metrics'] {
  const { accuracy, balancedAccuracy, melanomaSensitivity } = figures;
  return Object.entries({ accuracy, balancedAccuracy, melanomaSensitivity }).flatMap(([name, figure]) =>
    figure ? [{ name, data: `${set.index.name}, validation part`, attack, epsilon, figure }] : [],
  );
}

function trainingRecord(
  request: TrainRequest,
  trained: Trained,
  facts: EngineFacts,
  clock: Clock,
): ModelCard['training'] {
  const { set, state, hyperparameters, stopped } = trained;
  const { tradesBeta, ...common } = hyperparameters;
  const robust = request.recipe !== 'standard';
  const chosenBy = robust
    ? `balanced accuracy under ${formatEpsilon(request.epsilon)} PGD with 10 steps on at most 60 validation images of each class`
    : 'balanced accuracy on the validation images';
  const ending = stopped === 'no' ? '' : `; training ended early (${stopped})`;
  return {
    recipe: request.recipe,
    epsilon: robust ? request.epsilon : null,
    data: `${set.index.name}, training part: ${set.index.train.length} images`,
    dataSha256: set.index.manifestSha256,
    seed: request.seed,
    hyperparameters: {
      ...common,
      ...(request.recipe === 'trades' && { tradesBeta }),
      input: trained.size.input,
      network: describeNetwork(trained.size),
      optimiser: 'SGD with Nesterov momentum, one-cycle learning rate',
      augmentation: 'rotation, mirror, zoom, shift, stretch, contrast, brightness, saturation, colour cast',
      training: robust ? CRAFTING[request.recipe].map(describeCrafting).join('; ') : 'clean images',
    },
    checkpointChoice: `The epoch with the best ${chosenBy}, measured with averaged weights${ending}. The figures below come from the same validation part and are optimistic by that choice.`,
    epochs: state.epochs,
    findings: findingsOf(state.epochs),
    chosenEpoch: state.best?.epoch ?? null,
    numericsFingerprint: facts.numericsFingerprint,
    finishedAt: clock.now(),
  };
}

const describeNetwork = ({ stem, widths, blocks }: ResidualNetSize): string =>
  `stem ${stem}, stages ${widths.map((width, stage) => `${blocks?.[stage] ?? 1} x ${width}`).join(', ')}`;

const describeCrafting = ({ steps, relativeStepSize, away }: CraftingAttack): string =>
  `${steps} steps of ${relativeStepSize} epsilon, ${away === 'fromLabel' ? 'random start' : 'away from the verdict on the clean image'}`;

const HAM10000 = 'HAM10000';
const FROM_HAM10000 = {
  licence: 'CC BY-NC 4.0',
  attribution:
    'Trained on HAM10000 (Tschandl, P., Rosendahl, C. & Kittler, H. The HAM10000 dataset. Scientific Data 5, 180161, 2018; CC BY-NC 4.0; ViDIR Group, Department of Dermatology, Medical University of Vienna).',
};
const FROM_OTHER_DATA = {
  licence: 'Not stated: it follows from the rights in the training data.',
  attribution: 'Trained on data that its maker provided.',
};
const HAM10000_LIMITS = [
  'Trained on one data set of two clinics (Austria, Queensland), mostly light skin; other skin, cameras and clinics were not tested.',
  'Rare classes (dermatofibroma, vascular lesions, actinic keratosis) rest on few lesions.',
];

function cardText(
  request: TrainRequest,
  set: TrainingSet,
): Omit<ModelCard, 'architecture' | 'files' | 'training' | 'metrics'> {
  const { input } = set.index;
  return {
    format: 'epsiloscope.model',
    formatVersion: 1,
    id: request.modelId,
    title: request.title,
    input: {
      height: input,
      width: input,
      channels: 3,
      range: [0, 1],
      preprocessing: { framing: 'centre-square', resize: 'lanczos3', colour: 'sRGB' },
    },
    classes: [...DIAGNOSES],
    intendedUse: 'Research and quality assurance of adversarial robustness. Not a diagnostic device.',
    ...(set.index.name === HAM10000 ? FROM_HAM10000 : FROM_OTHER_DATA),
    limits: [
      `Sees a ${input}x${input} pixel version of the middle square of the photograph: fine structures are lost.`,
      'Knows seven diagnoses and always names one of them, also for pictures of anything else.',
      ...(set.index.name === HAM10000
        ? HAM10000_LIMITS
        : ['Other skin, cameras and clinics than those of its data were not tested.']),
    ],
  };
}
