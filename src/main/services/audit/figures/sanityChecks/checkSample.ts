import type { CheckEvidence, CheckRun } from '../../../../../shared/contract/auditEvidence.ts';
import type { Diagnosis } from '../../../../../shared/domain/diagnosis.ts';
import { verdictAt, type FigureSource } from '../source.ts';

/** What the checks see of one labelled image. */
interface CheckedImage {
  readonly label: Diagnosis;
  readonly rightWhenClean: boolean;
  readonly checks: CheckEvidence;
}

/** The labelled images of the check sample, as one model sees them; each counts as one image, whatever it stands for. */
export interface CheckSample {
  readonly modelId: string;
  readonly epsilons: readonly number[];
  readonly images: readonly CheckedImage[];
  /** Images that are right when clean. */
  readonly rightWhenClean: number;
  /** Images that a run left right, at each of its epsilons; null where it was not run on all of them. */
  right(run: CheckRun): readonly number[] | null;
  readonly transfers: readonly Transfer[];
}

/** Inputs that PGD, run to its last step on one model, made; judged by another and by that other's own. */
export interface Transfer {
  readonly craftedOn: string;
  /** Images with both runs. */
  readonly n: number;
  readonly rightWhenClean: number;
  /** At each epsilon, the images that stay right on the other model's inputs, and under the model's own attack. */
  readonly right: readonly number[];
  readonly rightUnderOwn: readonly number[];
}

export function checkSampleOf(source: FigureSource, model: number): CheckSample {
  const images = source.cases.flatMap(({ label, models }): CheckedImage[] => {
    const entry = models[model];
    if (label === null || !entry?.evidence.checks) return [];
    return [{ label, rightWhenClean: entry.clean.verdict === label, checks: entry.evidence.checks }];
  });
  const countRight = (run: CheckRun, place: number) =>
    images.filter(({ label, checks }) => verdictAt(checks.runs[run], place) === label).length;
  return {
    modelId: source.models[model]?.id ?? '',
    epsilons: source.epsilons,
    images,
    rightWhenClean: images.filter(({ rightWhenClean }) => rightWhenClean).length,
    right: (run) => {
      const places = images[0]?.checks.runs[run]?.length ?? 0;
      const everywhere = images.every(({ checks }) => checks.runs[run] !== null);
      return everywhere && places > 0 ? Array.from({ length: places }, (_, place) => countRight(run, place)) : null;
    },
    transfers: source.models.flatMap((_, crafted) => (crafted === model ? [] : transfer(source, model, crafted))),
  };
}

function transfer(source: FigureSource, model: number, crafted: number): Transfer[] {
  const modelId = source.models[model]?.id ?? '';
  const judged = source.cases.flatMap(({ label, models }) => {
    const own = models[model];
    const onOther = models[crafted]?.evidence.runToTheEnd?.judgedBy[modelId];
    const onOwn = own?.evidence.runToTheEnd?.judgedBy[modelId];
    if (label === null || !own?.evidence.checks || onOther === undefined || onOwn === undefined) return [];
    return [{ label, onOther, onOwn, rightWhenClean: own.clean.verdict === label }];
  });
  if (judged.length === 0) return [];
  const right = (which: 'onOther' | 'onOwn') =>
    source.epsilons.map((_, place) => judged.filter((one) => verdictAt(one[which], place) === one.label).length);
  return [
    {
      craftedOn: source.models[crafted]?.id ?? '',
      n: judged.length,
      rightWhenClean: judged.filter(({ rightWhenClean }) => rightWhenClean).length,
      right: right('onOther'),
      rightUnderOwn: right('onOwn'),
    },
  ];
}
