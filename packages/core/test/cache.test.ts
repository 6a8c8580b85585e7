import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  type BakeEvent,
  type BuildExplanation,
  type CacheOptions,
  CheckpointStore,
  type Resume,
  type RunOptions,
  removeCheckpoint,
  surplusOf,
} from '../src/index.ts';
import { bake, fixtureRegistry, workspace } from './bake-template.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** A template of these provisioners, and a cache of its own. */
class Place {
  readonly path: string;
  readonly cache: string;
  readonly states: string;

  constructor(provisioners: string, source = '') {
    const { path, remove } = workspace({});
    cleanups.push(remove);
    this.path = path;
    this.cache = join(path, 'cache');
    this.states = join(path, 'states');
    mkdirSync(this.states);
    mkdirSync(join(path, 'tree', 'deep'), { recursive: true });
    writeFileSync(join(path, 'tree', 'deep', 'leaf'), 'leaf');
    writeFileSync(join(path, 'script'), 'script', { mode: 0o755 });
    this.write(provisioners, source);
  }

  write(provisioners: string, source = ''): void {
    writeFileSync(
      join(this.path, 'main.pkr.hcl'),
      `
variable "secret" {
  default   = "hunter2-hunter2"
  sensitive = true
}
source "keeper" "a" {
  file   = "\${path.root}/out"
  folder = "\${path.root}/states"
  ${source}
}
build {
  sources = ["source.keeper.a"]
  ${provisioners}
}`,
    );
  }

  get store(): CheckpointStore {
    return new CheckpointStore(this.cache);
  }

  /** Builds; gives what ran, what came out, and the events. */
  async build({
    assignments = [],
    limit = Number.POSITIVE_INFINITY,
    explain,
    ...options
  }: Partial<RunOptions> &
    Partial<Pick<CacheOptions, 'limit' | 'explain'>> & {
      readonly assignments?: readonly string[];
    } = {}) {
    const cache = { store: this.store, limit, ...(explain && { explain }) };
    const stateDir = join(this.path, 'state');
    const { result, events } = await bake(
      this.path,
      { cache, stateDir, ...options },
      { assignments, ...(options.registry && { registry: options.registry }) },
    );
    const ran = events.flatMap((event) =>
      event.type === 'output' ? [event.line.replace('writes ', '')] : [],
    );
    const resume = events.find((event): event is Resume & { time: string } => {
      return event.type === 'resume';
    });
    const outcome = result.builds[0]?.outcome;
    const out = outcome === 'ok' ? readFileSync(join(this.path, 'out'), 'utf8') : undefined;
    return { ran, resume, out, outcome, events };
  }
}

const three = `
  provisioner "write" {
    text = "one"
    path = "\${path.root}/script"
  }
  provisioner "write" {
    text = "two \${var.secret}"
    path = "\${path.root}/tree"
  }
  provisioner "write" { text = "three \${build.Same}" }`;

const all = ['one', 'two <sensitive>', 'three same'];
const whole = 'one\ntwo hunter2-hunter2\nthree same';

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

describe('what is damaged is not used', () => {
  const files = (place: Place): readonly string[] =>
    readdirSync(join(place.cache, 'checkpoints')).map((name) =>
      join(place.cache, 'checkpoints', name),
    );

  function cutOff(place: Place, length: number): void {
    for (const file of files(place)) truncateSync(file, length);
  }

  test.each<[string, (place: Place) => void]>([
    ['files that were cut off', (place) => cutOff(place, 90)],
    [
      'files that were changed',
      (place) => {
        for (const file of files(place)) {
          writeFileSync(file, readFileSync(file, 'utf8').replace('"total":3', '"total":4'));
        }
      },
    ],
    ['empty files', (place) => cutOff(place, 0)],
    [
      'a checkpoint under the name of another',
      (place) => {
        const [last] = place.store.all();
        const text = readFileSync(join(place.cache, 'checkpoints', `${last?.id}.json`));
        for (const file of files(place)) {
          if (!file.includes(last?.id ?? '')) writeFileSync(file, text);
          else rmSync(file);
        }
      },
    ],
    ['a key that was cut off', ({ cache }) => truncateSync(join(cache, 'key'), 7)],
    [
      'states that were changed',
      ({ states }) => {
        for (const name of readdirSync(states)) appendFileSync(join(states, name), '#');
      },
    ],
    [
      'states that are gone',
      ({ states }) => {
        for (const name of readdirSync(states)) rmSync(join(states, name));
      },
    ],
  ])('%s', async (_, damage) => {
    const place = new Place(three);
    await place.build();
    damage(place);
    expect(await place.build()).toMatchObject({ ran: all, out: whole });
    expect(await place.build()).toMatchObject({ ran: [], out: whole });
  });

  test('it is found', async () => {
    const place = new Place(three);
    await place.build();
    const [first = ''] = files(place);
    truncateSync(first, 50);
    expect(place.store.broken()).toEqual([first]);
    expect(place.store.all().length).toBe(2);
  });
});

