import type { AuditControl } from './types.ts';
import type { Unit } from './units.ts';

/**
 * Weighted progress over all units, and the time left. A unit's cost is an upper bound: where a model breaks early an attack
 * is over long before it. So the time left of a kind of work is judged by the finished units of that kind, block by block
 * the same work on other cases, and only where there is none yet by the mean over all.
 */
export class Progress {
  readonly #report: AuditControl['onProgress'];
  readonly #now: () => number;
  readonly #total: number;
  readonly #kinds = new Map<string, { missing: number; done: number; seconds: number }>();
  #done: number;
  #current: { readonly unit: Unit; readonly startedAt: number } | null = null;

  /** @param now monotonic milliseconds */
  constructor(
    units: readonly Unit[],
    missing: readonly Unit[],
    report: AuditControl['onProgress'],
    now = () => performance.now(),
  ) {
    this.#report = report;
    this.#now = now;
    this.#total = costOf(units);
    this.#done = this.#total - costOf(missing);
    for (const unit of missing) this.#kindOf(unit).missing += unit.cost;
  }

  begin(unit: Unit): void {
    this.#current = { unit, startedAt: this.#now() };
    this.within(0);
  }

  /** @param share of the unit that has begun, 0..1 */
  within(share: number): void {
    if (!this.#current) return;
    const { unit, startedAt } = this.#current;
    this.#report?.({
      phase: phaseOf(unit),
      fraction: (this.#done + share * unit.cost) / this.#total,
      secondsLeft: this.#secondsLeft(share * unit.cost, (this.#now() - startedAt) / 1000),
    });
  }

  end(): void {
    if (!this.#current) return;
    const { unit, startedAt } = this.#current;
    const kind = this.#kindOf(unit);
    kind.missing -= unit.cost;
    kind.done += unit.cost;
    kind.seconds += (this.#now() - startedAt) / 1000;
    this.#done += unit.cost;
    this.#current = null;
  }

  /** Null until something is done. */
  #secondsLeft(doneOfCurrent: number, secondsOfCurrent: number): number | null {
    const kinds = [...this.#kinds.values()];
    const done = kinds.reduce((sum, kind) => sum + kind.done, doneOfCurrent);
    const seconds = kinds.reduce((sum, kind) => sum + kind.seconds, secondsOfCurrent);
    if (done === 0) return null;
    const all = kinds.reduce((sum, kind) => sum + kind.missing * secondsPerCost(kind, seconds / done), 0);
    const current = this.#current && this.#kindOf(this.#current.unit);
    return all - (current ? doneOfCurrent * secondsPerCost(current, seconds / done) : 0);
  }

  #kindOf({ key }: Unit) {
    // A key is block/model/what.
    const name = key.slice(key.indexOf('/'));
    const kind = this.#kinds.get(name) ?? { missing: 0, done: 0, seconds: 0 };
    this.#kinds.set(name, kind);
    return kind;
  }
}

const costOf = (units: readonly Unit[]): number => units.reduce((sum, { cost }) => sum + cost, 0);

const secondsPerCost = ({ done, seconds }: { done: number; seconds: number }, otherwise: number): number =>
  done > 0 ? seconds / done : otherwise;

function phaseOf(unit: Unit): string {
  return `${unit.models.map(({ id }) => id).join(', ')}: ${workInWords(unit)}`;
}

function workInWords(unit: Unit): string {
  switch (unit.kind) {
    case 'predict':
      return 'verdicts';
    case 'attack': {
      const directed = unit.attack.criterion.kind === 'malignantToBenign' ? ', malignant to benign' : '';
      return `${unit.attack.id}${directed}`;
    }
    case 'checkRun':
      return `check, ${unit.checkRun.run}`;
    case 'probe':
      return 'check, gradients';
    case 'minimalEpsilon':
      return 'smallest epsilon';
    case 'runToTheEnd':
      return `${unit.attack.id} to the end, and transfer`;
    case 'corruption':
      return 'corruptions';
    case 'certificate':
      return 'certificate';
  }
}
