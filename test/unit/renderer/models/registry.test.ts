import { describe, expect, test } from 'vitest';
import { keyOf, placeOf, withModel } from '../../../../src/renderer/src/features/models/registry.ts';
import type { RegisteredModel } from '../../../../src/shared/contract/app/models.ts';

const [one = '', two = '', three = ''] = ['a', 'b', 'c'].map((digit) => digit.repeat(64));
const pair = { first: one, second: two };

describe('choosing the two models compared', () => {
  test('puts another model into one place', () => {
    expect(withModel(pair, 'first', three)).toEqual({ first: three, second: two });
    expect(withModel(pair, 'second', three)).toEqual({ first: one, second: three });
  });

  test('never compares a model with itself: the two change places', () => {
    expect(withModel(pair, 'first', two)).toEqual({ first: two, second: one });
    expect(withModel(pair, 'second', one)).toEqual({ first: two, second: one });
  });

  test('leaves the pair as it is where the model is there already', () => {
    expect(withModel(pair, 'first', one)).toEqual(pair);
  });
});

describe('a refused model', () => {
  const refused: RegisteredModel = {
    status: 'refused',
    name: 'clinic-net',
    source: 'imported',
    explanation: { happened: '', kept: '', toDo: '' },
  };

  test('takes no place in the pair', () => {
    expect(placeOf(refused, pair)).toBeNull();
  });

  test('is told apart from a bundled one of the same name', () => {
    expect(keyOf(refused)).not.toBe(keyOf({ ...refused, source: 'bundled' }));
  });
});
