/**
 * Bundles each entry of the package into one file: every plugin loads the main one at start-up, and one
 * file loads faster than ten.
 */
import { build } from 'esbuild';

await build({
  entryPoints: [
    'src/index.ts',
    'src/process.ts',
    'src/go-template/index.ts',
    'src/testing/index.ts',
  ],
  outdir: 'bundle',
  outbase: 'src',
  bundle: true,
  splitting: true,
  packages: 'external',
  platform: 'node',
  target: 'node20',
  format: 'esm',
  chunkNames: 'chunks/[name]-[hash]',
  sourcemap: true,
  logLevel: 'warning',
});
