/** The layers of docs/architecture.md, checked. A rule's comment says what it keeps apart and why. */
const noImport = (name, comment, from, to) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: to },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    noImport('shared-is-the-bottom', 'shared knows nothing above it', '^src/shared', '^src/(main|preload|renderer)'),
    noImport('renderer-sees-shared-only', 'the page has no Node', '^src/renderer', '^src/(main|preload)'),
    noImport('preload-sees-shared-only', 'the preload is a few lines', '^src/preload', '^src/(main|renderer)'),
    noImport(
      'engine-sees-shared-only',
      'numerics know no store, no services, no host: the engine runs in its own process',
      '^src/main/engine',
      '^src/main/(imaging|store|services|api|reports|hosts)',
    ),
    noImport(
      'store-is-below-services',
      'the store does not know what it is used for',
      '^src/main/store',
      '^src/main/(services|api|reports|hosts|engine|imaging)',
    ),
    noImport(
      'imaging-stands-alone',
      'untrusted bytes are decoded where nothing else lives; random numbers have one source',
      '^src/main/imaging',
      '^src/main/(services|api|reports|hosts|engine(?!/randomness\\.ts$)|store)',
    ),
    noImport('services-know-no-host', 'use cases run under any host', '^src/main/services', '^src/main/(api|hosts)'),
    noImport(
      'electron-in-its-host-only',
      'everything else runs without Electron, and is tested without it',
      '^src/(?!main/hosts/electron|preload)',
      '^(node_modules/)?electron(/|$)',
    ),
    {
      name: 'hosts-are-entries',
      comment: 'nobody imports a host but the composition root and the host itself',
      severity: 'error',
      from: { path: '^src/(?!main/index\\.ts|main/hosts)' },
      to: { path: '^src/main/hosts' },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
