#!/usr/bin/env node
const { existsSync, readFileSync } = require('node:fs');
const { enableCompileCache } = require('node:module');
const { bundle, codeCache, compileBundle, runBundle } = require('./bundle.js');

// Node 22 keeps compiled code between runs, that of plugins too; older versions have no such call.
enableCompileCache?.();

const code = readCodeCache();
if (code !== undefined) runBundle(compileBundle(code));
else if (existsSync(bundle)) require(bundle);
else {
  console.error('bake has not been built here yet: run "npm run build" in its folder.');
  process.exitCode = 1;
}

function readCodeCache() {
  try {
    return readFileSync(codeCache);
  } catch {
    return undefined;
  }
}
