import { randomUUID } from 'node:crypto';
import type { Audit } from '../../../shared/contract/audit.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import { canonicalJson } from '../../store/index.ts';
import { assembleContent, auditOf, planAudit, unitsOfShard, type AuditPlan } from '../audit/index.ts';
import { damaged, type Part } from './part.ts';

/** A part with the plan that it is a shard of. */
interface PlannedPart {
  readonly part: Part;
  readonly plan: AuditPlan;
}

/**
 * Joins the shards of one plan into the audit that one run would have given: its `contentSha256` is the same.
 *
 * @param allowMixed join shards that were computed on different numerics; the audit then names all their environments
 * @throws EpsiloscopeError `SHARDS_INCOMPLETE`, `SHARD_TWICE`, `SHARDS_OF_OTHER_SPLIT`, `SHARD_OF_ANOTHER_PLAN`,
 * `SHARD_OF_ANOTHER_VERSION`, `SHARD_DAMAGED`, `SHARDS_MIXED`
 */
export function mergeParts(
  parts: readonly Part[],
  { allowMixed, clock, app }: { readonly allowMixed: boolean; readonly clock: Clock; readonly app: string },
): Audit {
  const sorted = [...parts].sort((one, other) => one.shard.number - other.shard.number);
  refuseGaps(sorted);
  const planned = sorted.map((part) => ({ part, plan: planAudit(part.inputs) }));
  const [first] = planned;
  if (!first) throw incomplete('No shard was named.');
  for (const one of planned) refuseStranger(one, first);
  const environments = new Map(
    planned.map(({ plan }) => [plan.inputs.environment.numericsFingerprint, plan.inputs.environment]),
  );
  if (environments.size > 1 && !allowMixed) throw mixed(environments.size);
  const results = new Map(planned.flatMap(({ part }) => part.units.map(({ key, result }) => [key, result] as const)));
  const content = assembleContent(first.plan, (key) => results.get(key), [...environments.values()]);
  return auditOf(content, mergedRun(sorted, first.part, clock, app));
}

function mergedRun(parts: readonly Part[], first: Part, clock: Clock, app: string): Audit['run'] {
  const starts = parts.map(({ run }) => run.startedAt).sort();
  return {
    id: randomUUID(),
    workspaceId: first.run.workspaceId,
    startedAt: starts[0] ?? first.run.startedAt,
    finishedAt: clock.now(),
    app,
    host: { platform: process.platform, arch: process.arch, node: process.version },
    resumed: parts.some(({ run }) => run.resumed),
  };
}

/** Each shard of one split must be there once. */
function refuseGaps(parts: readonly Part[]): void {
  const [first] = parts;
  if (!first) throw incomplete('No shard was named.');
  const { of } = first.shard;
  const other = parts.find(({ shard }) => shard.of !== of);
  if (other) throw otherSplit(first, other);
  const twice = parts.find((part, at) => part.shard.number === parts[at - 1]?.shard.number);
  if (twice) throw again(twice);
  const missing = Array.from({ length: of }, (_, at) => at + 1).filter(
    (number) => !parts.some(({ shard }) => shard.number === number),
  );
  if (missing.length > 0) throw incomplete(`Of ${of} shards, these are missing: ${missing.join(', ')}.`);
}

function refuseStranger({ part, plan }: PlannedPart, first: PlannedPart): void {
  if (plan.sha256 !== part.planSha256) throw otherVersion(part);
  const described = ({ inputs }: AuditPlan) => canonicalJson({ ...inputs, environment: null });
  if (plan.workSha256 !== first.plan.workSha256 || described(plan) !== described(first.plan)) {
    throw otherPlan(part, first.part);
  }
  const expected = unitsOfShard(plan, part.shard).map(({ key }) => key);
  if (expected.join('\n') !== part.units.map(({ key }) => key).join('\n')) throw damaged(part.file);
}

const NOTHING_MERGED = 'Everything; nothing was merged.';

const incomplete = (happened: string) =>
  badInput('SHARDS_INCOMPLETE', {
    happened,
    kept: NOTHING_MERGED,
    toDo: 'Name every shard of the split, each once, when all of them have run to their end.',
  });

const again = ({ shard, file }: Part) =>
  badInput('SHARD_TWICE', {
    happened: `Shard ${shard.number} of ${shard.of} was named twice, the second time as ${file}.`,
    kept: NOTHING_MERGED,
    toDo: 'Name each shard once.',
  });

const otherSplit = (first: Part, other: Part) =>
  badInput('SHARDS_OF_OTHER_SPLIT', {
    happened: `${first.file} is one of ${first.shard.of} shards, ${other.file} one of ${other.shard.of}.`,
    kept: NOTHING_MERGED,
    toDo: 'Merge only shards of one split, such as 1/8 to 8/8.',
  });

const otherPlan = (part: Part, first: Part) =>
  badInput('SHARD_OF_ANOTHER_PLAN', {
    happened: `${part.file} is a shard of other work than ${first.file}: other images, models, attacks or seeds.`,
    kept: NOTHING_MERGED,
    toDo: 'Run all shards with the same command but for --shard, and merge those.',
  });

const otherVersion = ({ file, run }: Part) =>
  badInput('SHARD_OF_ANOTHER_VERSION', {
    happened: `${file} was made by ${run.app}, which plans the same work in another way than this version.`,
    kept: NOTHING_MERGED,
    toDo: 'Merge with the version that computed the shards, or compute them again with this one.',
  });

const mixed = (count: number) =>
  badInput('SHARDS_MIXED', {
    happened: `The shards were computed on ${count} different numerics (processor, threads or libraries): their last bits may differ.`,
    kept: NOTHING_MERGED,
    toDo: 'Compute them on machines of one kind; or merge with --allow-mixed, which the result then says.',
  });
