import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { fixturesIn, reportOn } from './diagnostic-fixtures.ts';

const packages = join(import.meta.dirname, '..', '..');
const fixtures = join(import.meta.dirname, 'fixtures');

/** Codes that no template in `fixtures` can have, each with the test that raises it. */
const elsewhere: Readonly<Record<string, string>> = {
  'data-source-cancelled': 'data-sources.test.ts',
  'nested-too-deeply': 'diagnostics.test.ts',
  'no-such-path': 'find-files.test.ts',
  'unreadable-plugins': 'required-plugins.test.ts',
};

/**
 * What Packer reports and bake cannot, because it is about how Packer is built (core-behaviour, section
 * 3.9): its plugins are programs that are found, started and spoken to ("Failed to list installation
 * for X", "Error discovering plugin X", "Failed to discover installed plugins", "failed to start
 * datasource plugin", "Failed to load source type", "failed loading T"), its graph has nodes of its own
 * ("unsupported DAG node type", "failed to register … dependency"), its sequential mode counts how deep
 * it recurses ("Max … recursion depth exceeded", "failed to get local variable", "failed to extract
 * dependency name from traversal ref"), it asks for the working folder late ("Could not find current
 * working directory"), and one diagnostic wraps what others said ("Preparing packer core build X
 * failed"). "Cannot read hcl directory" is our "Cannot read" with the folder's name; what a component
 * says of its config stands alone instead of under "Failed preparing provisioner-block".
 */
function codesIn(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const texts = files.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
  const code = /(?:\b(?:error|warning|problem)\(\s*|\bcode: )'([a-z]+(?:-[a-z]+)*)'/g;
  const found = texts.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(code)].map(([, name]) => name as string),
  );
  return [...new Set(found)].toSorted();
}

async function raisedByFixtures(): Promise<ReadonlySet<string>> {
  const raised = new Set<string>();
  for (const kind of ['errors', 'warnings']) {
    for (const fixture of fixturesIn(join(fixtures, kind))) {
      for (const { code } of await reportOn(fixture)) raised.add(code);
    }
  }
  return raised;
}

test('every diagnostic of core is raised by a fixture', async () => {
  const raised = await raisedByFixtures();
  const codes = codesIn(join(packages, 'core', 'src', 'messages'));
  expect(codes.length).toBeGreaterThan(40);
  expect(codes.filter((code) => !raised.has(code))).toEqual(Object.keys(elsewhere));
});

test.each(Object.entries(elsewhere))('%s is raised by %s', (code, file) => {
  expect(readFileSync(join(import.meta.dirname, file), 'utf8')).toMatch(new RegExp(`'${code}\\b`));
});
