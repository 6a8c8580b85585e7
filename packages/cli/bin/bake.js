#!/usr/bin/env node
const { readFileSync } = require('node:fs');
const { enableCompileCache } = require('node:module');
const { bundle, codeCache, compileBundle, runBundle } = require('./bundle.js');

// Node 22 keeps compiled code between runs, that of plugins too; older versions have no such call.
enableCompileCache?.();

try {
  start();
} catch (error) {
  if (error.code !== 'ENOENT' || error.path !== bundle) throw error;
  console.error('bake has not been built here yet: run "npm run build" in its folder.');
  process.exitCode = 1;
}

function start() {
  const script = compileBundle(readCodeCache());
  // With a cache of its own, Node is the better one to compile what the build's V8 did for another.
  if (script.cachedDataRejected && enableCompileCache) require(bundle);
  else runBundle(script);
}

function readCodeCache() {
  try {
    return readFileSync(codeCache);
  } catch {
    return undefined;
  }
}
