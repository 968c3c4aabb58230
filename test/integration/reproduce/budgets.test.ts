/** What each budget leaves in an audit, and that its checks catch a model which only looks robust. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditSchema, type AuditCase, type AuditContent } from '../../../src/shared/contract/audit.ts';
import { CORRUPTIONS } from '../../../src/shared/domain/corruption.ts';
import { runAudit, verifyAudit, type AuditOptions } from '../../../src/main/services/audit/index.ts';
import { importImages, previewImport } from '../../../src/main/services/import/index.ts';
import { openWorkspace } from '../../../src/main/store/index.ts';
import type { Classifier } from '../../../src/main/engine/models/classifier.ts';
import { openModelPackage } from '../../../src/main/engine/models/package.ts';
import { engineMethods } from '../../../src/main/hosts/worker/methods.ts';
import { auditLab, clock, engineHere, type AuditLab } from '../../support/auditLab.ts';
import {
  withQuantisedInput,
  withShatteredGradient,
  writeBlobs,
  writeScaledLogits,
} from '../../support/brokenModels.ts';

const ROWS = ['ISIC_0012099,akiec', 'ISIC_0012151,mel', 'ISIC_0012143,akiec', 'ISIC_0001852,'];
/** Native work in real processes takes long on a machine that has much else to do. */
const PATIENCE = 240_000;

/** The tiny network under this name, its logits times `factor`, or behind what breaks its gradient. */
interface Planted {
  readonly id: string;
  readonly factor?: number;
  readonly broken?: (base: Classifier) => Classifier;
}

const MALIGNANT = ['akiec', 'bcc', 'mel'];

let lab: AuditLab;
beforeAll(async () => {
  lab = await auditLab(ROWS, { epsilons: [2 / 255, 8 / 255], casesPerBlock: 2 });
});
afterAll(() => {
  lab.close();
});

async function contentOf(name: string, changes: Partial<AuditOptions>): Promise<AuditContent> {
  const { audit } = await runAudit(lab.over(await lab.workspace(name)), { ...lab.options, ...changes });
  const parsed = auditSchema.parse(JSON.parse(JSON.stringify(audit)));
  expect(verifyAudit(JSON.stringify(audit)).checks.filter(({ ok }) => !ok)).toEqual([]);
  return parsed.content;
}

const entriesOf = ({ cases }: AuditContent) =>
  cases.flatMap((one) => one.models.map((entry) => ({ one, ...entry, ...entry.evidence })));

const digitsFor = (count: number) => new RegExp(`^[0-6]{${count}}$`);

/** What a worst case must be, whatever the model. */
function expectWorstCase(one: AuditCase, entry: AuditCase['models'][number], ensemble: readonly string[]): void {
  const steps = entry.evidence.worstCase ?? [];
  const reference = one.label ?? entry.clean.verdict;
  const counted = MALIGNANT.includes(one.label ?? '') && MALIGNANT.includes(entry.clean.verdict);
  for (const [at, step] of steps.entries()) {
    const headline = entry.attacked.filter(({ epsilon }) => epsilon === step.epsilon);
    if (headline.some(({ success }) => success)) expect(step.success).toBe(true);
    if (headline.some(({ turnedBenign }) => turnedBenign === true)) expect(step.turnedBenign).toBe(true);
    if (at > 0 && steps[at - 1]?.success === true) expect(step.success).toBe(true);
    expect(step.by === null).toBe(!step.success);
    if (step.by !== null) expect(ensemble).toContain(step.by);
    expect(step.success).toBe(step.verdict !== reference);
    expect(step.turnedBenign === null).toBe(!counted);
  }
}

