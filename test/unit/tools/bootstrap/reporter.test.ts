import { describe, expect, test } from 'vitest';
import { createReporter } from '../../../../tools/bootstrap/reporter.mjs';

function recorded(isTTY: boolean) {
  const written: string[] = [];
  const write = (text: string) => written.push(text) > 0;
  return { reporter: createReporter({ write, isTTY }), text: () => written.join('') };
}

const inTenSteps = (progress: (fraction: number) => void) => {
  for (let tenth = 1; tenth < 10; tenth += 1) progress(tenth / 10);
  return Promise.resolve('result');
};

describe('without a terminal', () => {
  test('each step says that it begins, each quarter, and how long it took', async () => {
    const { reporter, text } = recorded(false);
    expect(await reporter.step('downloading', inTenSteps)).toBe('result');
    expect(text()).toMatch(
      /^epsiloscope: downloading \.\.\.\n(epsiloscope: downloading \d+ %\n){3}epsiloscope: downloading: done after \d+\.\d s\n$/,
    );
  });

  test('a step that fails is not said to be done', async () => {
    const { reporter, text } = recorded(false);
    await expect(reporter.step('compiling', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(text()).toMatch(/compiling: failed after/);
    expect(text()).not.toMatch(/done/);
  });
});

test('on a terminal the percentage is written over itself', async () => {
  const { reporter, text } = recorded(true);
  await reporter.step('downloading', inTenSteps);
  expect(text().split('\r\u001b[Kepsiloscope: downloading ')).toHaveLength(10);
  expect(text().split('\n')).toHaveLength(3);
});
