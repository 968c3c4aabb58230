/** What each budget leaves in an audit, and that its checks catch a model which only looks robust. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditSchema, type AuditCase, type AuditContent } from '../../../src/shared/contract/audit.ts';
import { CORRUPTIONS } from '../../../src/shared/domain/corruption.ts';
import { runAudit, verifyAudit, type AuditOptions } from '../../../src/main/services/audit/index.ts';
import { importImages, previewImport } from '../../../src/main/services/import/index.ts';
import { openWorkspace } from '../../../src/main/store/index.ts';
import { auditLab, clock, type AuditLab } from '../../support/auditLab.ts';
import { writeBlobs, writeScaledLogits } from '../../support/brokenModels.ts';

const ROWS = ['ISIC_0012099,akiec', 'ISIC_0012151,mel', 'ISIC_0012143,akiec', 'ISIC_0001852,'];
/** Native work in real processes takes long on a machine that has much else to do. */
const PATIENCE = 240_000;

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

describe('a model whose gradients are masked', () => {
  it(
    'is caught by the checks, which mark all its figures, and only its',
    async () => {
      const folder = join(lab.folder, 'masked');
      const { images, labels } = writeBlobs(folder, 28, 5);
      const sound = await writeScaledLogits(join(folder, 'sound'), 1, { id: 'sound' });
      const masked = await writeScaledLogits(join(folder, 'masked'), 1000, { id: 'masked' });
      const workspace = await openWorkspace(join(folder, 'workspace'), { clock, command: 'epsiloscope test' });
      try {
        await importImages(workspace, await previewImport(images, labels), { decoder: lab.decoder });
        const modelDirectories = [sound, masked].map(({ card }) => join(folder, card.id));
        const options = { ...lab.options, modelDirectories, budget: 'quick' as const, casesPerBlock: 32 };
        const { content } = (await runAudit(lab.over(workspace), options)).audit;
        const failed = content.findings.sanityChecks.filter(({ status }) => status === 'FAIL');
        expect(new Set(failed.map(({ modelId }) => modelId))).toEqual(new Set(['masked']));
        expect(failed.map(({ check }) => check)).toContain('gradients-informative');
        for (const { modelId, checks } of content.results) expect(checks === 'FAIL').toBe(modelId === 'masked');
      } finally {
        workspace.close();
      }
    },
    PATIENCE,
  );
});

it('a budget whose checks would have nothing to compare is refused', async () => {
  const workspace = await lab.workspace('refused');
  for (const changes of [{ attacks: ['pgd'] }, { norm: 'l2' }] satisfies Partial<AuditOptions>[]) {
    const refused = runAudit(lab.over(workspace), { ...lab.options, budget: 'full', ...changes });
    await expect(refused).rejects.toMatchObject({ code: 'BUDGET_NEEDS_ATTACKS', kind: 'badInput' });
  }
});
