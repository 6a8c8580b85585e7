/**
 * Saves the code that V8 compiles when a template is validated, for `bin/bake.js`: the build runs this in a process
 * of its own. Without plugins, when only this package was built, less is compiled and saved, and nothing is wrong.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeCache, compileBundle, runBundle } from './bin/bundle.js';

const script = compileBundle();
process.stdout.write = () => true;
process.argv = [
  process.execPath,
  'bake',
  'validate',
  join(import.meta.dirname, '../../examples/quickstart'),
];
process.on('exit', () => {
  writeFileSync(`${codeCache}.new`, script.createCachedData());
  renameSync(`${codeCache}.new`, codeCache);
  process.exitCode = 0;
});
runBundle(script);
