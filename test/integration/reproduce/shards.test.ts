/** Shards of an audit, joined, are the audit; what does not belong together is refused. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Audit } from '../../../src/shared/contract/audit.ts';
import { auditSchema } from '../../../src/shared/contract/audit.ts';
import type { Engine } from '../../../src/shared/contract/engine.ts';
import {
  runAudit,
  runShard,
  verifyAudit,
  type AuditOptions,
  type ShardResult,
} from '../../../src/main/services/audit/index.ts';
import { mergeParts, partBytes, partName, readPart, type Part } from '../../../src/main/services/reproduce/index.ts';
import { hashOf } from '../../../src/main/store/index.ts';
import { auditLab, clock, engineHere, type AuditLab } from '../../support/auditLab.ts';

const ROWS = ['ISIC_0012099,akiec', 'ISIC_0012151,mel', 'ISIC_0012143,akiec', 'ISIC_0001769,df', 'ISIC_0001852,'];
const PATIENCE = 240_000;

let lab: AuditLab;
let whole: Audit;
let results: ShardResult[];
let parts: Part[];

const merge = (some: readonly Part[], allowMixed = false) =>
  mergeParts(some, { allowMixed, clock, app: 'epsiloscope merging' });
const refusal = (some: readonly Part[]) => {
  try {
    merge(some);
  } catch (error) {
    return error;
  }
  return null;
};

/** Writes the shard to a file as the command does, and reads it back. */
async function throughFile(result: ShardResult, name = partName(result.shard)): Promise<Part> {
  const file = join(lab.folder, name);
  writeFileSync(file, partBytes(result, []));
  return readPart(file);
}

async function shard(number: number, of: number, name: string, changes: Partial<AuditOptions> = {}, engine?: Engine) {
  const dependencies = lab.over(await lab.workspace(name), engine);
  return runShard(dependencies, { ...lab.options, ...changes }, { number, of });
}

/** An engine that computes alike but says that it is of another kind. */
function elsewhere(): Engine {
  const engine = engineHere();
  return {
    ...engine,
    call: async (method, ...rest) => {
      const result = await engine.call(method, ...rest);
      return method === 'describe'
        ? { ...result, cpu: 'Another processor', numericsFingerprint: hashOf('another processor') }
        : result;
    },
  };
}

beforeAll(async () => {
  lab = await auditLab(ROWS, { casesPerBlock: 1 });
  whole = (await runAudit(lab.over(await lab.workspace('whole')), lab.options)).audit;
  results = [];
  for (const number of [1, 2, 3, 4]) results.push(await shard(number, 4, `shard-${number}`));
  parts = await Promise.all(results.map((result) => throughFile(result)));
}, PATIENCE);
afterAll(() => {
  lab.close();
});

describe('four shards', () => {
  it('hold parts of the work, none of it twice', () => {
    const keys = results.map(({ units }) => units.map(({ key }) => key));
    for (const own of keys) expect(own.length).toBeGreaterThan(0);
    expect(new Set(keys.flat()).size).toBe(keys.flat().length);
  });

  it('joined in any order have the content of one run', () => {
    const merged = merge([...parts].reverse());
    expect(merged.contentSha256).toBe(whole.contentSha256);
    expect(merged.content).toEqual(whole.content);
    auditSchema.parse(merged);
    expect(verifyAudit(JSON.stringify(merged)).ok).toBe(true);
    expect(merged.run).toMatchObject({ app: 'epsiloscope merging', resumed: false, finishedAt: clock.now() });
  });

  it(
    'may be more than there are blocks: the last ones are empty',
    async () => {
      const many = [];
      const workspace = await lab.workspace('many');
      for (let number = 1; number <= 7; number += 1) {
        many.push(await runShard(lab.over(workspace), lab.options, { number, of: 7 }));
      }
      expect(many.map(({ units }) => units.length === 0)).toEqual([false, false, false, false, false, true, true]);
      const joined = merge(await Promise.all(many.map((result) => throughFile(result))));
      expect(joined.contentSha256).toBe(whole.contentSha256);
    },
    PATIENCE,
  );
});

