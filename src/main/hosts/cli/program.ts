import { Command, Option } from 'commander';
import { RECIPES } from '../../../shared/contract/modelCard.ts';
import { auditCommand, type AuditFlags } from './commands/audit.ts';
import { doctorCommand } from './commands/doctor.ts';
import { importCommand, type ImportFlags } from './commands/import.ts';
import { modelsCommand, type ModelsFlags } from './commands/models.ts';
import { openCommand, type OpenFlags } from './commands/open.ts';
import { reproduceCommand } from './commands/reproduce.ts';
import { trainCommand, type TrainFlags } from './commands/train.ts';
import { verifyCommand } from './commands/verify.ts';
import type { CommandContext, Outcome } from './context.ts';
import { appVersion } from './machinery.ts';
import {
  parseAttacks,
  parseBudget,
  parseCount,
  parseEpsilon,
  parseEpsilons,
  parseModelId,
  parseModels,
  parseNorm,
  parseRecipe,
  parseSeed,
  parseShard,
  parseSplit,
} from './options.ts';
import type { ReproduceFlags } from './reproduction.ts';

const EXIT_CODES = 'Exit codes: 0 done, 1 failed, 2 bad usage or input, 130 interrupted with everything kept.';
const JSON_FLAG = ['--json', 'one JSON document on standard output, everything else on standard error'] as const;

const examples = (...lines: string[]): string =>
  ['', 'Examples:', ...lines.map((each) => `  npx epsiloscope ${each}`), '', EXIT_CODES].join('\n');

/** An option whose default is shown as a person would type it. */
const parsedOption = (
  flags: string,
  description: string,
  parse: (text: string) => unknown,
  byDefault: string,
): Option => new Option(flags, description).argParser(parse).default(parse(byDefault), byDefault);

/**
 * The command line.
 *
 * @param finish told how the command that was asked for ended
 */
export function createProgram(context: CommandContext, finish: (outcome: Outcome) => void): Command {
  const program = new Command('epsiloscope')
    .description(
      'Would this verdict survive a perturbation too small to see, and which model keeps it?\n' +
        'Audits skin-lesion classifiers for adversarial robustness. Research only, not a diagnostic device.',
    )
    .version(appVersion(), '--version')
    .showHelpAfterError('(--help says more. Nothing was begun.)')
    .exitOverride()
    .addHelpText(
      'after',
      examples(
        'open',
        'audit',
        'audit images --labels labels.csv --out out/mine',
        'doctor',
        'setup   (tries again to set up what could not be had; answered before this program starts)',
      ),
    );
  addOpen(program, context, finish);
  addImport(program, context, finish);
  addAudit(program, context, finish);
  addModels(program, context, finish);
  addTrain(program, context, finish);
  addReproduce(program, context, finish);
  addDoctor(program, context, finish);
  addVerify(program, context, finish);
  return program;
}

type Add = (program: Command, context: CommandContext, finish: (outcome: Outcome) => void) => void;

const addOpen: Add = (program, context, finish) => {
  program
    .command('open')
    .description('Open the window: browse cases, attack them, compare two models, annotate. Without more, on the demo.')
    .option('--workspace <folder>', 'open this one; made if there is none')
    .addOption(new Option('--browser', "in the system's browser, over 127.0.0.1").conflicts('electron'))
    .option('--electron', 'in Electron or not at all, also as root')
    .option('--no-open', 'only say which file to open in a browser')
    .addHelpText('after', examples('open', 'open --workspace clinic-a'))
    .action(async (flags: OpenFlags) => {
      finish(await openCommand(flags, context));
    });
};

const addImport: Add = (program, context, finish) => {
  program
    .command('import')
    .description('Import a folder of images with their diagnoses into a workspace.')
    .argument('<folder>', 'the folder that holds the images')
    .requiredOption('--labels <csv>', 'the diagnoses: HAM10000, ISIC Archive export, or columns image_id,dx')
    .option('--workspace <folder>', 'made if there is none', 'epsiloscope-workspace')
    .option('--preview', 'only say what would be imported')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('import images --labels labels.csv --workspace clinic-a'))
    .action(async (folder: string, flags: ImportFlags) => {
      finish(await importCommand(folder, flags, context));
    });
};

