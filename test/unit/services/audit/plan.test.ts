import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EngineFacts, LoadedModel } from '../../../../src/shared/contract/engine.ts';
import { isMalignant, type ClassIndex } from '../../../../src/shared/domain/diagnosis.ts';
import { drawSample } from '../../../../src/main/engine/metrics/index.ts';
import type { AuditableCase } from '../../../../src/main/services/audit/cases.ts';
import { planAudit, type AuditPlan } from '../../../../src/main/services/audit/plan.ts';
import { planInputsOf } from '../../../../src/main/services/audit/planInputs.ts';
import { unitsOfShard } from '../../../../src/main/services/audit/shard.ts';
import type { AuditOptions } from '../../../../src/main/services/audit/types.ts';
import type { Unit } from '../../../../src/main/services/audit/units.ts';
import { hashOf } from '../../../../src/main/store/index.ts';
import { testCard } from '../../../support/modelPackages.ts';

const model = (id: string): LoadedModel => ({ card: testCard({ id }), sha256: hashOf(id) });
const MODELS = [model('standard'), model('pgd')];

const FACTS: EngineFacts = {
  backend: 'wasm',
  device: 'CPU',
  versions: {},
  cpu: 'A processor',
  threads: 1,
  notes: [],
  numericsFingerprint: hashOf('numerics'),
};

const OPTIONS: AuditOptions = {
  modelDirectories: ['standard', 'pgd'],
  attacks: ['noise', 'fgsm', 'pgd'],
  epsilons: [1 / 255, 4 / 255],
  norm: 'linf',
  budget: 'basic',
  certificate: false,
  sample: null,
  seed: 1,
  keepAdversarials: false,
  originalIds: false,
};

const casesOf = (labels: readonly (ClassIndex | null)[]): AuditableCase[] =>
  labels.map((label, at) => ({
    imageId: `img-${at}`,
    imageSha256: hashOf(`image ${at}`),
    lesionId: `lesion-${at}`,
    label,
    originalId: `original ${at}`,
  }));

const LABELS: (ClassIndex | null)[] = [4, 5, 5, null, 1, 2];

function plan(changes: Partial<AuditOptions> = {}, labels = LABELS, models = MODELS, facts = FACTS): AuditPlan {
  const options = { ...OPTIONS, ...changes };
  const sample = drawSample(casesOf(labels), { size: options.sample, seed: options.seed });
  return planAudit(planInputsOf(sample, models, facts, options));
}

function whatOf(unit: Unit): string {
  if (unit.kind === 'attack') return `${unit.attack.id} ${unit.attack.criterion.kind}`;
  return unit.kind === 'checkRun' ? `check ${unit.checkRun.run}` : unit.kind;
}

describe('the hash of a plan', () => {
  it('is equal for equal plans, whatever the cases are called', () => {
    expect(plan().sha256).toBe(plan().sha256);
    expect(plan({ originalIds: true, modelDirectories: ['elsewhere', 'as well'] }).sha256).toBe(plan().sha256);
  });

  const CHANGES: [string, () => AuditPlan][] = [
    ['a seed', () => plan({ seed: 2 })],
    ['an epsilon', () => plan({ epsilons: [1 / 255, 2 / 255] })],
    ['an attack', () => plan({ attacks: ['noise', 'fgsm', 'bim'] })],
    ['a norm', () => plan({ norm: 'l2' })],
    ['a sample', () => plan({ sample: 3 })],
    ['whether attacked inputs are kept', () => plan({ keepAdversarials: true })],
    ['a label', () => plan({}, [4, 5, 5, null, 1, 3])],
    ['one case more', () => plan({}, [...LABELS, 0])],
    ['a model', () => plan({}, LABELS, [model('standard'), model('other')])],
    ['the order of the models', () => plan({}, LABELS, [...MODELS].reverse())],
    ['a budget', () => plan({ budget: 'quick' })],
    ['a certificate', () => plan({ certificate: true })],
    ['a size of the blocks', () => plan({ casesPerBlock: 2 })],
    ['the numerics', () => plan({}, LABELS, MODELS, { ...FACTS, numericsFingerprint: hashOf('other numerics') })],
  ];
  it.each(CHANGES)('is another for another %s', (_, changed) => {
    expect(changed().sha256).not.toBe(plan().sha256);
  });

  it('of the work alone does not ask on which numerics it is done', () => {
    const elsewhere = plan({}, LABELS, MODELS, { ...FACTS, numericsFingerprint: hashOf('other numerics') });
    expect(elsewhere.workSha256).toBe(plan().workSha256);
    expect(plan({ seed: 2 }).workSha256).not.toBe(plan().workSha256);
  });
});

