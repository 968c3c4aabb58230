import type { AuditControl } from './types.ts';
import type { Unit } from './units.ts';

/** A unit that is being computed. */
interface Current {
  readonly unit: Unit;
  readonly startedAt: number;
  /** 0..1 */
  share: number;
}

/**
 * Weighted progress over all units, and the time left. A unit's cost is an upper bound: where a model breaks early an attack
 * is over long before it. So the time left of a kind of work is judged by the finished units of that kind, block by block
 * the same work on other cases, and only where there is none yet by the mean over all.
 */
export class Progress {
  readonly #report: AuditControl['onProgress'];
  readonly #now: () => number;
  readonly #atATime: number;
  readonly #total: number;
  readonly #kinds = new Map<string, { missing: number; done: number; seconds: number }>();
  readonly #current = new Set<Current>();
  #done: number;

  /**
   * @param atATime units that are computed at the same time
   * @param now monotonic milliseconds
   */
  constructor(
    units: readonly Unit[],
    missing: readonly Unit[],
    report: AuditControl['onProgress'],
    atATime = 1,
    now = () => performance.now(),
  ) {
    this.#report = report;
    this.#atATime = atATime;
    this.#now = now;
    this.#total = costOf(units);
    this.#done = this.#total - costOf(missing);
    for (const unit of missing) this.#kindOf(unit).missing += unit.cost;
  }

  /** To be told the share of the unit that is done, 0..1, and its end. */
  begin(unit: Unit): { within(share: number): void; end(): void } {
    const current: Current = { unit, startedAt: this.#now(), share: 0 };
    this.#current.add(current);
    this.#tell(current);
    return {
      within: (share) => {
        current.share = share;
        this.#tell(current);
      },
      end: () => {
        this.#end(current);
      },
    };
  }

  #tell({ unit }: Current): void {
    this.#report?.({
      phase: phaseOf(unit),
      fraction: (this.#done + this.#doneOfCurrent()) / this.#total,
      secondsLeft: this.#secondsLeft(),
    });
  }

  #end(current: Current): void {
    this.#current.delete(current);
    const kind = this.#kindOf(current.unit);
    kind.missing -= current.unit.cost;
    kind.done += current.unit.cost;
    kind.seconds += this.#secondsOf(current);
    this.#done += current.unit.cost;
  }

  #doneOfCurrent(): number {
    return [...this.#current].reduce((sum, { unit, share }) => sum + share * unit.cost, 0);
  }

  #secondsOf({ startedAt }: Current): number {
    return (this.#now() - startedAt) / 1000;
  }

  /** Null until something is done. */
  #secondsLeft(): number | null {
    const kinds = [...this.#kinds.values()];
    const current = [...this.#current];
    const done = kinds.reduce((sum, kind) => sum + kind.done, this.#doneOfCurrent());
    const seconds = kinds.reduce(
      (sum, kind) => sum + kind.seconds,
      current.reduce((sum, one) => sum + this.#secondsOf(one), 0),
    );
    if (done === 0) return null;
    const mean = seconds / done;
    const missing = kinds.reduce((sum, kind) => sum + kind.missing * secondsPerCost(kind, mean), 0);
    const doneOfMissing = current.reduce(
      (sum, { unit, share }) => sum + share * unit.cost * secondsPerCost(this.#kindOf(unit), mean),
      0,
    );
    return (missing - doneOfMissing) / this.#atATime;
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
