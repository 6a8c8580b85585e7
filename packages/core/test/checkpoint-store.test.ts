import { createHash } from 'node:crypto';
import {
  appendFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { removeCheckpoint, surplusOf } from '../src/index.ts';
import { fixtureRegistry } from './bake-template.ts';
import { all, Place, removePlaces, three, whole } from './cached-place.ts';

afterEach(removePlaces);

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
