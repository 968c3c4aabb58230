import type { Engine, LoadedModel } from '../../../../shared/contract/engine.ts';
import type { ModelCard } from '../../../../shared/contract/modelCard.ts';
import { formatEpsilon } from '../../../../shared/domain/epsilon.ts';
import { EpsiloscopeError, toWireError, type WireError } from '../../../../shared/kernel/errors.ts';
import { figureInPercent } from '../../../reports/index.ts';
import type { CommandContext, Outcome } from '../context.ts';
import { withMachinery } from '../machinery.ts';
import { modelFolders, modelShelves } from '../modelFolders.ts';

export interface ModelsFlags {
  readonly workspace?: string;
}

type Checked = { readonly folder: string } & ({ readonly model: LoadedModel } | { readonly refused: WireError });

/** `epsiloscope models`: the models at hand, each opened and checked against its hashes now. */
export async function modelsCommand(flags: ModelsFlags, { terminal }: CommandContext): Promise<Outcome> {
  const folders = modelFolders(modelShelves(flags.workspace ?? null));
  const checked = await withMachinery(async ({ engine }) => {
    const results: Checked[] = [];
    for (const folder of folders) results.push(await check(engine, folder));
    return results;
  });
  terminal.say(
    checked.length === 0 ? 'There is no model here yet.' : checked.flatMap((each) => [...describe(each), '']),
  );
  terminal.answer(checked);
  return checked.some((each) => 'refused' in each) ? 'failed' : 'done';
}

async function check(engine: Engine, folder: string): Promise<Checked> {
  try {
    return { folder, model: await engine.call('loadModel', { directory: folder }) };
  } catch (error) {
    if (!(error instanceof EpsiloscopeError) || error.kind !== 'badInput') throw error;
    return { folder, refused: toWireError(error) };
  }
}

function describe(checked: Checked): string[] {
  if ('refused' in checked) {
    const { happened, toDo } = checked.refused.explanation;
    return [`REFUSED: ${happened}`, `  ${toDo}`];
  }
  const { card, sha256 } = checked.model;
  return [
    `${card.id}: ${card.title}`,
    `  trained       ${trainingOf(card)}`,
    `  network       ${card.architecture.name}, ${card.architecture.parameters} parameters, ` +
      `input ${card.input.width}x${card.input.height}`,
    ...card.metrics.map(metricLine),
    `  hashes        verified now: files, shapes and finite weights agree with the card (${sha256.slice(0, 12)})`,
    `  licence       ${card.licence}`,
    `  folder        ${checked.folder}`,
  ];
}

const trainingOf = ({ training }: ModelCard): string =>
  [
    `recipe ${training.recipe}`,
    ...(training.epsilon === null ? [] : [`epsilon ${formatEpsilon(training.epsilon)}`]),
    `on ${training.data}`,
    ...(training.seed === null ? [] : [`seed ${training.seed}`]),
  ].join(', ');

function metricLine({ name, data, attack, epsilon, figure }: ModelCard['metrics'][number]): string {
  const input = epsilon === null ? attack : `${attack} ${formatEpsilon(epsilon)}`;
  return `  ${data.padEnd(14)}${name}, ${input}: ${figureInPercent(figure)} %, n = ${figure.n}`;
}