const addAudit: Add = (program, context, finish) => {
  program
    .command('audit')
    .description('Attack a sample of images with every model, and say how often each verdict survives.')
    .argument('[folder]', 'the folder that holds the images; without it and --workspace, the demo')
    .option('--labels <csv>', 'the diagnoses of the images in the folder')
    .option('--workspace <folder>', 'audit what was imported there (default: a workspace in --out)')
    .addOption(parsedOption('--models <list>', 'ids, or paths of model folders', parseModels, 'standard,pgd'))
    .addOption(
      parsedOption(
        '--attacks <list>',
        'of noise, fgsm, bim, pgd; clean is always part',
        parseAttacks,
        'noise,fgsm,pgd',
      ),
    )
    .addOption(parsedOption('--epsilons <list>', 'in 1/255, in the norm chosen', parseEpsilons, '1,2,4,8'))
    .addOption(
      parsedOption(
        '--norm <name>',
        'linf: of each value; l2: of all together, which takes larger epsilons, and --budget basic',
        parseNorm,
        'linf',
      ),
    )
    .addOption(
      parsedOption(
        '--budget <name>',
        'basic; quick: with stronger attacks and cheap checks; full: with all of them',
        parseBudget,
        'basic',
      ),
    )
    .option('--certificate', 'certify 64 images by randomized smoothing as well (slow)')
    .option('--sample <n>', 'images, drawn by lesion (default: all)', parseCount)
    .option('--seed <s>', 'of the sample and of every random draw', parseSeed, 0)
    .option('--export-arrays', 'write the model inputs, clean and attacked, as NPY files')
    .option('--original-ids', 'write the ids of the CSV into the results, in place of pseudonymous ones')
    .option('--out <folder>', 'for the results (default: out/audit; out/demo for the demo)')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        'audit',
        'audit images --labels labels.csv --sample 256 --seed 1 --out out/mine',
        'audit --workspace clinic-a --models standard,./models/mine --epsilons 0.5,1,2 --out out/clinic-a',
      ),
    )
    .action(async (folder: string | undefined, flags: AuditFlags) => {
      finish(await auditCommand(folder, flags, context));
    });
};

const addModels: Add = (program, context, finish) => {
  program
    .command('models')
    .description('List the models at hand, each checked against its hashes.')
    .option('--workspace <folder>', 'look into its models/ as well')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('models', 'models --workspace clinic-a --json'))
    .action(async (flags: ModelsFlags) => {
      finish(await modelsCommand(flags, context));
    });
};

const addTrain: Add = (program, context, finish) => {
  program
    .command('train')
    .description('Train a model on labelled images. Run again, it goes on from its last checkpoint.')
    .requiredOption(
      '--data <folder>',
      'HAM10000 as it is downloaded; or train.csv and val.csv, parted by lesion, and the images in it or in images/',
    )
    .requiredOption('--recipe <name>', RECIPES.join(', '), parseRecipe)
    .addOption(parsedOption('--epsilon <k/255>', 'of the training attack, L-inf', parseEpsilon, '4/255'))
    .option('--epochs <n>', "over the training images (default: the recipe's)", parseCount)
    .option('--seed <s>', 'of weights, order and augmentation', parseSeed, 0)
    .option('--id <id>', 'of the model, and its folder in --out (default: the recipe)', parseModelId)
    .option('--title <text>', 'of the model, for people')
    .requiredOption('--out <folder>', 'for the checkpoint and the finished model')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('train --data ham10000 --recipe pgd --epsilon 4/255 --out out/train'))
    .action(async (flags: TrainFlags) => {
      finish(await trainCommand(flags, context));
    });
};

const addReproduce: Add = (program, context, finish) => {
  program
    .command('reproduce')
    .description(
      'The experiment of the founding paper: models trained on clean images, FGSM, PGD and both, under every attack.\n' +
        'Run again, it goes on. Looks at the test split are written down before they are taken.',
    )
    .option(
      '--data <folder>',
      'HAM10000 as it is downloaded; or test.csv (or val.csv), and the images in it or in images/',
    )
    .requiredOption('--out <folder>', 'for matrix.json and what is made of it')
    .option('--workspace <folder>', 'where finished work is kept; on a local disk (default: workspace in --out)')
    .option('--models <list>', 'ids, or paths of model folders (default: the bundled ones)', parseModels)
    .option('--train', 'train the models from nothing first (on the parts train and val)')
    .option('--epochs <n>', "of the training (default: each recipe's own)", parseCount)
    .addOption(parsedOption('--split <name>', 'test or val', parseSplit, 'test'))
    .option('--quick', 'the quick budget, in place of the full one')
    .option('--certificate', 'certify 64 images by randomized smoothing as well (slow)')
    .option('--sample <n>', 'images, drawn by lesion (default: all)', parseCount)
    .option('--seed <s>', 'of the sample, of every random draw, and of the training', parseSeed, 1)
    .option('--shard <k/n>', 'compute this share of the work alone, into a file of --out', parseShard)
    .option('--merge <parts...>', 'join shard files, or all those in folders, in place of computing')
    .option('--allow-mixed', 'merge shards of different numerics, which the result then says')
    .option('--compare <file>', 'a matrix.json that the verdicts must agree with')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        'reproduce --data ham10000 --out out/matrix',
        'reproduce --data ham10000 --quick --sample 64 --out out/check --compare docs/results/matrix.json',
        'reproduce --data ham10000 --shard 3/8 --out out/shards',
        'reproduce --merge out/shards --out out/matrix',
      ),
    )
    .action(async (flags: ReproduceFlags) => {
      finish(await reproduceCommand(flags, context));
    });
};

const addDoctor: Add = (program, context, finish) => {
  program
    .command('doctor')
    .description('Say what is here, what really computes and how fast, and what to do about what is missing.')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('doctor', 'doctor --json'))
    .action(async () => {
      finish(await doctorCommand(context));
    });
};

const addVerify: Add = (program, context, finish) => {
  program
    .command('verify')
    .description('Check an audit.json against its own hashes and figures.')
    .argument('<file>', 'an audit.json')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('verify out/demo/audit.json'))
    .action(async (file: string) => {
      finish(await verifyCommand(file, context));
    });
};
