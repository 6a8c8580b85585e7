import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { headlines, planAt } from './bake-template.ts';

const fixtures = join(import.meta.dirname, 'fixtures');
const namesIn = (folder: string): readonly string[] => readdirSync(join(fixtures, folder));

/** What the comments `# ERROR: summary` promise: the line they stand on, and the summary. */
function promised(text: string, name: string): readonly string[] {
  return text.split('\n').flatMap((line, index) => {
    const summary = /# ERROR: (.*)$/.exec(line)?.[1];
    return summary === undefined ? [] : [`${name}:${index + 1} ${summary}`];
  });
}

test.each(namesIn('errors'))('%s has just the mistakes it says', async (name) => {
  const path = join(fixtures, 'errors', name);
  const { diagnostics } = await planAt(path);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  expect(headlines(errors).toSorted()).toEqual(
    promised(readFileSync(path, 'utf8'), name).toSorted(),
  );
  for (const { summary, detail } of errors) {
    expect(summary.length).toBeLessThanOrEqual(100);
    expect(detail).toMatch(/[.)}?:!]$/);
  }
});

test.each(namesIn('valid'))('%s is without fault', async (name) => {
  const { plan, diagnostics } = await planAt(join(fixtures, 'valid', name));
  expect(headlines(diagnostics)).toEqual([]);
  expect(plan.builds.length).toBeGreaterThan(0);
});

test('a plan is frozen data that JSON keeps whole', async () => {
  const { plan } = await planAt(join(fixtures, 'valid', 'everything.pkr.hcl'));
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  expect(Object.isFrozen(plan.builds[0]?.provisioners)).toBe(true);
  expect(plan.builds.map((build) => build.name)).toEqual(['main.test.a', 'main.test.b']);
  expect(plan.builds.map((build) => build.provisioners.length)).toEqual([3, 3]);
});
