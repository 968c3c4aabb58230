/** Where the time of an audit went: its finished work units by kind, from the workspace that keeps them. */
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const USAGE = `node bench/whereTimeGoes.ts WORKSPACE

  WORKSPACE   folder of a workspace; its latest run must have been made in one go and with EPSILOSCOPE_ENGINES=1,
              since a unit's time is counted from the one that was finished before it
`;

interface Finished {
  readonly unit: string;
  readonly at: string;
}

interface Run {
  readonly id: string;
  readonly started_at: string;
}

/** Seconds and number of units by kind of work, the longest first. */
function timeByKind(
  startedAt: string,
  finished: readonly Finished[],
): [kind: string, seconds: number, units: number][] {
  const kinds = new Map<string, { seconds: number; units: number }>();
  let before = Date.parse(startedAt);
  for (const { unit, at } of finished) {
    // A unit is named block/model/kind.
    const kind = unit.split('/').slice(2).join('/');
    const { seconds, units } = kinds.get(kind) ?? { seconds: 0, units: 0 };
    kinds.set(kind, { seconds: seconds + (Date.parse(at) - before) / 1000, units: units + 1 });
    before = Date.parse(at);
  }
  return [...kinds]
    .map(([kind, { seconds, units }]): [string, number, number] => [kind, seconds, units])
    .sort(([, a], [, b]) => b - a);
}

function main(): void {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [workspace] = positionals;
  if (workspace === undefined) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const db = new Database(join(workspace, 'epsiloscope.db'), { readonly: true, fileMustExist: true });
  const run = db.prepare<[], Run>('SELECT id, started_at FROM runs ORDER BY started_at DESC LIMIT 1').get();
  if (!run) throw new Error(`${workspace} holds no audit.`);
  const finished = db
    .prepare<[string], Finished>(
      'SELECT unit_key AS unit, finished_at AS at FROM work_units WHERE run_id = ? ORDER BY finished_at, rowid',
    )
    .all(run.id);
  db.close();
  const kinds = timeByKind(run.started_at, finished);
  const all = kinds.reduce((sum, [, seconds]) => sum + seconds, 0);
  console.log(
    `${(all / 60).toFixed(1)} min, ${finished.length} units\n\n| work | units | min | share |\n| --- | --: | --: | --: |`,
  );
  for (const [kind, seconds, units] of kinds) {
    console.log(`| ${kind} | ${units} | ${(seconds / 60).toFixed(1)} | ${((100 * seconds) / all).toFixed(1)} % |`);
  }
}

main();
