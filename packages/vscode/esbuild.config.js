/** Bundles the extension into the one file that VS Code loads; `vscode` is VS Code itself. */
import { build } from 'esbuild';

await build({
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
  logLevel: 'warning',
});
