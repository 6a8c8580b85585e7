import { appendFileSync, chmodSync, mkdirSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type BakeEvent, type BuildExplanation, CheckpointStore } from '../src/index.ts';
import { bake, fixtureRegistry } from './bake-template.ts';
import { all, folderOf, Place, removePlaces, three, whole } from './cached-place.ts';

afterEach(removePlaces);

test('a build without the cache makes no checkpoints', async () => {
  const place = new Place(three);
  const { result } = await bake(place.path);
  expect(result.outcome).toBe('ok');
  expect(readdirSync(place.states)).toEqual([]);
});

test('an unchanged build runs nothing and gives the same', async () => {
  const place = new Place(three);
  const first = await place.build();
  expect(first).toMatchObject({ ran: all, out: whole });
  expect(first.resume).toMatchObject({
    done: 0,
    total: 3,
    next: 'write',
    reason: 'there is no checkpoint of it yet',
  });
  expect(first.events.filter(({ type }) => type === 'checkpoint')).toMatchObject(
    [1, 2, 3].map((done) => ({ state: 'made', done, total: 3 })),
  );
  const second = await place.build();
  expect(second).toMatchObject({ ran: [], out: whole, resume: { done: 3 } });
  expect(second.resume).not.toHaveProperty('reason');
});

interface Change {
  readonly what: string;
  readonly make: (place: Place) => unknown;
  readonly done: number;
  readonly reason: string | RegExp;
}

test.each<Change>([
  {
    what: 'the last provisioner',
    make: (place) => place.write(three.replace('three', 'other')),
    done: 2,
    reason: 'option "text" has changed',
  },
  {
    what: 'a provisioner in the middle',
    make: (place) => place.write(three.replace('"two', '"other')),
    done: 1,
    reason: 'option "text" has changed',
  },
  {
    what: 'a script',
    make: ({ path }) => appendFileSync(join(path, 'script'), '#'),
    done: 0,
    reason: /^file ".*\/script" has changed$/,
  },
  {
    what: 'the mode of a script',
    make: ({ path }) => chmodSync(join(path, 'script'), 0o700),
    done: 0,
    reason: /^file ".*\/script" has changed$/,
  },
  {
    what: 'a file in a folder',
    make: ({ path }) => appendFileSync(join(path, 'tree', 'deep', 'leaf'), '#'),
    done: 1,
    reason: /^file ".*\/tree" has changed$/,
  },
  {
    what: 'the mode of a file in a folder',
    make: ({ path }) => chmodSync(join(path, 'tree', 'deep', 'leaf'), 0o700),
    done: 1,
    reason: /^file ".*\/tree" has changed$/,
  },
  {
    what: 'what is in a folder',
    make: ({ path }) => mkdirSync(join(path, 'tree', 'new')),
    done: 1,
    reason: /^file ".*\/tree" has changed$/,
  },
  {
    what: 'a secret',
    make: () => ({ assignments: ['secret=correct-horse'] }),
    done: 1,
    reason: 'option "text" has changed',
  },
  {
    what: 'what the machine starts of',
    make: (place) => place.write(three, 'origin = "another"'),
    done: 0,
    reason: 'option "origin" has changed',
  },
  {
    what: 'the version of the plugin',
    make: () => ({ registry: fixtureRegistry('1.0.1') }),
    done: 0,
    reason: 'the builder has changed',
  },
  {
    what: 'an option that is new',
    make: (place) => place.write(three.replace('text = "one"', 'text = "one"\n touch = ""')),
    done: 0,
    reason: 'option "touch" is new',
  },
  {
    what: 'a provisioner that is new',
    make: (place) => place.write(`${three}\nprovisioner "write" { text = "four" }`),
    done: 3,
    reason: 'there is no checkpoint of it yet',
  },
])('after a change of $what it goes on where that matters', async ({ make, done, reason }) => {
  const place = new Place(three);
  await place.build();
  const options = (make(place) ?? {}) as Parameters<Place['build']>[0];
  const { resume, ran, out } = await place.build(options);
  expect(resume?.done).toBe(done);
  expect(resume?.reason).toMatch(reason);
  expect(ran.length).toBe((out ?? '').split('\n').length - done);
  // The same as without a cache.
  rmSync(place.cache, { recursive: true });
  expect(out).toBe((await place.build(options)).out);
});

test('a change that is taken back finds its checkpoints again', async () => {
  const place = new Place(three);
  await place.build();
  place.write(three.replace('"two', '"other'));
  await place.build();
  place.write(three);
  expect(await place.build()).toMatchObject({ ran: [], out: whole });
});

test('what is a note for people counts for nothing', async () => {
  const place = new Place(three);
  await place.build();
  place.write(`# A comment.\n${three.replaceAll('path =', 'pause_before = "1ms"\n path =')}`);
  utimesSync(join(place.path, 'script'), new Date(0), new Date(0));
  expect(await place.build()).toMatchObject({ ran: [], out: whole });
});

