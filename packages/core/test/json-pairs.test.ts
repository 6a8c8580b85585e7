import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { PlannedBuild, PlannedComponent } from '../src/index.ts';
import { bake, headlines, planAt, transcript, workspace } from './bake-template.ts';

const folder = join(import.meta.dirname, 'fixtures', 'json', 'pairs');
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.pkr.json'.length));

/** What a build will do, without where and in which syntax it is written. */
function essence(build: PlannedBuild): unknown {
  const strip = (component: PlannedComponent | undefined): unknown => {
    if (component === undefined) return undefined;
    const { range: _, deferred, ...rest } = component;
    return { ...rest, isDeferred: deferred !== undefined };
  };
  return {
    ...build,
    builder: strip(build.builder),
    provisioners: build.provisioners.map(strip),
    errorCleanup: strip(build.errorCleanup),
    postProcessors: build.postProcessors.map((sequence) => sequence.map(strip)),
  };
}

test.each(names)('%s means the same in JSON as in HCL', async (name) => {
  const native = await planAt(join(folder, `${name}.pkr.hcl`));
  const json = await planAt(join(folder, `${name}.pkr.json`));
  expect(headlines(native.diagnostics)).toEqual([]);
  expect(headlines(json.diagnostics)).toEqual([]);
  expect(json.plan.scope).toEqual(native.plan.scope);
  expect(json.plan.secrets).toEqual(native.plan.secrets);
  expect(json.plan.builds.map(essence)).toEqual(native.plan.builds.map(essence));
});

test.each(names)('%s runs the same in JSON as in HCL', async (name) => {
  const said: (readonly string[])[] = [];
  for (const syntax of ['hcl', 'json']) {
    const file = `${name}.pkr.${syntax}`;
    const space = workspace({ [file]: readFileSync(join(folder, file), 'utf8') });
    const before = process.cwd();
    try {
      process.chdir(space.path);
      const { events } = await bake(file, { parallelBuilds: 1 });
      said.push(transcript(events));
    } finally {
      process.chdir(before);
      space.remove();
    }
  }
  expect(said[1]?.length).toBeGreaterThan(3);
  expect(said[1]).toEqual(said[0]);
});
