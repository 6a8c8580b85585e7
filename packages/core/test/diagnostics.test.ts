import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { headlines, planAt } from './bake-template.ts';
import { type Fixture, fixturesIn, promisesOf, reportOn } from './diagnostic-fixtures.ts';

const folder = join(import.meta.dirname, 'fixtures');

test.each(['errors', 'warnings'].flatMap((kind) => fixturesIn(join(folder, kind))))(
  '$name has just the mistakes it says',
  async (fixture: Fixture) => {
    const diagnostics = await reportOn(fixture);
    const of = (severity: string) =>
      headlines(diagnostics.filter((one) => one.severity === severity)).toSorted();
    expect(of('error')).toEqual(promisesOf(fixture, 'ERROR'));
    expect(of('warning')).toEqual(promisesOf(fixture, 'WARNING'));
    for (const { summary, detail } of diagnostics) {
      expect(summary.length).toBeLessThanOrEqual(110);
      expect(detail).toMatch(/[.)}?:!]$/);
    }
  },
);

test.each(fixturesIn(join(folder, 'valid')))('$name is without fault', async ({ path }) => {
  const { plan, diagnostics } = await planAt(path);
  expect(headlines(diagnostics)).toEqual([]);
  expect(plan.builds.length).toBeGreaterThan(0);
});

test('a plan is frozen data that JSON keeps whole', async () => {
  const { plan } = await planAt(join(folder, 'valid', 'everything.pkr.hcl'));
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  expect(Object.isFrozen(plan.builds[0]?.provisioners)).toBe(true);
  expect(plan.builds.map((build) => build.name)).toEqual(['main.test.a', 'main.test.b']);
  expect(plan.builds.map((build) => build.provisioners.length)).toEqual([3, 3]);
});