describe('the budget quick', () => {
  let content: AuditContent;
  beforeAll(async () => {
    content = await contentOf('quick', { budget: 'quick' });
  }, PATIENCE);

  it('adds a worst case over short APGD to every case, labelled or not', () => {
    expect(content.ensemble).toEqual(['noise', 'fgsm', 'pgd', 'apgd-ce', 'apgd-dlr']);
    for (const { one, ...entry } of entriesOf(content)) {
      expect(entry.worstCase?.map(({ epsilon }) => epsilon)).toEqual(content.epsilons);
      expectWorstCase(one, entry, content.ensemble);
    }
  });

  it('runs the cheap checks on the labelled cases, and says what it leaves out', () => {
    for (const { one, checks, runToTheEnd, corrupted, certificate } of entriesOf(content)) {
      expect(checks === null).toBe(one.label === null);
      expect([runToTheEnd, corrupted, certificate]).toEqual([null, null, null]);
      if (checks === null) continue;
      for (const run of [checks.runs.noise, checks.runs.fgsm, checks.runs.pgd]) expect(run).toMatch(digitsFor(2));
      expect(checks.runs.pgdAtLargeEpsilons).toMatch(digitsFor(2));
      expect(checks.runs).toMatchObject({ pgdTwiceTheSteps: null, pgdFiveRestarts: null, square: null });
      expect(checks.repeatable).toBe(true);
    }
    expect(content.notRun.join('\n')).toMatch(/Square.*NOT RUN[^]*transfer[^]*Bisection.*NOT RUN[^]*Certificate/);
  });

  it('reads the smallest epsilon off the grid, for images that are wrong when clean as well', () => {
    const entries = entriesOf(content);
    for (const { minimalEpsilon, minimalEpsilonSurvivesRounding, clean, minimalEpsilonVerdict } of entries) {
      expect(minimalEpsilonSurvivesRounding).toBeNull();
      if (minimalEpsilon === null) continue;
      expect(content.epsilons).toContain(minimalEpsilon);
      expect(minimalEpsilonVerdict).not.toBe(clean.verdict);
    }
    const wrongWhenClean = entries.filter(({ one, clean }) => one.label !== null && clean.verdict !== one.label);
    expect(wrongWhenClean.some(({ minimalEpsilon }) => minimalEpsilon !== null)).toBe(true);
  });
});

describe('the budget full, with a certificate', () => {
  let content: AuditContent;
  beforeAll(async () => {
    content = await contentOf('full', { budget: 'full', certificate: true });
  }, PATIENCE);

  it('leaves every kind of evidence on every labelled case', () => {
    for (const { one, ...entry } of entriesOf(content)) {
      expectWorstCase(one, entry, content.ensemble);
      expect(new Set(Object.keys(entry.corrupted ?? {}))).toEqual(new Set(CORRUPTIONS));
      for (const digits of Object.values(entry.corrupted ?? {})) expect(digits).toMatch(digitsFor(5));
      for (const part of [entry.checks, entry.runToTheEnd, entry.certificate]) {
        expect(part === null).toBe(one.label === null);
      }
      if (entry.checks === null || entry.runToTheEnd === null) continue;
      const { runs } = entry.checks;
      for (const digits of [runs.pgdTwiceTheSteps, runs.pgdFiveRestarts, runs.square]) {
        expect(digits).toMatch(digitsFor(2));
      }
      expect(Object.keys(entry.runToTheEnd.judgedBy)).toEqual(['standard', 'pgd']);
      for (const digits of Object.values(entry.runToTheEnd.judgedBy)) expect(digits).toMatch(digitsFor(2));
      expect(entry.runToTheEnd.probabilities).toHaveLength(2);
    }
  });

  it('names every attack with its parameters, and what was never run', () => {
    expect(content.ensemble).toEqual(['noise', 'fgsm', 'pgd', 'apgd-ce', 'apgd-dlr-targeted', 'square']);
    const ids = new Set(content.attacks.map(({ id }) => id));
    expect([...ids]).toEqual(['clean', ...content.ensemble]);
    expect(content.attacks.find(({ id }) => id === 'square')).toMatchObject({ queries: 1000, norm: 'linf' });
    expect(content.notRun).toEqual([
      expect.stringMatching(/^Square \(black box\) aimed at a benign verdict: NOT RUN\./),
      'BIM, Gaussian noise: NOT RUN.',
      'Attacks aimed at a malignant verdict for benign images: NOT RUN.',
      'Attacks in L2: NOT RUN.',
    ]);
  });

  it('has a row of every finding', () => {
    const { findings } = content;
    expect(findings.sanityChecks).toHaveLength(2 * 10);
    expect(findings.sanityChecks.map(({ status }) => status)).not.toContain('NOT RUN');
    expect(findings.corruptions).toHaveLength(2 * CORRUPTIONS.length * 5);
    for (const rows of [findings.transfer, findings.scores, findings.comparisons, findings.certificates]) {
      expect(rows.length).toBeGreaterThan(0);
    }
    expect(content.results.filter(({ attack }) => attack === 'worst-case')).toHaveLength(2 * 2);
  });
});

