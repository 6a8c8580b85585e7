/**
 * Bundles the command with core, hcl and plugin-sdk from their TypeScript sources: start-up reads two
 * files instead of a hundred. Plugins stay outside, they are resolved at run time.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
// @boundaries-ignore builds of all packages share it
import { licencesOf } from '../../scripts/third-party-licences.js';

const options = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  outdir: 'dist',
  conditions: ['@bake/source'],
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: true,
  // The WASM module finds its own files beside itself, so it must stay where npm put it. AWS's SDK and
  // the tables of iconv-lite are large and most runs never load them, nor the language server.
  external: ['@cdktf/hcl2json', '@aws-sdk/*', 'iconv-lite', '@bake/language-server'],
  define: { 'import.meta.url': '__filename', 'import.meta.dirname': '__dirname' },
  logLevel: 'warning',
};

/** See the file itself for why it stays outside. */
const importModule = {
  name: 'import-module',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/import-module\.ts$/ }, () => ({
      path: './import-module.cjs',
      external: true,
    })),
};

// V8's code goes before the bundle that it was made from: there is never code of another one beside it.
for (const name of readdirSync('dist'))
  if (name.endsWith('.code-cache')) rmSync(join('dist', name));
await build({
  ...options,
  entryPoints: { 'import-module': '../core/src/plugins/import-module.ts' },
});
const { metafile } = await build({
  ...options,
  entryPoints: { bake: 'src/bin.ts' },
  plugins: [importModule],
  // What runs from V8's code cannot import what is outside: it requires it.
  supported: { 'dynamic-import': false },
  metafile: true,
});
writeFileSync(join('dist', 'third-party-licenses.txt'), licencesOf(metafile.inputs));
const { status } = spawnSync(process.execPath, [join(import.meta.dirname, 'code-cache.js')], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
