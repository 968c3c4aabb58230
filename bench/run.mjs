// What `npm run bench` runs: sets up what is missing, then bench/index.ts with Node.js 24. Plain syntax, as in
// tools/epsiloscope.mjs.
import { refusalOfNode } from '../tools/bootstrap/nodeVersion.mjs';

async function run() {
  const { prepare, ROOT } = await import('../tools/bootstrap/main.mjs');
  const { launch } = await import('../tools/bootstrap/launch.mjs');
  const node = await prepare();
  if (node !== undefined) await launch(node, ROOT + '/bench/index.ts', process.argv.slice(2));
}

const refusal = refusalOfNode(process.versions.node);
if (refusal === undefined) {
  run();
} else {
  console.error(refusal);
  process.exitCode = 2;
}
