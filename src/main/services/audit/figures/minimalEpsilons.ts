import type { Findings } from '../../../../shared/contract/auditFindings.ts';
import { boundDistribution } from '../../../engine/metrics/index.ts';
import { normOf, perCase, type FigureSource, type Part } from './source.ts';

/** How small a perturbation changes each model's own verdict, over all cases, labelled or not; in L2 none was sought. */
export const minimalEpsilonsOf = (source: FigureSource, whole: Part): Findings['minimalEpsilons'] =>
  normOf(source) === 'l2'
    ? []
    : source.models.flatMap(({ id: modelId }, model) => {
        const bounds = perCase(whole, model, ({ minimalEpsilon }) => minimalEpsilon);
        const distribution = boundDistribution(whole.cohort.images, bounds);
        if (distribution === null) return [];
        const { n, median, shareUpTo, none } = distribution;
        return [
          {
            modelId,
            how: source.budget === 'quick' ? ('grid' as const) : ('bisection' as const),
            n,
            median,
            shares: source.epsilons.map((epsilon) => ({ epsilon, share: shareUpTo(epsilon) })),
            noneFound: none,
          },
        ];
      });