test.each([
  ['build.ID', 'text = build.ID', /^it uses build.ID, which may be another one in every build$/],
  ['all of build', 'text = jsonencode(build)', /^it uses build, /],
  ['a Go template', 'text = "{{ .ID }}"', /^it uses build.ID, /],
  ['the time', 'text = "{{ isotime }}"', /^it uses \{\{isotime\}\}, /],
  ['what runs here', 'local = true', /^it does something here$/],
  ['a file that is not there', 'path = "/no/such"', /^"\/no\/such" cannot be read: no such file/],
])('%s ends what can be kept', async (_, option, reason) => {
  const place = new Place(`
    provisioner "write" { text = "before" }
    provisioner "write" { ${option} }
    provisioner "write" { text = "after" }`);
  const { events } = await place.build();
  expect(events.filter(({ type }) => type === 'checkpoint')).toMatchObject([
    { state: 'made', done: 1 },
    { state: 'not-made', done: 2, reason: expect.stringMatching(reason) },
  ]);
  const { resume, ran } = await place.build();
  expect(resume).toMatchObject({ done: 1, reason: expect.stringMatching(reason) });
  expect(ran.length).toBe(2);
});

test('a provisioner that does not say what it reads is never kept', async () => {
  const place = new Place('provisioner "mystery" { text = "x" }');
  await place.build();
  const { resume, ran } = await place.build();
  expect(resume).toMatchObject({ done: 0, reason: 'it does not say what it reads' });
  expect(ran).toEqual(['x']);
});

describe('what a failed provisioner leaves is not kept', () => {
  const failing = (more: string): string => `
    provisioner "write" { text = "before" }
    provisioner "write" {
      text = "bad"
      fail = true
      ${more}
    }
    provisioner "write" { text = "after" }`;

  test('when it fails the build', async () => {
    const place = new Place(failing(''));
    expect((await place.build()).outcome).toBe('failed');
    place.write(failing('').replace('fail = true', 'fail = false'));
    const { resume, ran } = await place.build();
    expect(resume).toMatchObject({ done: 1, reason: 'there is no checkpoint of it yet' });
    expect(ran).toEqual(['bad', 'after']);
  });

  test('when the build goes on', async () => {
    const place = new Place(failing('continue_on_error = true'));
    const { outcome, events } = await place.build();
    expect(outcome).toBe('ok');
    expect(events.filter(({ type }) => type === 'checkpoint')).toMatchObject([
      { state: 'made', done: 1 },
      { state: 'not-made', done: 2, reason: 'it failed' },
    ]);
    expect((await place.build()).ran).toEqual(['bad', 'after']);
  });
});

test('what changes while it is read is not kept', async () => {
  const place = new Place(`
    provisioner "write" {
      text  = "one"
      path  = "\${path.root}/script"
      touch = "\${path.root}/script"
    }`);
  const { events } = await place.build();
  expect(events.find(({ type }) => type === 'checkpoint')).toMatchObject({
    state: 'not-made',
    reason: 'what it depends on changed while the build ran',
  });
  expect(place.store.all()).toEqual([]);
});

test('a checkpoint that cannot be made is said and fails nothing', async () => {
  const place = new Place(three, 'full = true');
  const { outcome, events } = await place.build();
  expect(outcome).toBe('ok');
  expect(events.filter(({ type }) => type === 'checkpoint')).toMatchObject([
    { state: 'not-made', done: 1, reason: 'there is no room' },
  ]);
  expect(readdirSync(place.states)).toEqual([]);
});

test('a cancel while one is made leaves nothing of it', async () => {
  const place = new Place(three, 'slow = "1h"');
  const cancel = new AbortController();
  const building = place.build({ signal: cancel.signal });
  while (readdirSync(place.states).length === 0) await new Promise((wake) => setTimeout(wake, 5));
  expect(readdirSync(join(place.path, 'state', 'journal')).length).toBe(1);
  cancel.abort(new Error('enough'));
  expect((await building).outcome).toBe('cancelled');
  expect(readdirSync(place.states)).toEqual([]);
  expect(place.store.all()).toEqual([]);
  expect(readdirSync(join(place.path, 'state', 'journal'))).toEqual([]);
});

test('explains without building', async () => {
  const place = new Place(`${three}\nprovisioner "write" { local = true }`);
  await place.build();
  rmSync(join(place.path, 'out'));
  place.write(`${three.replace('"two', '"other')}\nprovisioner "write" { local = true }`);
  const explanations: BuildExplanation[] = [];
  const explain = (explanation: BuildExplanation): void => void explanations.push(explanation);
  const { path } = place;
  const events: BakeEvent[] = [];
  const listener = (event: BakeEvent): void => void events.push(event);
  const cache = { store: place.store, limit: 0, explain };
  const { result } = await bake(path, { cache, stateDir: join(path, 'state'), listener });
  expect(result.outcome).toBe('ok');
  expect(explanations).toMatchObject([
    {
      build: 'keeper.a',
      provisioners: [
        { type: 'write', checkpoint: { done: 1 } },
        { type: 'write', reason: 'option "text" has changed' },
        { type: 'write', reason: 'one before it runs' },
        { type: 'write', reason: 'it does something here' },
      ],
    },
  ]);
  expect(events.filter(({ type }) => type === 'output')).toEqual([]);
  expect(readdirSync(path)).not.toContain('out');
});

test('a builder without checkpoints is said to be one', async () => {
  const path = folderOf({
    'main.pkr.hcl': `
source "test" "a" { file = "\${path.root}/a.txt" }
build {
  sources = ["source.test.a"]
  provisioner "say" { text = "x" }
}`,
  });
  const store = new CheckpointStore(join(path, 'cache'));
  const { result, events } = await bake(path, { cache: { store, limit: 0 } });
  expect(result.outcome).toBe('ok');
  expect(events.filter(({ type }) => type === 'checkpoint' || type === 'resume')).toMatchObject([
    { type: 'checkpoint', reason: 'the builder test makes none of this machine' },
  ]);
});
