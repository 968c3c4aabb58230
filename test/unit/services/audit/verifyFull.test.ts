/** What `verify` finds in a full audit whose author has computed again more than its hash, or that another version made. */
import { describe, expect, it } from 'vitest';
import type { Audit, AuditCase, AuditContent } from '../../../../src/shared/contract/audit.ts';
import { auditFigures } from '../../../../src/main/services/audit/figures/index.ts';
import { verifyAudit } from '../../../../src/main/services/audit/verify.ts';
import { handMadeFullAudit, signed } from './handMade.ts';

const FULL = handMadeFullAudit();

const failing = (text: string) =>
  verifyAudit(text)
    .checks.filter(({ ok }) => !ok)
    .map(({ name }) => name);

const entryOf = ({ cases }: AuditContent, at: number): AuditCase['models'][number] =>
  cases[at]?.models[0] ?? expect.fail('expected it to be there');

/** A copy of the full audit with an edit, and with the figures, recommendations and hash that fit it. */
function refigured(edit: (content: AuditContent) => void): string {
  const audit = structuredClone(FULL);
  edit(audit.content);
  Object.assign(audit.content, auditFigures(audit.content));
  return JSON.stringify(signed(audit));
}

describe('a change whose author has recomputed figures, recommendations and hash', () => {
  it.each<[string, string[], (content: AuditContent) => void]>([
    [
      'two cases without their worst case',
      ['cases'],
      (content) => {
        for (const at of [0, 3]) entryOf(content, at).evidence.worstCase = null;
      },
    ],
    [
      'an image without Square, so that a check is not run',
      ['cases'],
      (content) => {
        const { checks } = entryOf(content, 0).evidence;
        if (checks) checks.runs.square = null;
      },
    ],
    ['nothing that was not run', ['words'], ({ notRun }) => void notRun.splice(0)],
    [
      'classes that are not too few',
      ['sample'],
      ({ sample }) => {
        for (const one of sample.perClass) Object.assign(one, { tooFew: false, lesions: 30 });
      },
    ],
    ['a class that is left out', ['sample'], ({ sample }) => void sample.perClass.shift()],
    [
      'weights of 7',
      ['sample'],
      ({ cases }) => {
        for (const one of cases) one.weight = 7;
      },
    ],
    [
      'PGD of 1,000 steps',
      ['work'],
      ({ attacks }) => {
        for (const one of attacks) if (one.id === 'pgd') one.steps = 1000;
      },
    ],
    [
      'attacks of another seed',
      ['work'],
      ({ attacks }) => {
        for (const one of attacks) if (one.id !== 'clean') one.seed += 1;
      },
    ],
  ])('is found in %s', (_, checks, edit) => {
    expect(failing(refigured(edit))).toEqual(checks);
  });

  it('is found in nothing where nothing was changed', () => {
    expect(failing(refigured(() => undefined))).toEqual([]);
  });
});

describe('an audit of another version', () => {
  const LATER = 'epsiloscope 99.0.0';
  const verified = (edit: (content: AuditContent) => void) => {
    const { content, ...rest } = structuredClone(FULL);
    edit(content);
    return verifyAudit(JSON.stringify(signed({ content, ...rest })), LATER).checks;
  };

  it('may be worded otherwise, which is said', () => {
    const checks = verified((content) => void (content.notRun = ['Some attacks: NOT RUN.']));
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(checks.find(({ name }) => name === 'words')?.detail).toBe(
      'epsiloscope 99.0.0 would word otherwise than epsiloscope 0.1.0 what was not run',
    );
  });

  it('cannot keep silent on what was not run', () => {
    const checks = verified(({ notRun }) => void notRun.splice(0));
    expect(checks.filter(({ ok }) => !ok)).toMatchObject([
      { name: 'words', detail: 'it does not say as it should what was not run' },
    ]);
  });

  it('with other attacks is to be verified with that version', () => {
    const [failed, ...more] = verified((content) => {
      for (const one of content.attacks) if (one.id === 'pgd') one.steps = 1000;
    }).filter(({ ok }) => !ok);
    expect(more).toEqual([]);
    expect(failed?.name).toBe('work');
    expect(failed?.detail).toContain('it was made by epsiloscope 0.1.0, which may plan otherwise');
  });
});

describe('recommendations', () => {
  const forgedFull = (edit: (content: Audit['content']) => void) => {
    const copy = structuredClone(FULL);
    edit(copy.content);
    return JSON.stringify(signed(copy));
  };
  const reworded = forgedFull(({ findings }) => {
    const [first] = findings.recommendations;
    if (first) first.text = 'Prefer the other one.';
  });

  it('are those that the rules of this version derive', () => {
    expect(failing(reworded)).toEqual(['recommendations']);
  });

  it('of another version may be worded otherwise, which is said', () => {
    const { ok, checks } = verifyAudit(reworded, 'epsiloscope 99.0.0');
    expect(ok).toBe(true);
    expect(checks.at(-1)?.detail).toContain('epsiloscope 99.0.0 would word them otherwise than epsiloscope 0.1.0');
  });

  it('never give a figure that does not stand in the row they name, whatever the version', () => {
    const text = forgedFull(({ findings }) => {
      findings.recommendations[0]?.evidence.push({
        row: 'results/robust/clean/0/accuracy',
        modelId: 'robust',
        attack: 'clean',
        epsilon: 0,
        diagnosis: null,
        figure: { value: 1, low: 1, high: 1, n: 1 },
      });
    });
    expect(verifyAudit(text, 'epsiloscope 99.0.0').checks.find(({ name }) => name === 'recommendations')?.ok).toBe(
      false,
    );
  });
});
