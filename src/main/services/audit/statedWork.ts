import type { AuditAttack, AuditContent } from '../../../shared/contract/audit.ts';
import type { AttackId } from '../../../shared/domain/attack.ts';
import { INTERVALS_IN_WORDS } from '../../engine/metrics/index.ts';
import { notRun } from './budgets.ts';
import type { PlanInputs } from './planInputs.ts';
import type { PlannedWork } from './work.ts';

const INTENDED_USE =
  'Research and quality assurance of adversarial robustness. Not a diagnostic device; no figure here says how well a model would do on patients.';

/** What an audit says of the work behind its cases, but for what its cases hold. */
export type StatedWork = Pick<
  AuditContent,
  'attacks' | 'epsilons' | 'budget' | 'ensemble' | 'smoothing' | 'notRun' | 'intervals' | 'intendedUse'
>;

/**
 * A function of the plan alone: an audit is written with it, and `verify` computes it again.
 *
 * @param environments how many computed parts of the audit
 */
export function statedWork({ cases, options }: PlanInputs, work: PlannedWork, environments: number): StatedWork {
  const labelled = cases.filter(({ label }) => label !== null).length;
  return {
    attacks: attacksOf(work, options.seed),
    epsilons: [...options.epsilons],
    budget: options.budget,
    ensemble: ensembleOf(work, options),
    smoothing: work.smoothing,
    notRun: [
      ...notRun(options, work.checkCases.length === labelled),
      ...(environments > 1
        ? [
            `One environment for all: NOT GIVEN. ${environments} environments computed parts of this; the last bits of each may differ.`,
          ]
        : []),
    ],
    intervals: INTERVALS_IN_WORDS,
    intendedUse: INTENDED_USE,
  };
}

const squareOf = ({ checkRuns }: PlannedWork) => checkRuns.filter(({ run }) => run === 'square');

/** The attacks of the worst case in the order in which they ran; none in an audit of the headline attacks alone. */
function ensembleOf(work: PlannedWork, { budget, attacks }: PlanInputs['options']): AttackId[] {
  if (budget === 'basic') return [];
  const beyond = new Set([...work.ensemble, ...squareOf(work)].map(({ attack }) => attack.id));
  return [...attacks, ...beyond];
}

function attacksOf(work: PlannedWork, seed: number): AuditAttack[] {
  const all = [...work.headline, ...work.ensemble, ...squareOf(work)].map(({ attack }) => ({ ...attack, seed }));
  return [{ id: 'clean' }, ...all];
}
