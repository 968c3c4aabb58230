import type { Smoothing } from '../../../shared/contract/engine.ts';
import type { Attack, GradientAttack } from '../../../shared/domain/attack.ts';
import { CORRUPTIONS, SEVERITIES } from '../../../shared/domain/corruption.ts';
import type { PlannedCheckRun } from './budgets.ts';
import type { PlanInputs, PlannedModel } from './planInputs.ts';
import type { PlannedWork } from './work.ts';

/**
 * A piece of work whose result is stored in one transaction. It lies within one block of cases, and so does all that it
 * builds on: a shard is a set of blocks.
 */
export type Unit = {
  /** Says all that it depends on within the plan; of block, model and work, so that keys of one block stand together. */
  readonly key: string;
  readonly block: number;
  /** One, but for work that is done for all models of equal input at once. */
  readonly models: readonly PlannedModel[];
  /** Positions in the plan's cases. */
  readonly cases: readonly number[];
  /** Estimate in image gradients, for progress. */
  readonly cost: number;
} & (
  | { readonly kind: 'predict' }
  | { readonly kind: 'probe' }
  | { readonly kind: 'corruption' }
  | { readonly kind: 'certificate'; readonly smoothing: Smoothing }
  | { readonly kind: 'attack'; readonly wave: 'headline' | 'ensemble'; readonly attack: Attack }
  | { readonly kind: 'checkRun'; readonly checkRun: PlannedCheckRun }
  | { readonly kind: 'minimalEpsilon'; readonly attack: GradientAttack; readonly how: 'grid' | 'bisection' }
  | { readonly kind: 'runToTheEnd'; readonly attack: GradientAttack; readonly judges: readonly PlannedModel[] }
);
export type UnitOf<Kind extends Unit['kind']> = Extract<Unit, { kind: Kind }>;

type Draft = Unit extends infer One
  ? One extends Unit
    ? Omit<One, 'key' | 'block'> & { what: string }
    : never
  : never;

/** Models that see the very same input of an image. */
export function byInput(models: readonly PlannedModel[]): PlannedModel[][] {
  const groups = new Map<string, PlannedModel[]>();
  for (const model of models) {
    const own = groups.get(inputKey(model.input)) ?? [];
    groups.set(inputKey(model.input), [...own, model]);
  }
  return [...groups.values()];
}

export const inputKey = ({ height, width, preprocessing }: PlannedModel['input']): string =>
  [height, width, preprocessing.framing, preprocessing.resize, preprocessing.colour].join('/');

export function unitsOf(inputs: PlanInputs, work: PlannedWork): Unit[] {
  const { cases, options } = inputs;
  const size = options.casesPerBlock;
  return Array.from({ length: Math.ceil(cases.length / size) }, (_, block) => {
    const positions = [...cases.keys()].slice(block * size, (block + 1) * size);
    return draftsOf(inputs, work, positions)
      .filter((draft) => draft.cases.length > 0)
      .map(({ what, ...draft }): Unit => {
        // Work for several models is named by the first of them, which is in no other group.
        const model = draft.models[0]?.sha256.slice(0, 16) ?? '';
        return { ...draft, block, key: `${String(block).padStart(5, '0')}/${model}/${what}` };
      });
  }).flat();
}

function draftsOf(inputs: PlanInputs, work: PlannedWork, positions: readonly number[]): Draft[] {
  const corrupted = CORRUPTIONS.length * SEVERITIES.length;
  return [
    ...inputs.models.flatMap((model) => draftsOfModel(inputs, work, positions, model)),
    ...(work.corruptions ? byInput(inputs.models) : []).map((models): Draft => ({
      what: 'corruption',
      kind: 'corruption',
      models,
      cases: positions,
      // Making the corrupted pictures costs about as much as judging them by two models.
      cost: positions.length * corrupted * (models.length + 2) * FORWARD,
    })),
  ];
}

function draftsOfModel(
  { cases, models, options }: PlanInputs,
  work: PlannedWork,
  positions: readonly number[],
  model: PlannedModel,
): Draft[] {
  const labelOf = (position: number) => cases[position]?.label ?? null;
  const among = (chosen: readonly number[]) => positions.filter((position) => chosen.includes(position));
  const { length: epsilons } = options.epsilons;
  const draft = <Kind extends Unit['kind']>(kind: Kind, what: string, own: readonly number[], costPerCase: number) => ({
    kind,
    what,
    models: [model],
    cases: own,
    cost: own.length * costPerCase,
  });
  const attacks = (wave: 'headline' | 'ensemble') =>
    work[wave].map(({ attack, speaksOf }): Draft => {
      const own = positions.filter((position) => speaksOf(labelOf(position)));
      const what = `${attack.id}-${attack.criterion.kind}`;
      return { ...draft('attack', what, own, costOf(attack, epsilons)), wave, attack };
    });
  const labelled = positions.filter((position) => labelOf(position) !== null);
  const { minimalEpsilon, runToTheEnd, smoothing } = work;
  return [
    draft('predict', 'predict', positions, FORWARD),
    ...attacks('headline'),
    ...attacks('ensemble'),
    ...work.checkRuns.map((checkRun): Draft => {
      const cost = costOf(checkRun.attack, checkRun.epsilons.length);
      return { ...draft('checkRun', `check-${checkRun.run}`, among(work.checkCases), cost), checkRun };
    }),
    draft('probe', 'probe', among(work.checkCases), 3),
    ...(minimalEpsilon === null
      ? []
      : [
          {
            ...draft('minimalEpsilon', 'minimal-epsilon', positions, costOf(minimalEpsilon.attack, 4)),
            ...minimalEpsilon,
          },
        ]),
    ...(runToTheEnd === null
      ? []
      : [
          {
            ...draft('runToTheEnd', 'run-to-the-end', labelled, costOf(runToTheEnd, epsilons)),
            attack: runToTheEnd,
            judges: byInput(models).find((group) => group.includes(model)) ?? [model],
          },
        ]),
    ...(smoothing === null
      ? []
      : [
          {
            ...draft(
              'certificate',
              'certificate',
              among(work.certificateCases),
              FORWARD * (smoothing.selectionDraws + smoothing.draws),
            ),
            smoothing,
          },
        ]),
  ];
}

/** A forward pass in gradients. */
const FORWARD = 1 / 3;

function costOf(attack: Attack, epsilons: number): number {
  switch (attack.kind) {
    case 'noise':
      return attack.draws * epsilons * FORWARD;
    case 'square':
      return attack.queries * attack.restarts * epsilons * FORWARD;
    case 'gradient':
      return attack.steps * attack.restarts * epsilons;
    case 'apgd':
      return attack.steps * attack.restarts * attack.targets * epsilons;
  }
}
