import { InvalidArgumentError } from 'commander';
import { BUDGETS, type Budget } from '../../../shared/contract/audit.ts';
import { RECIPES, type Recipe } from '../../../shared/contract/modelCard.ts';
import { NORMS, type Norm } from '../../../shared/domain/attack.ts';
import { epsilonFrom255 } from '../../../shared/domain/epsilon.ts';
import { AUDIT_ATTACKS, type AuditAttackName, type Shard } from '../../services/audit/index.ts';

/** Every parser throws InvalidArgumentError, to which commander adds the option's name. */
const invalid = (message: string) => new InvalidArgumentError(message);

/** The parts of a data set that a result can be made on. */
export const SPLITS = ['test', 'val'] as const;
export type Split = (typeof SPLITS)[number];

const LARGEST_SPLIT = 10_000;
const LARGEST_EPSILON_255 = 64;
/** Four decimals are all that file names and tables show of an epsilon. */
const EPSILON_255 = /^\d{1,2}(\.\d{1,4})?$/;
const EPSILON_RULE = `larger than 0, at most ${LARGEST_EPSILON_255}, at most four decimals`;

function epsilonOf(text: string): number | undefined {
  const k = Number(text);
  return EPSILON_255.test(text) && k > 0 && k <= LARGEST_EPSILON_255 ? epsilonFrom255(k) : undefined;
}

/** `1,2,4,8`, in 1/255, to values in [0, 1], ascending, each once. */
export function parseEpsilons(text: string): readonly number[] {
  const epsilons = items(text).map((item) => {
    const epsilon = epsilonOf(item);
    if (epsilon === undefined) throw invalid(`"${item}" is no epsilon in 1/255 (${EPSILON_RULE}).`);
    return epsilon;
  });
  return [...new Set(epsilons)].sort((left, right) => left - right);
}

/** `4/255`: the denominator is asked for, so that nobody's 0.0157 is taken for 0.0157/255. */
export function parseEpsilon(text: string): number {
  const epsilon = text.endsWith('/255') ? epsilonOf(text.slice(0, -'/255'.length)) : undefined;
  if (epsilon === undefined) throw invalid(`Write it as 4/255 (${EPSILON_RULE}).`);
  return epsilon;
}

export const parseAttacks = (text: string): readonly AuditAttackName[] => [
  ...new Set(items(text).map((item) => oneOf(AUDIT_ATTACKS, item, 'attack (clean is always part of an audit)'))),
];

export const parseRecipe = (text: string): Recipe => oneOf(RECIPES, text, 'recipe');

export const parseNorm = (text: string): Norm => oneOf(NORMS, text, 'norm');

export const parseBudget = (text: string): Budget => oneOf(BUDGETS, text, 'budget');

/** Ids or paths, each once. */
export const parseModels = (text: string): readonly string[] => [...new Set(items(text))];

export function parseCount(text: string): number {
  const count = wholeNumber(text);
  if (count === undefined || count === 0) throw invalid('It must be a whole number from 1.');
  return count;
}

export function parseSeed(text: string): number {
  const seed = wholeNumber(text);
  if (seed === undefined) throw invalid('It must be a whole number from 0 to 2147483647.');
  return seed;
}

/** `3/8`: the third of eight. */
export function parseShard(text: string): Shard {
  const [number, of, ...more] = text.split('/').map(wholeNumber);
  if (number === undefined || of === undefined || more.length > 0 || number < 1 || number > of || of > LARGEST_SPLIT) {
    throw invalid(`Write it as 3/8: a number from 1, and of how many (at most ${LARGEST_SPLIT}).`);
  }
  return { number, of };
}

export const parseSplit = (text: string): Split => oneOf(SPLITS, text, 'split');

/** Ids of models are folder names as well. */
export function parseModelId(text: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,63}$/.test(text)) return text;
  throw invalid('Small letters, digits and hyphens only, at most 64.');
}

function wholeNumber(text: string): number | undefined {
  const value = Number(text);
  return /^\d{1,10}$/.test(text) && value <= 0x7fffffff ? value : undefined;
}

function items(text: string): string[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.includes('')) throw invalid('Write the values with commas between them, and nothing empty.');
  return parts;
}

function oneOf<Name extends string>(known: readonly Name[], text: string, what: string): Name {
  const found = known.find((name) => name === text);
  if (found === undefined) throw invalid(`"${text}" is no ${what}. Known: ${known.join(', ')}.`);
  return found;
}
