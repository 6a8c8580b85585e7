#!/usr/bin/env node
// Node 22 keeps compiled code between runs; older versions have no such call.
import module from 'node:module';

module.enableCompileCache?.();

try {
  await import('../dist/bin.js');
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || !error.message.includes('dist')) throw error;
  console.error('bake has not been built here yet: run "npm run build" in its folder.');
  process.exitCode = 1;
}
