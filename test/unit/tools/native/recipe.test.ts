import { describe, expect, test } from 'vitest';
import { cacheFolder, recipeFor } from '../../../../tools/native/recipe.mjs';

describe('where the cache lies', () => {
  test.each([
    ['linux', { HOME: '/home/ada' }, '/home/ada/.cache/epsiloscope'],
    ['linux', { HOME: '/home/ada', XDG_CACHE_HOME: '/scratch' }, '/scratch/epsiloscope'],
    ['linux', { HOME: '/home/ada', XDG_CACHE_HOME: 'relative' }, '/home/ada/.cache/epsiloscope'],
    ['linux', { HOME: '/home/ada', XDG_CACHE_HOME: '' }, '/home/ada/.cache/epsiloscope'],
    ['darwin', { HOME: '/Users/ada', XDG_CACHE_HOME: '/scratch' }, '/Users/ada/Library/Caches/epsiloscope'],
    ['win32', { HOME: '/users/ada', LOCALAPPDATA: '/users/ada/local' }, '/users/ada/local/epsiloscope'],
  ] as const)('%s with %j: %s', (platform, env, expected) => {
    expect(cacheFolder(env, platform)).toBe(expected);
  });
});

describe('what is fetched', () => {
  test('each platform has its own pinned file and its own folder', () => {
    const recipes = [recipeFor({ HOME: '/h' }, 'linux', 'x64'), recipeFor({ HOME: '/h' }, 'linux', 'arm64')];
    expect(new Set(recipes.map((recipe) => recipe?.folder)).size).toBe(2);
    for (const recipe of recipes) {
      expect(recipe?.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(recipe?.requirement).toMatch(/==2\.18\.0$/);
    }
  });

  test.each([
    ['darwin', 'arm64'],
    ['win32', 'x64'],
    ['linux', 'riscv64'],
  ] as const)('%s on %s has none', (platform, arch) => {
    expect(recipeFor({}, platform, arch)).toBeUndefined();
  });
});
