import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Journals of builds that tests kill are no business of the person who runs the tests.
process.env.BAKE_STATE_DIR ??= join(tmpdir(), 'bake-test-state');

/**
 * One config for every package: native ESM, types stripped by swc, workspace packages read from src/
 * through the `@bake/source` export condition. `npm test` at the root runs them all; in a package it
 * runs that package alone.
 */
const project = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@bake/source', 'node', 'node-addons'] },
  // Milliseconds. A busy machine takes its time; what hangs is still found.
  testTimeout: 60_000,
  testMatch: ['<rootDir>/**/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['/dist/', '/bundle/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } } }],
  },
};
export default project;
