import { describe, expect, it } from 'vitest';
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
} from '../../../../src/main/hosts/cli/options.ts';

describe('epsilons in 1/255', () => {
  it.each([
    ['1,2,4,8', [1, 2, 4, 8]],
    ['0.5', [0.5]],
    ['8, 1,8 ,2', [1, 2, 8]],
    ['64', [64]],
    ['0.0001', [0.0001]],
  ])('reads %s, ascending, each once', (text, in255) => {
    expect(parseEpsilons(text)).toEqual(in255.map((k) => k / 255));
  });

  it.each(['', '1,,2', '0', '65', '-1', '+1', '1e1', '0x4', '1.00001', '.5', 'NaN', 'Infinity', '4/255', '1;2', '１'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseEpsilons(text)).toThrow();
    },
  );

  it('says which of them is wrong, and the rule', () => {
    expect(() => parseEpsilons('1,99')).toThrow('"99" is no epsilon in 1/255 (larger than 0, at most 64');
  });

  it('takes a single one with its denominator only, lest a share be taken for 1/255', () => {
    expect(parseEpsilon('4/255')).toBe(4 / 255);
    for (const text of ['4', '0.0157', '4/256', '0/255', '4 /255', '/255']) expect(() => parseEpsilon(text)).toThrow();
  });
});

describe('whole numbers', () => {
  it.each(['1', '256', '2147483647'])('takes %s for a count', (text) => {
    expect(parseCount(text)).toBe(Number(text));
  });

  it.each(['0', '-1', '1.5', '1e3', '', ' 1', '2147483648', 'all'])('refuses "%s" for a count', (text) => {
    expect(() => parseCount(text)).toThrow('whole number');
  });

  it('takes 0 for a seed', () => {
    expect(parseSeed('0')).toBe(0);
    expect(() => parseSeed('-1')).toThrow('whole number');
  });
});

describe('names', () => {
  it('reads attacks and recipes that are known, each once', () => {
    expect(parseAttacks('pgd,noise,pgd')).toEqual(['pgd', 'noise']);
    expect(parseRecipe('mixed')).toBe('mixed');
  });

  it('names those that are known to whom writes another', () => {
    expect(() => parseAttacks('pgd,cw')).toThrow(/"cw" is no attack.*Known: noise, fgsm, bim, pgd/);
    expect(() => parseAttacks('clean')).toThrow('clean is always part');
    expect(() => parseRecipe('PGD')).toThrow('Known: standard, fgsm, pgd, mixed');
  });

  it('takes models by id or path', () => {
    expect(parseModels('standard, ./mine,standard')).toEqual(['standard', './mine']);
  });

  it('takes no model id that could be a path', () => {
    expect(parseModelId('pgd-4')).toBe('pgd-4');
    for (const text of ['..', 'a/b', 'A', '-a', '', 'a'.repeat(65)]) expect(() => parseModelId(text)).toThrow();
  });
});

describe('a shard', () => {
  it('is its number, from 1, and of how many', () => {
    expect(parseShard('3/8')).toEqual({ number: 3, of: 8 });
    expect(parseShard('1/1')).toEqual({ number: 1, of: 1 });
  });

  it.each(['', '3', '0/8', '9/8', '3/0', '3/8/2', '-1/8', '1.5/8', 'a/b', '1/10001'])('is not "%s"', (text) => {
    expect(() => parseShard(text)).toThrow('Write it as 3/8');
  });
});

it('a norm, a budget and a split are one of those that there are', () => {
  expect(parseNorm('l2')).toBe('l2');
  expect(() => parseNorm('L2')).toThrow('linf, l2');
  expect(parseBudget('quick')).toBe('quick');
  expect(parseSplit('val')).toBe('val');
  expect(() => parseBudget('huge')).toThrow('basic, quick, full');
  expect(() => parseSplit('train')).toThrow('test, val');
});
