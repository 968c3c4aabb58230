#!/usr/bin/env node
// The command `epsiloscope`, and what `npm start` runs. This file and the one it imports keep to syntax that
// old versions of Node can read, so that they can be told what is missing.
import { refusalOfNode } from './bootstrap/nodeVersion.mjs';

const refusal = refusalOfNode(process.versions.node);
if (refusal === undefined) {
  import('./bootstrap/main.mjs').then(function (bootstrap) {
    return bootstrap.main(process.argv.slice(2));
  });
} else {
  console.error(refusal);
  process.exitCode = 2;
}