describe('the budget basic in L2', () => {
  it(
    'attacks all values together, and says nothing of what was meant for each value',
    async () => {
      const epsilons = [4 / 255, 64 / 255];
      const content = await contentOf('l2', { budget: 'basic', norm: 'l2', epsilons });
      const norms = content.attacks.flatMap((attack) => (attack.id === 'clean' ? [] : [attack.norm]));
      expect(new Set([...norms, ...content.results.map(({ norm }) => norm)])).toEqual(new Set(['l2']));
      expect(content.results.map(({ epsilon }) => epsilon)).toContain(64 / 255);
      expect([content.primaryComparison, content.findings.minimalEpsilons]).toEqual([null, []]);
      expect(entriesOf(content).every(({ minimalEpsilon }) => minimalEpsilon === null)).toBe(true);
      expect(content.notRun).toEqual(
        expect.arrayContaining(['Attacks in L-inf: NOT RUN.', 'Minimal epsilon: NOT RUN in L2.']),
      );
    },
    PATIENCE,
  );
});

describe('models whose gradients are masked', () => {
  /** An audit of blobs, each model being the tiny network, as it is or broken. */
  async function auditOfBlobs(name: string, count: number, models: readonly Planted[], changes: Partial<AuditOptions>) {
    const folder = join(lab.folder, name);
    const { images, labels } = writeBlobs(folder, count, 5);
    const ids = models.map(({ id }) => id);
    for (const { id, factor = 1 } of models) await writeScaledLogits(join(folder, id), factor, { id });
    const open = async (directory: string) => {
      const opened = await openModelPackage(directory);
      const broken = models.find(({ id }) => id === opened.card.id)?.broken ?? ((base: Classifier) => base);
      return { ...opened, classifier: broken(opened.classifier) };
    };
    const workspace = await openWorkspace(join(folder, 'workspace'), { clock, command: 'epsiloscope test' });
    try {
      await importImages(workspace, await previewImport(images, labels), { decoder: lab.decoder });
      const engine = engineHere(undefined, engineMethods(open));
      const modelDirectories = ids.map((id) => join(folder, id));
      const options = { ...lab.options, modelDirectories, casesPerBlock: 32, ...changes };
      return (await runAudit(lab.over(workspace, engine), options)).audit.content;
    } finally {
      workspace.close();
    }
  }

  const failedOf = ({ findings }: AuditContent, id: string) =>
    findings.sanityChecks.flatMap(({ modelId, check, status }) => (modelId === id && status === 'FAIL' ? [check] : []));

  it(
    'are caught by the checks of a quick run where the loss is saturated, which marks all figures of that model alone',
    async () => {
      const models = [{ id: 'sound' }, { id: 'scaled', factor: 1000 }];
      const content = await auditOfBlobs('saturated', 28, models, { budget: 'quick' });
      expect(failedOf(content, 'sound')).toEqual([]);
      expect(failedOf(content, 'scaled')).toContain('gradients-informative');
      for (const { modelId, checks } of content.results) expect(checks === 'FAIL').toBe(modelId === 'scaled');
    },
    PATIENCE,
  );

  it(
    'are caught by a full run where the input is quantised or the gradient shattered',
    async () => {
      const models = [
        { id: 'sound' },
        { id: 'quantised', broken: withQuantisedInput },
        { id: 'shattered', broken: withShatteredGradient },
      ];
      const content = await auditOfBlobs('full', 14, models, { budget: 'full', epsilons: [8 / 255] });
      expect(failedOf(content, 'sound')).toEqual([]);
      expect(failedOf(content, 'quantised')).toContain('gradients-informative');
      // A shattered gradient is large and finite: what tells is that attacks without it, or with another's, do better.
      expect(failedOf(content, 'shattered')).not.toContain('gradients-informative');
      for (const id of ['quantised', 'shattered']) {
        expect(failedOf(content, id)).toEqual(
          expect.arrayContaining(['black-box-not-stronger', 'transfer-not-stronger']),
        );
      }
      for (const { modelId, checks } of content.results) expect(checks === 'FAIL').toBe(modelId !== 'sound');
    },
    PATIENCE,
  );
});

it('a budget whose checks would have nothing to compare is refused', async () => {
  const workspace = await lab.workspace('refused');
  for (const [changes, code] of [
    [{ attacks: ['pgd'] }, 'BUDGET_NEEDS_ATTACKS'],
    [{ norm: 'l2' }, 'BUDGET_NEEDS_LINF'],
  ] satisfies [Partial<AuditOptions>, string][]) {
    const refused = runAudit(lab.over(workspace), { ...lab.options, budget: 'full', ...changes });
    await expect(refused).rejects.toMatchObject({ code, kind: 'badInput' });
  }
});
