import { describe, expect, it } from 'vitest';
import {
  CRAFTING,
  epsilonAt,
  hyperparametersOf,
  learningRate,
  REFERENCE_SIZE,
} from '../../../../src/main/engine/training/recipes.ts';
import { RECIPES } from '../../../../src/shared/contract/modelCard.ts';

const steps = (count: number) => Array.from({ length: count }, (_, step) => step);

describe('the learning rate', () => {
  const rates = steps(1000).map((step) => learningRate(step, 1000, 0.1, 0.2));

  it('rises over its warm-up to its peak, and falls from there on', () => {
    expect(rates.indexOf(Math.max(...rates))).toBe(199);
    expect(rates[199]).toBe(0.1);
    const pairs = rates.slice(1).map((rate, at) => [rates[at] ?? NaN, rate] as const);
    expect(pairs.slice(0, 199).every(([before, after]) => after > before)).toBe(true);
    expect(pairs.slice(200).every(([before, after]) => after < before)).toBe(true);
  });

  it('rises evenly, passes half of its peak in the middle of the fall, and ends next to zero', () => {
    expect(rates[99]).toBeCloseTo(0.05, 12);
    expect(rates[600]).toBeCloseTo(0.05, 12);
    expect(rates[999]).toBeGreaterThan(0);
    expect(rates[999]).toBeLessThan(1e-6);
  });

  it('is a positive number at every step of the shortest runs', () => {
    for (const total of [1, 2, 3, 4, 5, 6]) {
      for (const step of steps(total)) expect(learningRate(step, total, 0.1, 0.2)).toBeGreaterThan(0);
    }
  });
});

describe('the epsilon of a training step', () => {
  it('grows from a quarter to all of it over the warm-up', () => {
    const at = (step: number) => epsilonAt(step, 100, 8 / 255, 0.3) * 255;
    expect(at(0)).toBeCloseTo(2, 12);
    expect(at(15)).toBeCloseTo(5, 12);
    expect(at(30)).toBe(8);
    expect(at(99)).toBe(8);
  });

  it('does not begin below half of one 8-bit step, nor above the epsilon itself', () => {
    expect(epsilonAt(0, 100, 1 / 255, 0.3) * 255).toBeCloseTo(0.5, 12);
    expect(epsilonAt(0, 100, 0.25 / 255, 0.3) * 255).toBeCloseTo(0.25, 12);
    expect(epsilonAt(0, 100, 0, 0.3)).toBe(0);
  });
});

describe('a recipe', () => {
  it.each(RECIPES)('%s has a network and budget that can be trained', (recipe) => {
    const hyper = hyperparametersOf(recipe);
    // The batch is parted evenly over the attacks.
    expect(hyper.batchSize % Math.max(1, CRAFTING[recipe].length)).toBe(0);
    for (const share of [hyper.learningRateWarmUp, hyper.epsilonWarmUp, hyper.cutMix, hyper.weightPerturbationWarmUp]) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
    }
    expect(hyper.smallestZoom).toBeLessThanOrEqual(hyper.largestZoom);
    expect(REFERENCE_SIZE.input % 8).toBe(0);
    expect(REFERENCE_SIZE.blocks?.length).toBe(REFERENCE_SIZE.widths.length);
  });
});
