import { afterEach, expect, test } from '@jest/globals';
import type { PlanOptions } from '../src/index.ts';
import { headlines, planAt, workspace } from './bake-template.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const build = 'source "test" "s" {\n file = "x"\n}\nbuild {\n sources = ["test.s"]\n}\n';

/** Plans a template with these blocks; also gives what its data sources said. */
async function planned(
  text: string,
  options: Partial<PlanOptions> = {},
): Promise<{ readonly said: readonly string[]; readonly found: readonly string[] }> {
  const space = workspace({ 'a.pkr.hcl': text + build });
  cleanups.push(space.remove);
  const said: string[] = [];
  const silent = (): void => {};
  const say = (line: string): void => void said.push(line);
  const log = { say, error: silent, output: silent, progress: silent };
  const { diagnostics } = await planAt(space.path, { log, ...options });
  return { said, found: headlines(diagnostics) };
}

const two = `
data "echo" "a" {
  input = "a"
  wait  = "5ms"
}
data "echo" "b" {
  input = "b"
}
data "echo" "c" {
  input = "c after \${data.echo.a.output}"
}
`;

test('data sources that do not wait for one another are read at the same time', async () => {
  const { said, found } = await planned(two);
  expect(found).toEqual([]);
  expect(said).toEqual([
    'Reading a',
    'Reading b',
    'Read b',
    'Read a',
    'Reading c after a!',
    'Read c after a!',
  ]);
});

test('in sequence each is read to its end before the next, in the order of their needs', async () => {
  const { said, found } = await planned(
    `data "echo" "first" {\n input = "then \${data.echo.a.output}"\n}\n${two}`,
    { sequential: true },
  );
  expect(found).toEqual([]);
  expect(said).toEqual([
    'Reading a',
    'Read a',
    'Reading then a!',
    'Read then a!',
    'Reading b',
    'Read b',
    'Reading c after a!',
    'Read c after a!',
  ]);
});

test('in sequence locals see data sources, and not the other way round', async () => {
  const locals = 'locals {\n  x = data.echo.a.output\n  y = "y"\n}\n';
  expect((await planned(two + locals, { sequential: true })).found).toEqual([]);
  const { found, said } = await planned(
    `${two}${locals}data "echo" "d" {\n  input = local.y\n}\n`,
    { sequential: true },
  );
  expect(found).toEqual(['a.pkr.hcl:17 Unsupported attribute']);
  expect(said).not.toContain('Reading y');
});

test('what waits for a faulty data source is not read, and only the fault is reported', async () => {
  const { said, found } = await planned(`
data "echo" "bad" {
  input = data.echo.gone.output
}
data "echo" "after" {
  input = data.echo.bad.output
}
`);
  expect(found).toEqual(['a.pkr.hcl:3 failed to prepare execution graph']);
  expect(said).toEqual([]);
});

test('an interrupted data source is no bug', async () => {
  const controller = new AbortController();
  const space = workspace({
    'a.pkr.hcl': `data "echo" "a" {\n input = "a"\n wait = "1h"\n}\n${build}`,
  });
  cleanups.push(space.remove);
  const silent = (): void => {};
  const say = (): void => controller.abort();
  const { diagnostics } = await planAt(space.path, {
    signal: controller.signal,
    log: { say, error: silent, output: silent, progress: silent },
  });
  expect(diagnostics.map(({ code }) => code)).toEqual(['data-source-cancelled']);
});

test('a mistake in one data source does not end the others half way', async () => {
  const space = workspace({ 'a.pkr.hcl': two + build });
  cleanups.push(space.remove);
  const said: string[] = [];
  const silent = (): void => {};
  const say = (line: string): void => {
    said.push(line);
    if (line === 'Read b') throw new TypeError('a bug');
  };
  const log = { say, error: silent, output: silent, progress: silent };
  await expect(planAt(space.path, { log })).rejects.toThrow('a bug');
  expect(said).toContain('Read c after a!');
});
