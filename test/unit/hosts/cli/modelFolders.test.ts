import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findModel, modelFolders } from '../../../../src/main/hosts/cli/modelFolders.ts';

let bundled: string;
let own: string;
const addModel = (shelf: string, name: string) => {
  mkdirSync(join(shelf, name));
  writeFileSync(join(shelf, name, 'card.json'), '{}');
  return join(shelf, name);
};

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'epsiloscope-'));
  [bundled, own] = [join(folder, 'bundled'), join(folder, 'own')];
  mkdirSync(bundled);
});
afterEach(() => {
  rmSync(resolve(bundled, '..'), { recursive: true });
});

describe('finding models', () => {
  it('lists all packages of all shelves, those that exist', () => {
    addModel(bundled, 'standard');
    addModel(bundled, 'pgd');
    mkdirSync(join(bundled, 'not-a-model'));
    expect(modelFolders([bundled, own])).toEqual([join(bundled, 'pgd'), join(bundled, 'standard')]);
  });

  it('looks an id up, the bundled models first', () => {
    mkdirSync(own);
    const shipped = addModel(bundled, 'standard');
    addModel(own, 'standard');
    const mine = addModel(own, 'mine');
    expect(findModel('standard', [bundled, own])).toBe(shipped);
    expect(findModel('mine', [bundled, own])).toBe(mine);
  });

  it('takes what has a slash for a path', () => {
    expect(findModel('./mine', [bundled])).toBe(resolve('mine'));
  });

  it('names the models at hand to whom asks for another', () => {
    addModel(bundled, 'standard');
    expect(() => findModel('standart', [bundled])).toThrow(
      expect.objectContaining({ code: 'MODEL_UNKNOWN', kind: 'badInput' }) as Error,
    );
    try {
      findModel('standart', [bundled]);
    } catch (error) {
      expect(error).toMatchObject({ explanation: { toDo: expect.stringContaining('among standard') as string } });
    }
  });
});
