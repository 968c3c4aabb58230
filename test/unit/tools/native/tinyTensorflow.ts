import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createReporter } from '../../../../tools/bootstrap/reporter.mjs';

/** What the tiny library answers when it is asked for its version. */
export const TINY_VERSION = '2.18.0-tiny';

const WHEEL = 'tensorflow_cpu-2.18.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl';

const HEADER = '#pragma once\nextern "C" const char* TF_Version(void);\n';

/** A binding like tfjs's own, of one function: a real Node-API addon that calls into the library it is linked to. */
const BINDING = `
#include <node_api.h>
#include "tensorflow/c/c_api.h"
static napi_value Init(napi_env env, napi_value exports) {
  napi_value version;
  napi_create_string_utf8(env, TF_Version(), NAPI_AUTO_LENGTH, &version);
  napi_set_named_property(env, exports, "version", version);
  return exports;
}
NAPI_MODULE(NODE_GYP_MODULE_NAME, Init)
`;

const LOAD_TEST = `
const { version } = require('./node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node');
console.log(JSON.stringify({ libtensorflow: version }));
`;

function write(file: string, content: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** Writes lib/ and include/ as the official archives have them; the two libraries are compiled from a few lines. */
export function makeLibrary(folder: string, version = TINY_VERSION): string {
  const lib = path.join(folder, 'lib');
  write(path.join(folder, 'include/tensorflow/c/c_api.h'), HEADER);
  write(path.join(lib, 'framework.cc'), 'extern "C" int framework() { return 1; }');
  write(path.join(lib, 'cc.cc'), `extern "C" const char* TF_Version(void) { return "${version}"; }`);
  for (const [source, name] of [
    ['framework.cc', 'libtensorflow_framework.so.2'],
    ['cc.cc', 'libtensorflow_cc.so.2'],
  ] as const) {
    execFileSync('g++', [
      '-shared',
      '-fPIC',
      `-Wl,-soname,${name}`,
      path.join(lib, source),
      '-o',
      path.join(lib, name),
    ]);
  }
  return folder;
}

/** Packs the library as PyPI's wheel does, so that pip takes it for that one. */
export function makeWheel(library: string, folder: string): { file: string; sha256: string; bytes: number } {
  const file = path.join(folder, WHEEL);
  mkdirSync(folder, { recursive: true });
  const script = `
import sys, zipfile
library, wheel = sys.argv[1:]
info = 'tensorflow_cpu-2.18.0.dist-info'
with zipfile.ZipFile(wheel, 'w') as archive:
    for name in ('libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'):
        archive.write(f'{library}/lib/{name}', f'tensorflow/{name}')
    archive.write(f'{library}/include/tensorflow/c/c_api.h', 'tensorflow/include/tensorflow/c/c_api.h')
    archive.writestr('tensorflow/python/unwanted.py', 'print()')
    archive.writestr(f'{info}/METADATA', 'Metadata-Version: 2.1\\nName: tensorflow-cpu\\nVersion: 2.18.0\\n')
    archive.writestr(f'{info}/WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: false\\nTag: cp311-cp311-manylinux2014_x86_64\\n')
    archive.writestr(f'{info}/RECORD', '')
`;
  execFileSync('python3', ['-c', script, library, file]);
  const content = readFileSync(file);
  return { file, sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length };
}

/** A folder as `npm ci` leaves it, with the tiny binding's source in place of tfjs's. */
export function makeProject(root: string): string {
  const tfjs = path.join(root, 'node_modules/@tensorflow/tfjs-node-gpu');
  write(path.join(tfjs, 'package.json'), '{"version": "4.22.0"}');
  write(path.join(tfjs, 'binding/tfjs_binding.cc'), BINDING);
  write(path.join(tfjs, 'binding/tfjs_backend.cc'), '');
  symlinkSync(path.resolve('node_modules/node-api-headers'), path.join(root, 'node_modules/node-api-headers'));
  return root;
}

/** Makes what one test needs: its folders, an environment in which pip finds only the tiny wheel, and what was said. */
export function makeSetup(folder: string, wheel: { file: string; sha256: string; bytes: number }) {
  const said: string[] = [];
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    EPSILOSCOPE_LIBTENSORFLOW: '',
    EPSILOSCOPE_OFFLINE: '',
    PIP_CONFIG_FILE: '/dev/null',
    PIP_NO_INDEX: '1',
    PIP_FIND_LINKS: path.dirname(wheel.file),
  };
  const loadTest = path.join(folder, 'loadTest.cjs');
  write(loadTest, LOAD_TEST.replace('./', `${path.join(folder, 'project')}/`));
  return {
    root: makeProject(path.join(folder, 'project')),
    env,
    recipe: {
      requirement: 'tensorflow-cpu==2.18.0',
      sha256: wheel.sha256,
      bytes: wheel.bytes,
      platforms: ['manylinux_2_17_x86_64', 'manylinux2014_x86_64'],
      folder: path.join(folder, 'cache', 'libtensorflow'),
    },
    loadTest,
    reporter: createReporter({ write: (text: unknown) => said.push(String(text)) > 0 }),
    said: () => said.join(''),
  };
}
