/**
 * Bundles the server with core, hcl and plugin-sdk: it starts with one file, and needs no more than what is `external`.
 * CommonJS, since the command, which is that too, loads it when it is asked for.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
// @boundaries-ignore builds of all packages share it
import { licencesOf } from '../../scripts/third-party-licences.js';

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));

const { metafile } = await build({
  entryPoints: { 'language-server': 'src/index.ts' },
  outdir: 'bundle',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  conditions: ['@bake/source'],
  // Nobody is asked for a second opinion or for a secret while somebody types.
  external: [...Object.keys(dependencies), '@cdktf/hcl2json', '@aws-sdk/*'],
  define: { 'import.meta.url': '__filename', 'import.meta.dirname': '__dirname' },
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: true,
  metafile: true,
  logLevel: 'warning',
});
writeFileSync('bundle/third-party-licenses.txt', licencesOf(metafile.inputs));
