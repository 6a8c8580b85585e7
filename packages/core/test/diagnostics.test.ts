import { join } from 'node:path';
import { textOf } from '@bake/hcl';
import { expect, test } from '@jest/globals';
import { headlines, planAt, workspace } from './bake-template.ts';
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

test('values nested very deep through locals are a mistake, told once; values shared very often are none', async () => {
  const chain = (step: (before: string) => string, length: number): string =>
    Array.from(
      { length },
      (_, n) => `  l${n} = ${n === 0 ? '[1]' : step(`local.l${n - 1}`)}\n`,
    ).join('');
  const rest = `source "test" "a" {\n  file = "x"\n}\nbuild {\n  sources = ["test.a"]\n}\n`;
  const told = async (locals: string): Promise<readonly string[]> => {
    const { path, remove } = workspace({ 'a.pkr.hcl': `locals {\n${locals}}\n${rest}` });
    const { diagnostics } = await planAt(path);
    remove();
    return diagnostics.map(({ code, subject }) => `${code} ${subject && textOf(subject)}`);
  };
  expect(await told(chain((before) => `[${before}]`, 10_000))).toEqual([
    'nested-too-deeply [local.l499]',
  ]);
  expect(await told(chain((before) => `[${before}]`, 500))).toEqual([]);
  expect(await told(chain((before) => `[${before}, ${before}]`, 60))).toEqual([]);
});