describe('a shard that is broken off', () => {
  it(
    'goes on to the same results',
    async () => {
      const workspace = await lab.workspace('broken-off');
      const controller = new AbortController();
      let left = 5;
      const stopping = engineHere((method) => {
        if (method !== 'describe' && method !== 'loadModel' && (left -= 1) === 0) controller.abort();
      });
      const first = results[0];
      const control = { signal: controller.signal };
      await expect(
        runShard(lab.over(workspace, stopping), lab.options, { number: 1, of: 4 }, control),
      ).rejects.toMatchObject({ code: 'INTERRUPTED' });
      const resumed = await runShard(lab.over(workspace), lab.options, { number: 1, of: 4 });
      expect(resumed.units).toEqual(first?.units);
      expect(resumed.run.resumed).toBe(true);
    },
    PATIENCE,
  );
});

describe('a merge refuses', () => {
  const [one, two, three, four] = [0, 1, 2, 3].map((at) => () => parts.slice(at, at + 1));
  const all = () => [...(one?.() ?? []), ...(two?.() ?? []), ...(three?.() ?? []), ...(four?.() ?? [])];
  const without = (number: number) => all().filter((part) => part.shard.number !== number);

  it('nothing, and shards that are missing, and names them', () => {
    expect(refusal([])).toMatchObject({ code: 'SHARDS_INCOMPLETE' });
    expect(refusal([...without(2), ...without(2)].slice(0, 2))).toMatchObject({
      code: 'SHARDS_INCOMPLETE',
      explanation: { happened: 'Of 4 shards, these are missing: 2, 4.' },
    });
  });

  it('one shard twice', () => {
    expect(refusal([...all(), ...all().slice(2, 3)])).toMatchObject({ code: 'SHARD_TWICE' });
  });

  it(
    'shards of another split',
    async () => {
      const half = await throughFile(await shard(1, 2, 'half'));
      expect(refusal([half, ...without(1)])).toMatchObject({ code: 'SHARDS_OF_OTHER_SPLIT' });
    },
    PATIENCE,
  );

  it(
    'a shard of other work',
    async () => {
      const other = await throughFile(await shard(3, 4, 'other-seed', { seed: 4 }), 'other.json.gz');
      expect(refusal([...without(3), other])).toMatchObject({ code: 'SHARD_OF_ANOTHER_PLAN' });
    },
    PATIENCE,
  );

  it('a shard that a version with other plans has made', () => {
    const [first] = all();
    if (!first) throw new Error('expected a shard');
    const changed = { ...first, planSha256: hashOf('another plan') };
    expect(refusal([changed, ...without(1)])).toMatchObject({ code: 'SHARD_OF_ANOTHER_VERSION' });
  });

  it('a shard that lacks a piece of its work', () => {
    const [first] = all();
    if (!first) throw new Error('expected a shard');
    expect(refusal([{ ...first, units: first.units.slice(1) }, ...without(1)])).toMatchObject({
      code: 'SHARD_DAMAGED',
    });
  });

  it('a file that was cut short, changed by a single verdict, is something else, or is not there', async () => {
    const file = join(lab.folder, 'damaged.json.gz');
    const [first] = results;
    if (!first) throw new Error('expected a shard');
    const bytes = partBytes(first, []);
    const text = gunzipSync(bytes).toString('utf8');
    const changed = text.replace('"success":true', '"success":false');
    expect(changed).not.toBe(text);
    for (const content of [bytes.subarray(0, -20), gzipSync(changed), gzipSync('{}'), Buffer.from('text')]) {
      writeFileSync(file, content);
      await expect(readPart(file)).rejects.toMatchObject({ code: 'SHARD_DAMAGED', kind: 'badInput' });
    }
    await expect(readPart(join(lab.folder, 'nowhere'))).rejects.toMatchObject({ code: 'SHARD_UNREADABLE' });
  });

  it(
    'shards of different numerics, unless it is told to take them, which the result then says',
    async () => {
      const foreign = await throughFile(await shard(2, 4, 'elsewhere', {}, elsewhere()), 'foreign.json.gz');
      const mixture = [...without(2), foreign];
      expect(refusal(mixture)).toMatchObject({ code: 'SHARDS_MIXED' });
      const { content } = merge(mixture, true);
      expect(content.environment).toEqual(whole.content.environment);
      expect(content.mixedEnvironments?.map(({ cpu }) => cpu)).toEqual([
        whole.content.environment.cpu,
        'Another processor',
      ]);
      expect(content.notRun.join('\n')).toContain('2 environments computed parts of this');
      expect(verifyAudit(JSON.stringify(merge(mixture, true))).ok).toBe(true);
    },
    PATIENCE,
  );
});
