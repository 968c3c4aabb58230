/**
 * A process that opens a workspace to write and stores until it is killed, saying each number once it is stored: units of a
 * run (`count`), or what a reviewer says of a case (`annotate`).
 */
import { writeSync } from 'node:fs';
import { saveAnnotation } from '../../../src/main/services/annotations/index.ts';
import {
  addReviewer,
  allRevisions,
  finishedUnits,
  hashOf,
  listCases,
  listReviewers,
  openRun,
  openWorkspace,
  recordUnit,
} from '../../../src/main/store/index.ts';
import { systemClock } from '../../../src/shared/kernel/clock.ts';
import { addCases, annotationByHand, caseByHand } from '../../support/reviewLab.ts';

const [folder = '', task] = process.argv.slice(2);
const workspace = await openWorkspace(folder, { clock: systemClock, command: 'the writer of the test' });
const { db } = workspace;
const run = task === 'annotate' ? null : openRun(db, hashOf('plan'), { plan: 'count' });
writeSync(1, 'open\n');
if (task === 'count' && run !== null) count(run.id);
if (task === 'annotate') annotate();
// Keeps the workspace open until it is killed.
setInterval(() => workspace.id, 60_000);

function count(runId: string): never {
  for (let unit = finishedUnits(db, runId).size; ; unit += 1) {
    recordUnit(db, runId, `unit-${unit}`, { result: { unit }, data: Buffer.alloc(3000, unit % 256) });
    writeSync(1, `${unit}\n`);
  }
}

function annotate(): never {
  const caseId = listCases(db)[0]?.id ?? addCases(db, [caseByHand('IMG_1')])[0] ?? '';
  const reviewer = listReviewers(db)[0] ?? addReviewer(db, { name: 'Ada', role: '' });
  const viewpoint = { reviewerId: reviewer.id, blind: false, pair: null };
  for (let base = allRevisions(db, caseId).length; ; base += 1) {
    const content = annotationByHand({ comment: `remark ${base}`, flagged: base % 2 === 0 });
    saveAnnotation(workspace, viewpoint, { caseId, reviewerId: reviewer.id, base, content });
    writeSync(1, `${base}\n`);
  }
}
