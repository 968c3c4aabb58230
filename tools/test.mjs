// What `npm test` runs: see checks/main.mjs. Plain syntax, as in epsiloscope.mjs.
import { refusalOfNode } from './bootstrap/nodeVersion.mjs';

const refusal = refusalOfNode(process.versions.node);
if (refusal === undefined) {
  import('./checks/main.mjs').then(function (checks) {
    return checks.main(process.argv.slice(2));
  });
} else {
  console.error(refusal);
  process.exitCode = 2;
}
