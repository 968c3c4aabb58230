import type { ModelCard } from '../../../../shared/contract/modelCard.ts';
import { formatEpsilon } from '../../../../shared/domain/epsilon.ts';
import { toWireError } from '../../../../shared/kernel/errors.ts';
import { figureInPercent } from '../../../reports/index.ts';
import { judgePackages, type JudgedPackage } from '../../../services/models/index.ts';
import type { CommandContext, Outcome } from '../context.ts';
import { withMachinery } from '../machinery.ts';
import { modelFolders, modelShelves } from '../modelFolders.ts';

export interface ModelsFlags {
  readonly workspace?: string;
}

/** `epsiloscope models`: the models at hand, each opened and checked against its hashes now. */
export async function modelsCommand(flags: ModelsFlags, { terminal }: CommandContext): Promise<Outcome> {
  const folders = modelFolders(modelShelves(flags.workspace ?? null));
  const judged = await withMachinery(({ engine }) => judgePackages(engine, folders));
  terminal.say(judged.length === 0 ? 'There is no model here yet.' : judged.flatMap((each) => [...describe(each), '']));
  terminal.answer(
    judged.map((each) => ('refused' in each ? { folder: each.folder, refused: toWireError(each.refused) } : each)),
  );
  return judged.some((each) => 'refused' in each) ? 'failed' : 'done';
}

function describe(judged: JudgedPackage): string[] {
  if ('refused' in judged) {
    const { happened, toDo } = judged.refused.explanation;
    return [`REFUSED: ${happened}`, `  ${toDo}`];
  }
  const { card, sha256 } = judged.model;
  return [
    `${card.id}: ${card.title}`,
    `  trained       ${trainingOf(card)}`,
    `  network       ${card.architecture.name}, ${card.architecture.parameters} parameters, ` +
      `input ${card.input.width}x${card.input.height}`,
    `  hashes        verified now: files, shapes and finite weights agree with the card (${sha256.slice(0, 12)})`,
    `  licence       ${card.licence}`,
    `  folder        ${judged.folder}`,
    ...metricsTable(card),
  ];
}

const trainingOf = ({ training }: ModelCard): string =>
  [
    `recipe ${training.recipe}`,
    ...(training.epsilon === null ? [] : [`epsilon ${formatEpsilon(training.epsilon)}`]),
    `on ${training.data}`,
    ...(training.seed === null ? [] : [`seed ${training.seed}`]),
  ].join(', ');

const NAME_COLUMN = 14;
const FIGURE_COLUMN = 27;

/** One line per data and attack, one column per kind of figure, each `value [low, high] n`, in percent. */
function metricsTable({ metrics }: ModelCard): string[] {
  const names = [...new Set(metrics.map(({ name }) => name))];
  return [...new Set(metrics.map(({ data }) => data))].flatMap((data) => {
    const own = metrics.filter((metric) => metric.data === data);
    const inputs = [...new Set(own.map(inputOf))];
    const cells = (input: string) =>
      names.map((name) => {
        const figure = own.find((metric) => metric.name === name && inputOf(metric) === input)?.figure ?? null;
        return figure === null ? '-' : `${figureInPercent(figure)} n=${figure.n}`;
      });
    return [
      `  figures on ${data}, in percent`,
      tableLine('', names.map(inWords)),
      ...inputs.map((input) => tableLine(input, cells(input))),
    ];
  });
}

/** `pgd 4/255`: the card describes the attack with every parameter after its name. */
const inputOf = ({ attack, epsilon }: ModelCard['metrics'][number]): string =>
  [attack.replace(/\(.*/, ''), ...(epsilon === null ? [] : [formatEpsilon(epsilon)])].join(' ');

/** `balancedAccuracy` to `balanced accuracy`. */
const inWords = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const tableLine = (name: string, cells: readonly string[]): string =>
  `    ${name.padEnd(NAME_COLUMN)}${cells.map((cell) => cell.padEnd(FIGURE_COLUMN)).join('')}`.trimEnd();
