import { max, mean, median, min } from 'simple-statistics';
import type { Contender, ContenderId } from './contenders.ts';
import { BATCH, CURVE_EPSILONS, HARMLESS_EPSILON, PGD, type Measurement, type Task } from './protocol.ts';
import { epsilonFrom255 } from '../src/shared/domain/epsilon.ts';

export const MEASURES = {
  forward: 'forward, ms an image',
  inputGradient: 'input gradient, ms an image',
  pgd: 'PGD-20, ms an image and step',
  curve: 'security curve, s',
  verdictCurve: 'security curve of its own verdicts (no image skipped), s',
  trainingStep: 'training step, ms an image',
} as const;
export type Measure = keyof typeof MEASURES;

/** One thing that every contender is measured at, some times over. */
interface Job {
  /** The net or model. */
  readonly subject: string;
  readonly measure: Measure;
  readonly repetitions: number;
  /** @param repetition seeds the random start */
  readonly task: (repetition: number) => Task;
  readonly valueOf: (seconds: number) => number;
}

/** What one contender did at one job; `values` in the unit of the measure, one per repetition. */
export interface Series {
  readonly subject: string;
  readonly measure: Measure;
  readonly contender: ContenderId;
  readonly values: number[];
  readonly accuracies: NonNullable<Measurement['accuracy']>[];
}

/** Largest resident memory of a contender's process, in bytes, after its last attack and after training too. */
export interface Memory {
  readonly contender: ContenderId;
  readonly attacks: number;
  readonly training: number;
}

export interface Effort {
  /** Batches per measurement of a forward, gradient or training step. */
  readonly calls: number;
  readonly repetitions: number;
  readonly curveRepetitions: number;
  readonly imageCount: number;
}

/** Model packages: `timed` nets for all measures but the curve, `curves` for that. */
export interface Subjects {
  readonly timed: Readonly<Record<string, string>>;
  readonly curves: Readonly<Record<string, string>>;
}

function jobsFor(subjects: Subjects, effort: Effort): Job[] {
  const { calls, repetitions, curveRepetitions, imageCount } = effort;
  const timed = Object.entries(subjects.timed);
  const perImage = (images: number) => (seconds: number) => (seconds * 1000) / images;
  const repeated = (kind: 'forward' | 'inputGradient' | 'trainingStep') =>
    timed.map(([model, folder]): Job => ({
      subject: model,
      measure: kind,
      repetitions,
      task: () => ({ kind, calls, model, package: folder }),
      valueOf: perImage(calls * BATCH),
    }));
  const steps = timed.map(([model, folder]): Job => ({
    subject: model,
    measure: 'pgd',
    repetitions,
    task: (seed) => ({
      ...PGD,
      kind: 'pgd',
      model,
      package: folder,
      epsilons: [HARMLESS_EPSILON],
      ownVerdicts: true,
      seed,
    }),
    valueOf: perImage(imageCount * PGD.steps),
  }));
  const curvesOf = (measure: 'curve' | 'verdictCurve') =>
    Object.entries(subjects.curves).map(([model, folder]): Job => ({
      subject: model,
      measure,
      repetitions: curveRepetitions,
      task: (seed) => ({
        ...PGD,
        kind: 'pgd',
        model,
        package: folder,
        epsilons: CURVE_EPSILONS.map(epsilonFrom255),
        ownVerdicts: measure === 'verdictCurve',
        seed,
      }),
      valueOf: (seconds) => seconds,
    }));
  // Training comes last: its memory must not hide that of the attacks.
  return [
    ...repeated('forward'),
    ...repeated('inputGradient'),
    ...steps,
    ...curvesOf('curve'),
    ...curvesOf('verdictCurve'),
    ...repeated('trainingStep'),
  ];
}

/**
 * Measures all contenders at everything. They take turns within each repetition, in an order that rotates, so that
 * a machine that slows down does so for all of them.
 */
export async function measureAll(
  contenders: readonly Contender[],
  subjects: Subjects,
  effort: Effort,
  say: (line: string) => void,
): Promise<{ series: Series[]; memory: Memory[] }> {
  const series: Series[] = [];
  const peaks = new Map(contenders.map(({ id }) => [id, { attacks: 0, training: 0 }]));
  for (const job of jobsFor(subjects, effort)) {
    const own = contenders.map(({ id: contender }): Series => {
      const { subject, measure } = job;
      return { subject, measure, contender, values: [], accuracies: [] };
    });
    for (let repetition = 0; repetition < job.repetitions; repetition += 1) {
      for (let turn = 0; turn < contenders.length; turn += 1) {
        const at = (turn + repetition) % contenders.length;
        const [contender, into] = [contenders[at], own[at]];
        if (!contender || !into) continue;
        const measured = await contender.measure(job.task(repetition));
        into.values.push(job.valueOf(measured.seconds));
        if (measured.accuracy) into.accuracies.push(measured.accuracy);
        refuseEarlySuccess(job, contender, measured);
        const peak = peaks.get(contender.id);
        if (peak) peak[job.measure === 'trainingStep' ? 'training' : 'attacks'] = measured.peakRssBytes;
      }
    }
    for (const { contender, values } of own) {
      say(
        `${job.subject}: ${MEASURES[job.measure]}: ${contender}: ${values.map((value) => value.toFixed(2)).join(', ')}`,
      );
    }
    series.push(...own);
  }
  return { series, memory: [...peaks].map(([contender, peak]) => ({ contender, ...peak })) };
}

/** A verdict that changed would have ended its image's attack early, and a step would seem cheaper than it is. */
function refuseEarlySuccess({ measure, subject }: Job, { id }: Contender, { accuracy }: Measurement): void {
  if (measure === 'pgd' && accuracy?.anyIterate.some((share) => share < 1) === true) {
    throw new Error(
      `A perturbation of ${HARMLESS_EPSILON} changed a verdict of ${subject} (${id}): the step cannot be timed.`,
    );
  }
}

export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly n: number;
}

export const summarise = (values: number[]): Summary => ({
  median: median(values),
  min: min(values),
  max: max(values),
  n: values.length,
});

/** `a` divided by `b`, repetition by repetition: what slowed both down cancels out. */
export const ratio = (a: Series, b: Series): Summary =>
  summarise(a.values.map((value, repetition) => value / (b.values[repetition] ?? Number.NaN)));

/** The mean over the repetitions, each with its own random start. */
export const meanAccuracy = (
  { accuracies }: Series,
  definition: 'anyIterate' | 'lastIterate',
  epsilon: number,
): number | null => {
  const shares = accuracies.flatMap((accuracy) => accuracy[definition]?.[epsilon] ?? []);
  return shares.length > 0 ? mean(shares) : null;
};
