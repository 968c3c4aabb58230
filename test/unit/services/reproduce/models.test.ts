import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { paperModels } from '../../../../src/main/services/reproduce/index.ts';

let shelf: string;

beforeEach(() => {
  shelf = mkdtempSync(join(tmpdir(), 'epsiloscope-'));
  onTestFinished(() => {
    rmSync(shelf, { recursive: true });
  });
});

const lay = (...recipes: readonly string[]) => {
  for (const recipe of recipes) {
    mkdirSync(join(shelf, recipe));
    writeFileSync(join(shelf, recipe, 'card.json'), '{}');
  }
};

describe("the models of the paper's experiment", () => {
  it('are four, and one beyond the paper where it is there', () => {
    lay('pgd', 'mixed', 'standard', 'fgsm', 'another');
    const paper = ['standard', 'fgsm', 'pgd', 'mixed'].map((recipe) => join(shelf, recipe));
    expect(paperModels(shelf)).toEqual(paper);
    lay('trades');
    expect(paperModels(shelf)).toEqual([...paper, join(shelf, 'trades')]);
  });

  it('are refused where some are missing, by name: a matrix of the others would be another experiment', () => {
    lay('standard', 'pgd', 'trades');
    mkdirSync(join(shelf, 'mixed'));
    expect(() => paperModels(shelf)).toThrow(
      `The experiment compares standard, fgsm, pgd, mixed; in ${shelf} there is no fgsm, no mixed.`,
    );
  });
});
