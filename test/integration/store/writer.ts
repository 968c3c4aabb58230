/** A process that opens a workspace to write and records units until it is killed, saying each number once it is stored. */
import { writeSync } from 'node:fs';
import { systemClock } from '../../../src/shared/kernel/clock.ts';
import { finishedUnits, hashOf, openRun, openWorkspace, recordUnit } from '../../../src/main/store/index.ts';

const workspace = await openWorkspace(process.argv[2] ?? '', { clock: systemClock, command: 'the writer of the test' });
const run = openRun(workspace.db, hashOf('plan'), { plan: 'count' });
writeSync(1, 'open\n');
for (let unit = finishedUnits(workspace.db, run.id).size; process.argv[3] === 'count'; unit += 1) {
  recordUnit(workspace.db, run.id, `unit-${unit}`, { result: { unit }, data: Buffer.alloc(3000, unit % 256) });
  writeSync(1, `${unit}\n`);
}
// Keeps the workspace open until it is killed.
setInterval(() => workspace.id, 60_000);
