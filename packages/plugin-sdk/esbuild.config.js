/**
 * Bundles each entry of the package into one file: every plugin loads the main one at start-up, and one
 * file loads faster than ten. What little it takes from hcl goes in, too: a plugin does not need the rest.
 */
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));

await build({
  entryPoints: [
    'src/index.ts',
    'src/process.ts',
    'src/go-template/index.ts',
    'src/gzip/index.ts',
    'src/http/index.ts',
    'src/scripts/index.ts',
    'src/ssh-server/index.ts',
    'src/staging/index.ts',
    'src/testing/index.ts',
    'src/vm/index.ts',
    'src/windows/index.ts',
  ],
  outdir: 'bundle',
  outbase: 'src',
  bundle: true,
  splitting: true,
  external: Object.keys(dependencies),
  conditions: ['@bake/source'],
  platform: 'node',
  target: 'node20',
  format: 'esm',
  chunkNames: 'chunks/[name]-[hash]',
  sourcemap: true,
  logLevel: 'warning',
});
