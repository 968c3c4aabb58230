/** The time left of an audit, whose costs are upper bounds that some models fall far short of. */
import { describe, expect, it } from 'vitest';
import { Progress } from '../../../../src/main/services/audit/progress.ts';
import type { AuditProgress } from '../../../../src/main/services/audit/types.ts';
import type { Unit } from '../../../../src/main/services/audit/units.ts';

const unit = (block: number, what: string, cost: number): Unit => ({
  key: `0000${String(block)}/abc/${what}`,
  kind: 'probe',
  block,
  models: [],
  cases: [],
  cost,
});

/** Two blocks of a kind of work that ends early, and one that takes all it may. */
const FIRST = { short: unit(0, 'short', 100), long: unit(0, 'long', 100) };
const SECOND = { short: unit(1, 'short', 100), long: unit(1, 'long', 100) };
const UNITS = [FIRST.short, FIRST.long, SECOND.short, SECOND.long];

function run(missing: readonly Unit[], atATime = 1) {
  const reports: AuditProgress[] = [];
  let milliseconds = 0;
  const progress = new Progress(
    UNITS,
    missing,
    (report) => reports.push(report),
    atATime,
    () => milliseconds,
  );
  const work = (next: Unit, seconds: number) => {
    const current = progress.begin(next);
    milliseconds += seconds * 1000;
    current.end();
  };
  return {
    work,
    progress,
    reports,
    pass: (seconds: number) => {
      milliseconds += seconds * 1000;
    },
    last: () => reports.at(-1),
  };
}

describe('the time left', () => {
  it('is not guessed before anything is done', () => {
    const { progress, last } = run(UNITS);
    progress.begin(FIRST.short);
    expect(last()).toMatchObject({ fraction: 0, secondsLeft: null });
  });

  it('goes by the mean over all where a kind of work is new', () => {
    const { work, progress, last } = run(UNITS);
    work(FIRST.short, 1);
    progress.begin(FIRST.long);
    expect(last()).toMatchObject({ fraction: 0.25, secondsLeft: 3 });
  });

  it('goes by what each kind of work has taken so far', () => {
    const { work, progress, pass, last } = run(UNITS);
    work(FIRST.short, 1);
    work(FIRST.long, 50);
    const current = progress.begin(SECOND.short);
    expect(last()).toMatchObject({ fraction: 0.5, secondsLeft: 51 });
    pass(0.5);
    current.within(0.5);
    expect(last()).toMatchObject({ fraction: 0.625, secondsLeft: 50.5 });
  });

  it('counts no time of work that was on file before', () => {
    const { work, progress, last } = run([SECOND.short, SECOND.long]);
    work(SECOND.short, 2);
    progress.begin(SECOND.long);
    expect(last()).toMatchObject({ fraction: 0.75, secondsLeft: 2 });
  });

  it('is shared among the units that are computed at the same time', () => {
    const { progress, pass, last } = run(UNITS, 2);
    const [short, long] = [progress.begin(FIRST.short), progress.begin(FIRST.long)];
    pass(10);
    short.end();
    expect(last()).toMatchObject({ fraction: 0, secondsLeft: null });
    const next = progress.begin(SECOND.short);
    long.within(0.5);
    expect(last()).toMatchObject({ fraction: 0.375 });
    pass(10);
    long.end();
    next.end();
    progress.begin(SECOND.long);
    expect(last()).toMatchObject({ fraction: 0.75, secondsLeft: 10 });
  });
});
