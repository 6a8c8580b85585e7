/** Bundles the extension into the one file that VS Code loads; `vscode` is VS Code itself. */
import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';
// @boundaries-ignore builds of all packages share it
import { licencesOf } from '../../scripts/third-party-licences.js';

const { metafile } = await build({
  entryPoints: { extension: 'src/extension.ts' },
  outdir: 'bundle',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode'],
  minifyWhitespace: true,
  minifySyntax: true,
  metafile: true,
  logLevel: 'warning',
});
writeFileSync('bundle/third-party-licenses.txt', licencesOf(metafile.inputs));
