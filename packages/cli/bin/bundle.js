/**
 * The bundle of the command, run by hand so that V8 need not compile it each time: what the V8 of the build compiled
 * lies beside it, under its version. With other flags, V8 does not take that and compiles anew.
 */
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname, join } = require('node:path');
const { Script } = require('node:vm');

const bundle = join(__dirname, '../dist/bake.cjs');
const codeCache = join(__dirname, `../dist/bake-${process.versions.v8}.code-cache`);

/** Compiles the bundle, from V8's code when that is given and fits. */
function compileBundle(cachedData) {
  // esbuild writes ASCII only. The wrapper is Node's own, with its line ends.
  const text = `(function (exports, require, module, __filename, __dirname) { ${readFileSync(bundle, 'latin1')}\n})`;
  return new Script(text, { filename: bundle, cachedData });
}

/** Runs what was compiled, as Node runs a CommonJS module. */
function runBundle(script) {
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(bundle), module, bundle, dirname(bundle));
}

module.exports = { bundle, codeCache, compileBundle, runBundle };
