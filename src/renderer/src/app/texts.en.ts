/** Every text of the page, in English. */
export const texts = {
  product: 'Epsiloscope',
  question: 'Would this verdict survive a perturbation too small to see, and which model keeps it?',
  purpose:
    'Epsiloscope audits skin-lesion classifiers: it searches, lesion by lesion, for the smallest perturbation that changes a model’s verdict, and compares models by what they keep.',
  intendedUse: 'Research and quality assurance; not a diagnostic device.',
  askAgain: 'Ask again',
  error: {
    kept: 'Kept: {{kept}}',
    unexpected: 'The window could not ask the program: {{reason}}',
  },
  engine: {
    title: 'Engine',
    loading: 'Starting the engine',
    ended: 'The engine process ended unexpectedly (exit code {{code}}). Results stored before are kept.',
    startAgain: 'Start it again',
    backend: 'Backend',
    native: 'TensorFlow, native',
    wasm: 'WebAssembly',
    device: 'Device',
    threads: 'Threads',
    processor: 'Processor',
    versions: 'Versions',
    fingerprint: 'Numerics fingerprint',
  },
  models: {
    title: 'Bundled models',
    loading: 'Checking the bundled models',
    none: 'No model came with this copy. “npx epsiloscope train” makes one.',
    verified: 'files verified',
    refused: 'refused',
    recipe: {
      standard: 'trained on clean images',
      fgsm: 'trained against FGSM',
      pgd: 'trained against PGD',
      mixed: 'trained against FGSM and PGD',
      trades: 'trained with TRADES',
      imported: 'trained elsewhere',
    },
    upTo: 'up to {{epsilon}}',
  },
  today: {
    title: 'Auditing today',
    notBuilt: 'The views for reviewing cases are not built yet. Audits run from a terminal, in the program’s folder:',
    demo: 'audits the demonstration images that come with the program',
    own: 'audits your own images; add --help for its options',
  },
} as const;