/** How often each case is computed, per model and kind of work. */
function coverage({ units, inputs }: AuditPlan, modelSha256: string): Map<string, number[]> {
  const counts = new Map<string, number[]>();
  for (const unit of units.filter(({ models }) => models.some(({ sha256 }) => sha256 === modelSha256))) {
    const own = counts.get(whatOf(unit)) ?? inputs.cases.map(() => 0);
    counts.set(whatOf(unit), own);
    for (const position of unit.cases) own[position] = (own[position] ?? 0) + 1;
  }
  return counts;
}

const label = fc.option(fc.integer({ min: 0, max: 6 }) as fc.Arbitrary<ClassIndex>, { nil: null });

describe('the units of a plan', () => {
  it('have each their own key, and compute each case once in each kind of work that speaks of it', () => {
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 200 }), (labels) => {
        const made = plan({}, labels);
        expect(new Set(made.units.map(({ key }) => key)).size).toBe(made.units.length);
        const once = (speaksOf: (label: ClassIndex | null) => boolean) =>
          made.inputs.cases.map((one) => (speaksOf(one.label) ? 1 : 0));
        const none = (counts: number[]) => (counts.includes(1) ? counts : undefined);
        for (const { sha256 } of MODELS) {
          const counted = coverage(made, sha256);
          expect(counted.get('predict')).toEqual(once(() => true));
          expect(counted.get('minimalEpsilon')).toEqual(once(() => true));
          for (const attack of OPTIONS.attacks) {
            expect(counted.get(`${attack} misclassified`)).toEqual(none(once((own) => own !== null)));
            expect(counted.get(`${attack} verdictChanged`)).toEqual(none(once((own) => own === null)));
            expect(counted.get(`${attack} malignantToBenign`)).toEqual(
              none(once((own) => own !== null && isMalignant(own))),
            );
          }
        }
      }),
      { numRuns: 30, seed: 2 },
    );
  });

  it('lie each within one block of cases, and so does all that they build on', () => {
    const made = plan({ budget: 'full', certificate: true, casesPerBlock: 4 }, Array<ClassIndex>(10).fill(4));
    expect(made.blocks).toBe(3);
    for (const { block, cases } of made.units) {
      for (const position of cases) expect(Math.floor(position / 4)).toBe(block);
    }
    const sizes = made.units.filter(({ kind }) => kind === 'predict').map(({ cases }) => cases.length);
    expect(sizes).toEqual([4, 4, 4, 4, 2, 2]);
  });

  it('are parted among any number of shards, none twice and none left out', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 60 }), (of, count) => {
        const made = plan({ casesPerBlock: 7 }, Array<ClassIndex>(count).fill(5));
        const shards = Array.from({ length: of }, (_, at) => unitsOfShard(made, { number: at + 1, of }));
        const keys = shards.flat().map(({ key }) => key);
        expect(keys.toSorted()).toEqual(made.units.map(({ key }) => key).toSorted());
        const blocks = shards.map((units) => new Set(units.map(({ block }) => block)).size);
        expect(Math.max(...blocks) - Math.min(...blocks)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 30, seed: 4 },
    );
  });

  const HEADLINE = ['noise', 'fgsm', 'pgd'].flatMap((attack) =>
    ['misclassified', 'verdictChanged', 'malignantToBenign'].map((criterion) => `${attack} ${criterion}`),
  );
  const BUDGETS: [AuditOptions['budget'], string[], string[]][] = [
    ['basic', ['predict', ...HEADLINE, 'minimalEpsilon'], []],
    [
      'quick',
      [
        ...['predict', ...HEADLINE],
        ...['apgd-ce misclassified', 'apgd-dlr misclassified', 'apgd-ce verdictChanged', 'apgd-dlr verdictChanged'],
        ...['apgd-ce malignantToBenign', 'check pgd', 'check pgdAtLargeEpsilons', 'probe', 'minimalEpsilon'],
      ],
      [],
    ],
    [
      'full',
      [
        ...['predict', ...HEADLINE],
        ...['apgd-ce misclassified', 'apgd-dlr-targeted misclassified'],
        ...['apgd-ce verdictChanged', 'apgd-dlr-targeted verdictChanged', 'apgd-ce malignantToBenign'],
        ...['check pgd', 'check pgdAtLargeEpsilons', 'check pgdTwiceTheSteps', 'check pgdFiveRestarts'],
        ...['check square', 'probe', 'minimalEpsilon', 'runToTheEnd'],
      ],
      ['corruption'],
    ],
  ];
  it.each(BUDGETS)('of the budget %s come each after what it builds on, model by model', (budget, ofModel, ofAll) => {
    const order = plan({ budget }).units.map((unit) => [unit.models.map(({ id }) => id).join(), whatOf(unit)]);
    expect(order).toEqual([
      ...['standard', 'pgd'].flatMap((id) => ofModel.map((what) => [id, what])),
      ...ofAll.map((what) => ['standard,pgd', what]),
    ]);
  });

  it('of the checks are of at most 256 labelled cases, and the certificate of 64, whatever the seed', () => {
    const labels = Array.from({ length: 600 }, (_, at): ClassIndex | null => (at % 3 === 0 ? null : 5));
    const casesOfKind = (kind: Unit['kind'], seed: number) => {
      const { units, inputs } = plan({ budget: 'quick', certificate: true, seed }, labels, MODELS.slice(0, 1));
      return units.flatMap((unit) => (unit.kind === kind ? unit.cases.map((at) => inputs.cases[at]) : []));
    };
    expect(casesOfKind('probe', 1)).toHaveLength(256);
    expect(casesOfKind('probe', 1).every((one) => one?.label === 5)).toBe(true);
    expect(casesOfKind('probe', 2)).toEqual(casesOfKind('probe', 1));
    expect(casesOfKind('certificate', 1)).toHaveLength(64);
  });

  it('run to the end are judged by all models of equal input, and by no other', () => {
    const { input } = testCard();
    const card = testCard({ id: 'large', input: { ...input, height: 2 * input.height, width: 2 * input.width } });
    const made = plan({ budget: 'full' }, LABELS, [...MODELS, { ...model('large'), card }]);
    const judges = made.units.flatMap((unit) => (unit.kind === 'runToTheEnd' ? [unit.judges.map(({ id }) => id)] : []));
    expect(judges).toEqual([['standard', 'pgd'], ['standard', 'pgd'], ['large']]);
    const corrupted = made.units.filter(({ kind }) => kind === 'corruption');
    expect(corrupted.map(({ models }) => models.map(({ id }) => id))).toEqual([['standard', 'pgd'], ['large']]);
  });

  it('search for no smallest epsilon in L2, where its range means nothing', () => {
    expect(plan({ norm: 'l2' }).units.some(({ kind }) => kind === 'minimalEpsilon')).toBe(false);
  });

  it('cost something, so that progress can be told', () => {
    for (const { cost } of plan({ budget: 'full', certificate: true }).units) expect(cost).toBeGreaterThan(0);
  });
});
