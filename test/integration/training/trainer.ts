/** A process that trains the tiny network, says so in the middle of the second epoch, and waits there to be killed. */
import { startBackend } from '../../../src/main/engine/backend/index.ts';
import type { TrainEvent, TrainRequest } from '../../../src/shared/contract/engine.ts';
import { trainTiny } from './support.ts';

async function waitInSecondEpoch(event: TrainEvent): Promise<void> {
  if (event.kind !== 'step' || event.epoch < 2) return;
  process.send?.(event);
  await new Promise(() => undefined);
}

process.once('message', (request: TrainRequest) => {
  // The listener below keeps the process alive.
  process.on('disconnect', () => process.exit());
  void startBackend().then(() => trainTiny(request, new AbortController().signal, waitInSecondEpoch));
});
