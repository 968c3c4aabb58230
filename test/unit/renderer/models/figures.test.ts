import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  attackInBrief,
  curveOf,
  figureAt,
  figureRows,
  measuresOf,
} from '../../../../src/renderer/src/features/models/figures.ts';
import { lineThrough, largestEpsilon, ticksOf, xOf, yOf } from '../../../../src/renderer/src/features/models/curve.ts';
import { modelCardSchema } from '../../../../src/shared/contract/modelCard.ts';
import { epsilonFrom255 } from '../../../../src/shared/domain/epsilon.ts';

const shelf = new URL('../../../../resources/models/', import.meta.url);
const cards = readdirSync(shelf, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => modelCardSchema.parse(JSON.parse(readFileSync(new URL(`${name}/card.json`, shelf), 'utf8'))));

describe.each(cards.map((card) => [card.id, card] as const))('the card of %s', (_id, card) => {
  test('loses no figure in its rows', () => {
    const told = figureRows(card).flatMap(({ figures }) => [...figures.values()]);
    expect(told).toHaveLength(card.metrics.length);
    expect(new Set(told)).toEqual(new Set(card.metrics.map(({ figure }) => figure)));
  });

  test('begins each data set with clean images', () => {
    expect(figureRows(card)[0]?.attack).toBe('clean');
  });

  test('tells its figures at 4/255, whatever the last digit of that fraction', () => {
    const exact = card.metrics.find(({ name, epsilon }) => name === 'accuracy' && epsilon !== null);
    expect(figureAt(card, 'accuracy', epsilonFrom255(4))).not.toBeNull();
    expect(figureAt(card, 'accuracy', (exact?.epsilon ?? 0) + 1e-15)).toBe(exact);
    expect(figureAt(card, 'accuracy', epsilonFrom255(3))).toBeNull();
  });

  test('gives a curve that rises in epsilon, from the clean images on', () => {
    const epsilons = curveOf(card, 'balancedAccuracy').map(({ epsilon }) => epsilon);
    expect(epsilons[0]).toBe(0);
    expect(epsilons).toEqual(epsilons.toSorted((one, other) => one - other));
    expect(new Set(epsilons).size).toBe(epsilons.length);
  });
});

const figure = { value: 0.5, low: 0.4, high: 0.6, n: 10 };
const metric = (name: string, attack: string, epsilon: number | null) => ({
  name,
  data: 'own',
  attack,
  epsilon,
  figure,
});

test('measures that the program knows come first, others after them', () => {
  const metrics = [metric('specificity', 'clean', null), metric('accuracy', 'clean', null)];
  expect(measuresOf({ metrics })).toEqual(['accuracy', 'specificity']);
});

test('an L2 attack is not drawn on the L-inf axis', () => {
  const metrics = [metric('accuracy', 'clean', null), metric('accuracy', 'pgd(norm=l2, steps=20)', 0.5)];
  expect(curveOf({ metrics }, 'accuracy')).toEqual([{ epsilon: 0, figure }]);
});

test.each([
  ['pgd(norm=linf, steps=20)', { id: 'pgd', steps: 20 }],
  ['pgd(steps=7)', { id: 'pgd', steps: 7 }],
  ['fgsm(norm=linf)', { id: 'fgsm', steps: null }],
  ['apgd-ce(norm=linf, nsteps=5)', { id: 'apgd-ce', steps: null }],
  ['clean', null],
])('%s in brief', (attack, brief) => {
  expect(attackInBrief(attack)).toEqual(brief);
});

describe('the drawing of curves', () => {
  const curve = [0, 1, 4].map((k) => ({ epsilon: epsilonFrom255(k), figure }));
  const largest = largestEpsilon([curve]);

  test('gives small epsilons the room: a quarter of the largest lies in the middle', () => {
    expect(xOf(epsilonFrom255(1), largest)).toBeCloseTo((xOf(0, largest) + xOf(largest, largest)) / 2);
  });

  test('puts all at the left where there are clean images only', () => {
    expect(xOf(0, 0)).toBe(xOf(0, largest));
  });

  test('has 1 above 0', () => {
    expect(yOf(1)).toBeLessThan(yOf(0));
  });

  test('has one tick for an epsilon of both curves', () => {
    expect(ticksOf([curve, curve])).toHaveLength(curve.length);
  });

  test('goes through every point', () => {
    expect(lineThrough(curve, largest).split(' ')).toHaveLength(curve.length);
  });
});
