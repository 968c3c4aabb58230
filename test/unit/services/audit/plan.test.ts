import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EngineFacts, LoadedModel } from '../../../../src/shared/contract/engine.ts';
import { isMalignant, type ClassIndex } from '../../../../src/shared/domain/diagnosis.ts';
import { drawSample } from '../../../../src/main/engine/metrics/index.ts';
import type { AuditableCase } from '../../../../src/main/services/audit/cases.ts';
import { planAudit, type AuditPlan, type Unit } from '../../../../src/main/services/audit/plan.ts';
import type { AuditOptions } from '../../../../src/main/services/audit/types.ts';
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
  return planAudit(drawSample(casesOf(labels), { size: options.sample, seed: options.seed }), models, facts, options);
}

const whatOf = (unit: Unit) => (unit.kind === 'attack' ? `${unit.attack.id} ${unit.attack.criterion.kind}` : unit.kind);

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
    ['the numerics', () => plan({}, LABELS, MODELS, { ...FACTS, numericsFingerprint: hashOf('other numerics') })],
  ];
  it.each(CHANGES)('is another for another %s', (_, changed) => {
    expect(changed().sha256).not.toBe(plan().sha256);
  });
});

/** How often each case is computed, per model and kind of work. */
function coverage({ units, cases }: AuditPlan, modelSha256: string): Map<string, number[]> {
  const counts = new Map<string, number[]>();
  for (const unit of units.filter((one) => one.model.sha256 === modelSha256)) {
    const own = counts.get(whatOf(unit)) ?? cases.map(() => 0);
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
          made.cases.map((one) => (speaksOf(one.label) ? 1 : 0));
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

  it('hold at most 64 cases', () => {
    const made = plan({}, Array<ClassIndex>(150).fill(5));
    const sizes = made.units.filter(({ kind }) => kind === 'predict').map(({ cases }) => cases.length);
    expect(sizes).toEqual([64, 64, 22, 64, 64, 22]);
  });

  it('come verdicts first and the search for the smallest epsilon last, model by model', () => {
    const order = plan().units.map((unit) => [unit.model.card.id, whatOf(unit)]);
    const ofModel = (id: string) =>
      [
        'predict',
        ...['noise', 'fgsm', 'pgd'].flatMap((attack) =>
          ['misclassified', 'verdictChanged', 'malignantToBenign'].map((criterion) => `${attack} ${criterion}`),
        ),
        'minimalEpsilon',
      ].map((what) => [id, what]);
    expect(order).toEqual([...ofModel('standard'), ...ofModel('pgd')]);
  });

  it('search for no smallest epsilon in L2, where its range means nothing', () => {
    expect(plan({ norm: 'l2' }).units.some(({ kind }) => kind === 'minimalEpsilon')).toBe(false);
  });

  it('cost something, so that progress can be told', () => {
    for (const { cost } of plan().units) expect(cost).toBeGreaterThan(0);
  });
});