test('no secret is in the cache, nor its plain hash', async () => {
  const place = new Place(three);
  await place.build();
  const secret = 'hunter2-hunter2';
  const hashes = ['sha256', 'sha1', 'md5'].flatMap((kind) => {
    return [secret, `two ${secret}`].map((text) => createHash(kind).update(text).digest('hex'));
  });
  const texts = readdirSync(join(place.cache, 'checkpoints')).map((name) =>
    readFileSync(join(place.cache, 'checkpoints', name), 'utf8'),
  );
  // The traces are the builder's; the test's own hold all of its machine.
  const ours = texts.map((text) => text.replace(/"traces":\{.*?\}/, ''));
  for (const hidden of [secret, ...hashes]) expect(ours.join('')).not.toContain(hidden);
  expect(ours.join('')).toContain('option');
});

test('two builds at once both get on, and the next finds what they made', async () => {
  const place = new Place(three);
  const builds = await Promise.all([1, 2, 3].map(() => place.build()));
  expect(builds.map(({ out }) => out)).toEqual([whole, whole, whole]);
  expect((await place.build()).ran).toEqual([]);
});

test('what is too much goes at the end, the least used first', async () => {
  const place = new Place(three);
  await place.build();
  place.write(three.replace('three', 'other'));
  const past = new Date(Date.now() - 60_000);
  for (const { id } of place.store.all()) {
    utimesSync(join(place.cache, 'checkpoints', `${id}.json`), past, past);
  }
  // What this build uses and makes stays, though it is too much.
  await place.build({ limit: 150 });
  expect(
    place.store
      .all()
      .map(({ done }) => done)
      .sort(),
  ).toEqual([2, 3]);
  expect(readdirSync(place.states).length).toBe(2);
});

test.each([
  ['nothing', {}, []],
  ['what is too much', { bytes: 250 }, ['old']],
  ['what is too old', { age: 50 }, ['old', 'middle']],
  ['both', { bytes: 50, age: 50 }, ['old', 'middle', 'new']],
  ['but what is in use', { bytes: 0, inUseSince: 60 }, ['old', 'middle']],
  ['all', { bytes: -1 }, ['old', 'middle', 'new']],
])('chooses what goes: %s', (_, limits, expected) => {
  const each = { bytes: 100, done: 1 };
  const checkpoints = [
    { ...each, id: 'new', lastUsed: 90 },
    { ...each, id: 'old', lastUsed: 10 },
    { ...each, id: 'middle', lastUsed: 40 },
  ] as unknown as Parameters<typeof surplusOf>[0];
  expect(surplusOf(checkpoints, limits, 100).map(({ id }) => id)).toEqual(expected);
});

test('what cannot be removed stays known', async () => {
  const place = new Place('provisioner "write" { text = "one" }');
  await place.build();
  const { store } = place;
  const [checkpoint] = store.all();
  const busy = `${checkpoint?.traces['path']}.busy`;
  writeFileSync(busy, '');
  const silent = (): void => {};
  const ui = { say: silent, error: silent, output: silent, progress: silent };
  const context = { signal: new AbortController().signal, ui };
  const remove = (): Promise<string | undefined> =>
    removeCheckpoint(
      checkpoint as NonNullable<typeof checkpoint>,
      store,
      fixtureRegistry(),
      context,
    );
  expect(await remove()).toMatch(/^It is in use/);
  expect(store.all().length).toBe(1);
  rmSync(busy);
  expect(await remove()).toBeUndefined();
  expect(store.all()).toEqual([]);
  expect(readdirSync(place.states)).toEqual([]);
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
  const { path, remove } = workspace({
    'main.pkr.hcl': `
source "test" "a" { file = "\${path.root}/a.txt" }
build {
  sources = ["source.test.a"]
  provisioner "say" { text = "x" }
}`,
  });
  cleanups.push(remove);
  const store = new CheckpointStore(join(path, 'cache'));
  const { result, events } = await bake(path, { cache: { store, limit: 0 } });
  expect(result.outcome).toBe('ok');
  expect(events.filter(({ type }) => type === 'checkpoint' || type === 'resume')).toMatchObject([
    { type: 'checkpoint', reason: 'the builder test makes none of this machine' },
  ]);
});
