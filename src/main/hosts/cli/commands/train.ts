import { join } from 'node:path';
import type { TrainEvent } from '../../../../shared/contract/engine.ts';
import type { Recipe } from '../../../../shared/contract/modelCard.ts';
import { interrupted } from '../../../../shared/kernel/errors.ts';
import { hyperparametersOf } from '../../../engine/training/recipes.ts';
import { titleOf } from '../../../services/reproduce/index.ts';
import { runTraining } from '../../../services/training/index.ts';
import type { CommandContext, Outcome } from '../context.ts';
import { SPLIT_LIST, withMachinery } from '../machinery.ts';
import { provenFolder } from '../outFolder.ts';
import { countingProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';

export interface TrainFlags {
  readonly data: string;
  readonly recipe: Recipe;
  readonly epsilon: number;
  readonly epochs?: number;
  readonly seed: number;
  readonly out: string;
  readonly id?: string;
  readonly title?: string;
}

/** `epsiloscope train`: a model from labelled images; run again, it goes on from the last checkpoint. */
export async function trainCommand(flags: TrainFlags, { terminal, signal }: CommandContext): Promise<Outcome> {
  const { data, recipe, epsilon, seed } = flags;
  const { epochs = hyperparametersOf(recipe).epochs } = flags;
  const out = await provenFolder(flags.out);
  const id = flags.id ?? recipe;
  const title = flags.title ?? titleOf(recipe, epsilon);
  const counted = countingProgress('reading images');
  const { directory, stopped } = await withMachinery(({ trainingEngine, decoder }) =>
    runTraining(
      { engine: trainingEngine, decoder },
      { data, splitList: SPLIT_LIST, recipe, epsilon, seed, epochs, out, id, title },
      {
        signal,
        onProgress: ({ done, total }) => {
          terminal.progress.show(counted(done, total));
        },
        onEvent: (event) => {
          tell(event, epochs, terminal);
        },
      },
    ),
  );
  terminal.progress.clear();
  if (stopped)
    throw interrupted(`The last checkpoint, in ${directory}.`, 'Run the same command again: it goes on there.');
  terminal.say([
    `The model is in ${directory}, with its card.`,
    `Next: npx epsiloscope audit --models standard,${join(directory, '.')} ...`,
  ]);
  terminal.answer({ directory });
  return 'done';
}

const inPercent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Tells the person what a training reports. */
export function tell(event: TrainEvent, epochs: number, terminal: Terminal): void {
  switch (event.kind) {
    case 'resumed':
      terminal.note(`Going on from the checkpoint at epoch ${event.epoch}, step ${event.step}.`);
      return;
    case 'step':
      terminal.progress.show({
        phase: `epoch ${event.epoch}, step ${event.step} of ${event.totalSteps}, loss ${event.loss.toFixed(3)}`,
        fraction: event.step / event.totalSteps,
        secondsLeft: event.secondsLeft,
      });
      return;
    case 'epoch':
      terminal.note(epochLine(event));
      if (event.epoch === epochs) terminal.note('Measuring the best checkpoint for the card ...');
      return;
    case 'robustOverfitting':
      terminal.note(
        `Robust overfitting: under attack, validation images are at ${inPercent(event.lastAccuracy)}, below the ` +
          `${inPercent(event.bestAccuracy)} of epoch ${event.bestEpoch}, while training images still gain. The best epoch counts.`,
      );
      return;
    case 'catastrophicOverfitting':
      terminal.note(
        `Catastrophic overfitting in epoch ${event.epoch}: on a training subset ${inPercent(event.fgsmAccuracy)} right ` +
          `under FGSM, but ${inPercent(event.pgdAccuracy)} under PGD. The training stops; the best checkpoint so far counts.`,
      );
      return;
  }
}

function epochLine(event: Extract<TrainEvent, { kind: 'epoch' }>): string {
  const robust =
    event.robustBalancedAccuracy === null || event.robustTrainAccuracy === null
      ? ''
      : `, under attack ${inPercent(event.robustBalancedAccuracy)} (on training images ${inPercent(event.robustTrainAccuracy)})`;
  const best = event.best ? ' (best so far)' : '';
  return (
    `epoch ${event.epoch}: loss ${event.loss.toFixed(3)}, ` +
    `balanced accuracy on val ${inPercent(event.cleanBalancedAccuracy)}${robust}${best}`
  );
}
