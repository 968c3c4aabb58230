import { describe, expect, it } from 'vitest';
import { countingProgress, ProgressLine } from '../../../../src/main/hosts/cli/progress.ts';

/** A stream that keeps what is written, and a clock that stands until it is moved. */
function setUp(isTTY: boolean, columns?: number) {
  const written: string[] = [];
  const clock = { milliseconds: 0 };
  const stream = { isTTY, ...(columns !== undefined && { columns }), write: (text: string) => written.push(text) };
  return { written, clock, line: new ProgressLine(stream, () => clock.milliseconds) };
}

const at = (fraction: number, secondsLeft: number | null = null) => ({ phase: 'pgd', fraction, secondsLeft });

describe('progress on a terminal', () => {
  it('is one line that is drawn over itself', () => {
    const { written, line } = setUp(true);
    line.show(at(0.5, 30));
    expect(written).toEqual(['\r\u001b[2K[############............]  50 % 30 s left   pgd']);
  });

  it('is drawn ten times a second at most', () => {
    const { written, line, clock } = setUp(true);
    for (; clock.milliseconds < 1000; clock.milliseconds += 1) line.show(at(clock.milliseconds / 1000));
    expect(written).toHaveLength(10);
  });

  it('never wraps into a second line', () => {
    const { written, line } = setUp(true, 40);
    line.show({ phase: 'a phase with a name that is much too long', fraction: 0, secondsLeft: 5 });
    expect(written[0]?.replace('\r\u001b[2K', '').length).toBe(39);
  });

  it('makes room for text, once', () => {
    const { written, line } = setUp(true);
    line.show(at(0));
    line.clear();
    line.clear();
    expect(written.slice(1)).toEqual(['\r\u001b[2K']);
  });
});

describe('progress elsewhere', () => {
  it('is a plain line every ten percent', () => {
    const { written, line } = setUp(false);
    for (let percent = 0; percent <= 100; percent += 1) line.show(at(percent / 100));
    expect(written.length).toBeGreaterThanOrEqual(10);
    expect(written.length).toBeLessThanOrEqual(11);
    expect(written[0]).toBe('0 %: pgd\n');
  });

  it('is a plain line every ten seconds', () => {
    const { written, line, clock } = setUp(false);
    for (; clock.milliseconds <= 60_000; clock.milliseconds += 500) line.show(at(0.01, 90));
    expect(written).toHaveLength(7);
    expect(written[1]).toBe('1 %: pgd, 90 s left\n');
  });

  it('writes nothing to clear itself', () => {
    const { written, line } = setUp(false);
    line.show(at(0));
    line.clear();
    expect(written).toHaveLength(1);
  });
});

describe('the time left', () => {
  it.each([
    [99, '99 s left'],
    [100, '2 min left'],
    [5400, '90 min left'],
    [7200, '2.0 h left'],
  ])('of %d s reads %s', (seconds, words) => {
    const { written, line } = setUp(false);
    line.show(at(0, seconds));
    expect(written[0]).toBe(`0 %: pgd, ${words}\n`);
  });

  it('is judged by the speed so far where items are counted', () => {
    let now = 0;
    const counted = countingProgress('reading images', () => now);
    expect(counted(0, 4)).toEqual({ phase: 'reading images, 0 of 4', fraction: 0, secondsLeft: null });
    now = 6000;
    expect(counted(3, 4)).toEqual({ phase: 'reading images, 3 of 4', fraction: 0.75, secondsLeft: 2 });
    expect(counted(0, 0).fraction).toBe(1);
  });
});
