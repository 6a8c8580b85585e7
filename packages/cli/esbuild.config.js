/**
 * Bundles the command with core, hcl and plugin-sdk from their TypeScript sources: start-up reads a few
 * files instead of a hundred. Plugins stay outside, they are resolved at run time.
 */
import { build } from 'esbuild';

await build({
  entryPoints: ['src/bin.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  conditions: ['@bake/source'],
  chunkNames: 'chunks/[name]-[hash]',
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: true,
  // The WASM module finds its own files beside itself, so it must stay where npm put it. AWS's SDK is large
  // and most runs never load it.
  external: ['@cdktf/hcl2json', '@aws-sdk/*'],
  banner: {
    js: "import { createRequire as bakeCreateRequire } from 'node:module'; const require = bakeCreateRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
