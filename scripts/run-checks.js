/**
 * Runs every check one after the other, all of them even if one fails, and closes with the line
 * `N passed, N failed, N skipped`, in which each check outside jest counts as one test. What was skipped
 * is named with its reason.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'bake-test-'));
const report = join(folder, 'jest.json');
const jest = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  '--json',
  `--outputFile=${report}`,
  '--testSequencer=./scripts/long-first.js',
  // Tests run bake as users have it: installed from packed packages.
  '--globalSetup=./packages/cli/test/installation.ts',
  // Much of the time is spent waiting, so that one more than there are processors gets along.
  `--maxWorkers=${availableParallelism() + 1}`,
  ...process.argv.slice(2),
];

const checks = [
  ['build', 'npx', ['turbo', 'run', 'build', '--output-logs=errors-only']],
  ['lint', 'npx', ['biome', 'check', '--error-on-warnings', '.']],
  ['types', 'npx', ['tsc', '-b']],
  ['package borders', 'npx', ['turbo', 'boundaries']],
  ['reference pages', process.execPath, ['scripts/reference-pages.js', '--check']],
  ['table of functions', process.execPath, ['scripts/function-table.js', '--check']],
];

const totals = { passed: 0, failed: 0, skipped: 0 };
for (const [name, program, args] of checks) {
  const isGood = runs(name, program, args);
  totals[isGood ? 'passed' : 'failed'] += 1;
}
const isJestGood = runs('tests', process.execPath, jest);
countJest(isJestGood);
rmSync(folder, { recursive: true });
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed > 0 ? 1 : 0;

function runs(name, program, args) {
  console.log(`\n--- ${name}`);
  const stdio = ['ignore', name === 'tests' ? 'ignore' : 'inherit', 'inherit'];
  const env = {
    ...process.env,
    TURBO_TELEMETRY_DISABLED: '1',
    CHECKPOINT_DISABLE: '1',
    BAKE_TEST_INSTALLATION: join(folder, 'installation'),
  };
  return spawnSync(program, args, { stdio, env }).status === 0;
}

function countJest(isGood) {
  let results;
  try {
    results = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    totals.failed += 1;
    return;
  }
  totals.passed += results.numPassedTests;
  totals.skipped += results.numPendingTests + results.numTodoTests;
  // A suite that did not even start has no failed tests of its own.
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  totals.failed += isGood ? failed : Math.max(failed, 1);
  for (const suite of results.testResults) {
    for (const test of suite.assertionResults.filter((one) => one.status === 'pending')) {
      console.log(`SKIPPED: ${test.fullName}`);
    }
  }
}
