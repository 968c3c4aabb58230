import { createHash } from 'node:crypto';
import type { CancelSignal, TrainEvent, TrainRequest } from '../../../src/shared/contract/engine.ts';
import type { Hyperparameters } from '../../../src/main/engine/training/recipes.ts';
import { train, type Trained } from '../../../src/main/engine/training/train.ts';
import { TINY_SCALE } from '../../support/trainingData.ts';

/** Runs a training of the tiny network to its end; it goes on when `onEvent` is done, which may abort the signal. */
export async function trainTiny(
  request: TrainRequest,
  signal: CancelSignal,
  onEvent: (event: TrainEvent) => unknown = () => undefined,
  hyperparameters: Partial<Hyperparameters> = {},
): Promise<{ readonly trained: Trained; readonly events: TrainEvent[] }> {
  const events: TrainEvent[] = [];
  const run = train(request, signal, { size: TINY_SCALE, hyperparameters });
  let next = await run.next();
  while (next.done !== true) {
    events.push(next.value);
    await onEvent(next.value);
    next = await run.next();
  }
  return { trained: next.value, events };
}

/** Everything that a training came to: weights, momentum, averages, the best epoch and all figures, to the last bit. */
export function fingerprint({ state }: Trained): string {
  const { weights, momentum, average, best, ...figures } = state;
  const hash = createHash('sha256').update(JSON.stringify({ ...figures, best: [best?.epoch, best?.score] }));
  for (const values of [...weights, ...momentum, ...average, ...(best?.weights ?? [])]) hash.update(values);
  return hash.digest('hex');
}
