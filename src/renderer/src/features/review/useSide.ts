import { useEffect, useEffectEvent } from 'react';
import type { AttackChoice, CaseView, ExaminedPoint, ScreenedVerdict } from '../../../../shared/contract/app/cases.ts';
import { firstEpsilons } from './attackChoice.ts';
import { type Evidence, screeningFor } from './lanes.ts';
import type { ComparedModel } from './model.ts';
import { type Examining, useExamination } from './useExamination.ts';

/** One of the two models on this case: what was found of its verdict before, and what the chosen attack does to it now. */
export interface Side {
  readonly compared: ComparedModel;
  readonly screened: ScreenedVerdict | null;
  readonly examining: Examining;
  /** Null until the model's clean verdict is known. */
  readonly evidence: Evidence | null;
}

const NO_POINTS: readonly ExaminedPoint[] = [];

/** @param wanted further epsilons at which the slider answers at once: where a change is known, of either model */
export function useSide(
  view: CaseView,
  compared: ComparedModel,
  attack: AttackChoice,
  wanted: readonly number[],
): Side {
  const modelSha256 = compared.model.sha256;
  const examining = useExamination({ caseId: view.caseId, modelSha256, attack }, [
    ...firstEpsilons(attack.norm),
    ...wanted,
  ]);
  useComputed(examining, wanted);
  const screened = view.unblinded?.verdicts.find((verdict) => verdict.modelSha256 === modelSha256) ?? null;
  return { compared, screened, examining, evidence: evidenceOf(screened, examining, attack) };
}

function evidenceOf(
  screened: ScreenedVerdict | null,
  { examination }: Examining,
  attack: AttackChoice,
): Evidence | null {
  const clean = examination?.clean ?? screened;
  if (clean === null) return null;
  return {
    verdict: clean.verdict,
    probabilities: clean.probabilities,
    screened: screeningFor(screened, attack),
    points: examination?.points ?? NO_POINTS,
  };
}

/** Adds epsilons that became known while the case is open, as by a search that ends now. */
function useComputed(examining: Examining, wanted: readonly number[]): void {
  const compute = useEffectEvent(() => {
    examining.compute(wanted);
  });
  const key = wanted.join(' ');
  const ready = examining.examination !== undefined;
  useEffect(() => {
    if (ready) compute();
  }, [key, ready]);
}

/** Epsilons at which the search changed a verdict of the pair; none for a norm in which it did not search. */
export function searchedEpsilons(
  view: CaseView,
  models: readonly ComparedModel[],
  attack: AttackChoice,
): readonly number[] {
  if (attack.norm !== 'linf') return [];
  return models.flatMap(({ model }) => {
    const found = view.unblinded?.verdicts.find(({ modelSha256 }) => modelSha256 === model.sha256)?.minimalEpsilon;
    return found === undefined || found === null ? [] : [found];
  });
}
