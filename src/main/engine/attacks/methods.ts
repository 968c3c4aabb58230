import type { Attack } from '../../../shared/domain/attack.ts';
import { assertNever } from '../../../shared/kernel/assertNever.ts';
import type { Classifier } from '../models/classifier.ts';
import { apgd, apgdAttempts } from './apgd.ts';
import { ascent } from './ascent.ts';
import type { CleanImages } from './cleanImages.ts';
import type { Control } from './control.ts';
import type { Objective } from './criteria.ts';
import type { Method } from './lanes.ts';
import { NORM_FAMILIES } from './norms.ts';
import type { Rows } from './rows.ts';
import { square } from './square.ts';
import { cleanDirections, drawnStarts, isSingleStep, startsOf, steppedStarts, streamsOf } from './starts.ts';

/**
 * A success at one epsilon lies in every larger ball, so the multi-step attacks carry it there instead of
 * attacking again. A single step is not carried: its known weakness, doing worse with a longer step, belongs to
 * its figures. Nor is noise: its rate at an epsilon is that of random draws at this epsilon.
 */
export const carriesSuccess = (attack: Attack): boolean =>
  attack.kind === 'apgd' || attack.kind === 'square' || (attack.kind === 'gradient' && attack.steps > 1);

/** Trials per image and epsilon. Without a random start every restart would be the same, so there is one. */
export function attemptsOf(attack: Attack, objective: Objective): number {
  switch (attack.kind) {
    case 'noise':
      return attack.draws;
    case 'gradient':
      return attack.randomStart ? attack.restarts : 1;
    case 'apgd':
      return apgdAttempts(attack, objective);
    case 'square':
      return attack.restarts;
    default:
      return assertNever(attack);
  }
}

/** Does with a method what is to be done with it, whatever its lanes remember. */
type Use<Result> = <Memory, Own extends Rows>(method: Method<Memory, Own>) => Promise<Result>;

/** What the lanes compute for `attack`, handed to `use`; frees what it held on the device when that ends. */
export async function withMethod<Result>(
  clean: CleanImages,
  attack: Attack,
  seed: number,
  classifier: Classifier,
  control: Control,
  use: Use<Result>,
): Promise<Result> {
  const norm = NORM_FAMILIES[attack.norm];
  const streams = streamsOf(clean, attack, seed);
  const common = { classifier, clean: clean.tensor, norm };
  const judged = { ...common, loss: 'crossEntropy', steps: 0, relativeStepSize: 0 } as const;
  switch (attack.kind) {
    case 'noise': {
      const draw = attack.distribution === 'gaussian' ? norm.gaussian : norm.randomStart;
      return use(ascent({ ...judged, start: drawnStarts(attack, streams, draw) }));
    }
    case 'gradient': {
      if (!isSingleStep(attack)) {
        const { loss, steps, relativeStepSize } = attack;
        const start = startsOf(attack, streams);
        return use(ascent({ ...common, loss, steps, relativeStepSize, start }));
      }
      const directions = await cleanDirections(clean, attack, classifier, control);
      try {
        return await use(ascent({ ...judged, start: steppedStarts(directions, attack) }));
      } finally {
        directions.dispose();
      }
    }
    case 'apgd':
      return use(apgd(clean, attack, streams, classifier));
    case 'square':
      return use(square(clean, attack, streams, classifier));
    default:
      return assertNever(attack);
  }
}
