import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { NONCE_MARK } from './src/main/hosts/page/policy.ts';

/** Native code, and tfjs, of which the engine and the native binding must see one and the same instance. */
const NOT_BUNDLED = ['electron', 'better-sqlite3', 'sharp', /^@tensorflow\//, /^node:/];

/** CommonJS: a sandboxed preload reads nothing else, and several dependencies are ES modules only, hence bundled. */
const commonJs = (input: Readonly<Record<string, string>>) =>
  ({
    externalizeDeps: false,
    target: 'node20',
    rolldownOptions: {
      input: { ...input },
      external: NOT_BUNDLED,
      output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' },
    },
  }) as const;

export default defineConfig({
  main: {
    build: commonJs({
      index: 'src/main/index.ts',
      engine: 'src/main/hosts/worker/engine.ts',
      imaging: 'src/main/hosts/worker/imaging.ts',
    }),
  },
  preload: { build: commonJs({ index: 'src/preload/index.ts' }) },
  renderer: {
    root: 'src/renderer',
    html: { cspNonce: NONCE_MARK },
    plugins: [react()],
    build: {
      target: 'chrome130',
      minify: true,
      // Inlined fonts and scripts would need a weaker policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: 'src/renderer/index.html' },
    },
  },
});
