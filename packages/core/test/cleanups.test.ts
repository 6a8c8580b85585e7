import { expect, test } from '@jest/globals';
import { Cleanups } from '../src/components/cleanups.ts';

const good = { failed: false, keepRemains: false };
const bad = { failed: true, keepRemains: false };
const aborted = { failed: true, keepRemains: true };

async function undone(ending: typeof good): Promise<readonly string[]> {
  const cleanups = new Cleanups();
  const done: string[] = [];
  const note = (label: string) => () => {
    done.push(label);
  };
  cleanups.add('machine', note('machine'));
  cleanups.add('file', note('file'), { always: true });
  cleanups.add('output', note('output'), { onFailureOnly: true });
  cleanups.add('handed on', note('handed on')).dismiss();
  await cleanups.add('early', note('early')).now();
  await cleanups.run(ending, () => done.push('leftover'));
  return done;
}

test.each([
  { name: 'success', ending: good, want: ['early', 'file', 'machine'] },
  { name: 'failure', ending: bad, want: ['early', 'output', 'file', 'machine'] },
  { name: 'abort', ending: aborted, want: ['early', 'file'] },
])('after $name undoes $want', async ({ ending, want }) => {
  expect(await undone(ending)).toEqual(want);
});

test('goes on after one that fails, and tells', async () => {
  const cleanups = new Cleanups();
  const told: string[] = [];
  cleanups.add('first', () => {
    told.push('first undone');
  });
  cleanups.add('second', () => Promise.reject(new Error('stuck')));
  await cleanups.run(bad, (label, error) => told.push(`${label}: ${(error as Error).message}`));
  expect(told).toEqual(['second: stuck', 'first undone']);
});

test('also undoes what an undo registers', async () => {
  const cleanups = new Cleanups();
  const done: string[] = [];
  cleanups.add('outer', () => {
    cleanups.add('inner', () => {
      done.push('inner');
    });
  });
  await cleanups.run(good, () => {});
  expect(done).toEqual(['inner']);
});

test('tells what is not undone yet, also what is being undone', async () => {
  const cleanups = new Cleanups();
  const seen: (readonly string[])[] = [];
  const look = (): void => void seen.push(cleanups.pending(bad), cleanups.pending(aborted));
  cleanups.add('last', () => {});
  cleanups.add('file', look, { always: true });
  cleanups.interject(
    async () => look(),
    () => true,
  );
  cleanups.add('gone', () => {}).dismiss();
  await cleanups.run(bad, () => {});
  expect(seen).toEqual([['file', 'last'], ['file'], ['file', 'last'], ['file']]);
  expect(cleanups.pending(bad)).toEqual([]);
});
