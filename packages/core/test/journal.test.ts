import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Creation, identityOf } from '@bake/plugin-sdk';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findRemains, type Registry, reclaim } from '../src/index.ts';
import { Journal } from '../src/journal/journal.ts';
import { stateOf, thisProcess } from '../src/journal/process-identity.ts';
import { readJournal } from '../src/journal/record.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bake-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const thing = (label: string, traces: Creation['traces'] = {}): Creation => ({
  kind: 'path',
  label,
  traces,
});

function journalText(): string {
  return readFileSync(join(folder, 'journal', 'run-1.jsonl'), 'utf8');
}

/** The run's process ended without a word: the journal's first line names one that does not exist. */
function killRun(): void {
  const [header = '', ...rest] = journalText().split('\n');
  const { process: self, ...run } = JSON.parse(header);
  const dead = { ...run, process: { ...self, started: 'earlier:1' } };
  writeFileSync(join(folder, 'journal', 'run-1.jsonl'), [JSON.stringify(dead), ...rest].join('\n'));
}

describe('a journal', () => {
  test('is there only while something is', () => {
    const journal = new Journal(folder, 'run-1', '/t');
    expect(existsSync(join(folder, 'journal'))).toBe(false);
    const entry = journal.announce(thing('a'), 'run');
    expect(readJournal(journalText())?.remnants).toMatchObject([{ label: 'a', owner: 'run' }]);
    entry.close();
    journal.end();
    expect(readdirSync(join(folder, 'journal'))).toEqual([]);
  });

  test('keeps what was not closed, newest first, with all that was learned', () => {
    const journal = new Journal(folder, 'run-1', '/t');
    const first = journal.announce(thing('first'), 'run', 'null.a');
    journal.announce(thing('second'), { kind: 'builders', type: 'x' }).close();
    journal.announce(thing('third', { a: 1 }), 'run');
    first.learn({ id: 'i-1' });
    journal.end();
    expect(readJournal(journalText())?.remnants).toMatchObject([
      { label: 'third', traces: { a: 1 } },
      { label: 'first', build: 'null.a', traces: { id: 'i-1' } },
    ]);
  });

  test('is read up to where the process died', () => {
    const journal = new Journal(folder, 'run-1', '/t');
    journal.announce(thing('first'), 'run');
    appendFileSync(join(folder, 'journal', 'run-1.jsonl'), '{"open":2,"owner":"run","ki');
    expect(readJournal(journalText())?.remnants).toMatchObject([{ label: 'first' }]);
  });

  test('that cannot be written stops what it announces', () => {
    writeFileSync(join(folder, 'journal'), '');
    const journal = new Journal(folder, 'run-1', '/t');
    expect(() => journal.announce(thing('a'), 'run')).toThrow('Could not write the journal');
  });

  test('can be read by its user only', () => {
    new Journal(folder, 'run-1', '/t').announce(thing('a'), 'run');
    const { stdout } = spawnSync('stat', ['-c', '%a', join(folder, 'journal', 'run-1.jsonl')]);
    expect(stdout.toString().trim()).toBe('600');
  });
});

describe('stateOf', () => {
  const self = thisProcess();
  const boot = self.started?.split(':')[0];

  test('tells a process from one that has ended and from a later one of its number', () => {
    expect(stateOf(self)).toBe('running');
    expect(stateOf({ ...self, started: `${boot}:1` })).toBe('ended');
    const { pid } = spawnSync('true');
    expect(stateOf({ ...self, pid })).toBe('ended');
  });

  test.each([
    { of: 'another host', process: { ...self, host: 'elsewhere' }, state: 'unknown' },
    { of: 'another container', process: { ...self, space: 'pid:[1]' }, state: 'unknown' },
    {
      of: 'a container before the host was started',
      process: { ...self, space: 'pid:[1]', started: 'earlier:1' },
      state: 'ended',
    },
  ])('of a process of $of', ({ process, state }) => {
    expect(stateOf(process)).toBe(state);
  });
});

describe('findRemains', () => {
  const write = (text: string): string => {
    const path = join(folder, 'journal', 'run-2.jsonl');
    mkdirSync(join(folder, 'journal'), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  const header = (process: object): string =>
    JSON.stringify({ format: 1, run: 'run-2', process, time: '2026-01-01', templateFolder: '/t' });
  const open = '{"open":1,"owner":"run","kind":"path","label":"a","traces":{}}';

  test.each([
    { what: 'zeros, as after a power cut', text: `${'\0'.repeat(9)}\n${open}\n` },
    { what: 'no header', text: `${open}\n` },
    { what: 'null for a header', text: `null\n${open}\n` },
  ])('says that a journal is damaged: $what', ({ text }) => {
    const path = write(text);
    const { runs, unclear } = findRemains(folder);
    expect(runs).toEqual([]);
    expect(unclear).toMatchObject([{ path, problem: expect.stringContaining('damaged') }]);
  });

  test('gives lines that are no records, but not a last one that was cut off', () => {
    const start = header({ ...thisProcess(), started: 'earlier:1' });
    write(`${start}\nnull\n7\n\0\0\n${open}\n{"open":2,"ow`);
    expect(findRemains(folder).runs).toMatchObject([
      { remnants: [{ label: 'a' }], damaged: ['null', '7', '\0\0'] },
    ]);
  });

  test('keeps a journal of which only damaged lines are left', () => {
    const path = write(`${header({ ...thisProcess(), started: 'earlier:1' })}\n{"open":1,"own\n`);
    expect(findRemains(folder).runs).toMatchObject([{ remnants: [], damaged: ['{"open":1,"own'] }]);
    expect(existsSync(path)).toBe(true);
  });

  test('removes a journal that was never begun, when nobody can be about to', () => {
    const path = write('{"format":1,"ru');
    expect(findRemains(folder)).toEqual({ runs: [], unclear: [] });
    expect(existsSync(path)).toBe(true);
    const longAgo = new Date(Date.now() - 3_600_000);
    utimesSync(path, longAgo, longAgo);
    expect(findRemains(folder)).toEqual({ runs: [], unclear: [] });
    expect(existsSync(path)).toBe(false);
  });

  test('leaves the runs of another host alone until it is said to be gone', () => {
    write(`${header({ ...thisProcess(), host: 'elsewhere' })}\n${open}\n`);
    expect(findRemains(folder)).toMatchObject({ runs: [], unclear: [{ host: 'elsewhere' }] });
    expect(findRemains(folder, 'elsewhere')).toMatchObject({
      runs: [{ remnants: [{ label: 'a' }] }],
      unclear: [],
    });
  });
});

describe('reclaim', () => {
  /** Removes all that dead runs left, with this registry, and gives what became of it. */
  async function reclaimAll(registry: Partial<Registry> = { has: () => false }, forget = false) {
    const ui = { say() {}, error() {}, output() {}, progress() {} };
    const context = { signal: new AbortController().signal, ui };
    const result: [string, string | undefined][] = [];
    for (const run of findRemains(folder).runs) {
      for await (const { remnant, problem } of reclaim(run, {
        registry: registry as Registry,
        context,
        forget,
      })) {
        result.push([remnant.label, problem]);
      }
    }
    return result;
  }

  test('removes paths and forgets them', async () => {
    const path = join(folder, 'made', 'inner');
    mkdirSync(path, { recursive: true });
    const journal = new Journal(folder, 'run-1', '/t');
    journal.announce(thing('folder', { path: join(folder, 'made') }), 'run');
    journal.announce(thing('never made', { path: join(folder, 'other') }), 'run');
    expect(findRemains(folder).runs).toEqual([]);
    killRun();
    expect(await reclaimAll()).toEqual([
      ['never made', undefined],
      ['folder', undefined],
    ]);
    expect(existsSync(join(folder, 'made'))).toBe(false);
    expect(readdirSync(join(folder, 'journal'))).toEqual([]);
  });

  test.each([
    { what: 'the file itself', change: () => {}, isGone: true },
    {
      what: 'a file that has changed',
      change: (path: string) => appendFileSync(path, 'x'),
      isGone: false,
    },
    {
      what: 'another file in its place',
      change: (path: string) => {
        writeFileSync(`${path}.new`, 'text');
        rmSync(path);
        spawnSync('mv', [`${path}.new`, path]);
      },
      isGone: false,
    },
  ])('with an identity: $what', async ({ change, isGone }) => {
    const path = join(folder, 'file');
    writeFileSync(path, 'text');
    const identity = (await identityOf(path)) as string;
    new Journal(folder, 'run-1', '/t').announce(thing('file', { path, identity }), 'run');
    killRun();
    change(path);
    expect(await reclaimAll()).toEqual([['file', undefined]]);
    expect(existsSync(path)).toBe(!isGone);
  });

  test('removes folders that nothing came into', async () => {
    const [made, inner] = [join(folder, 'made'), join(folder, 'made', 'inner')];
    mkdirSync(inner, { recursive: true });
    const never = join(inner, 'never');
    const traces = { paths: [never, inner, made] };
    new Journal(folder, 'run-1', '/t').announce({ kind: 'folders', label: 'f', traces }, 'run');
    writeFileSync(join(made, 'own'), '');
    killRun();
    expect(await reclaimAll()).toEqual([['f', undefined]]);
    expect(readdirSync(made)).toEqual(['own']);
  });

  test('keeps damaged lines in the journal until they are to be forgotten', async () => {
    const file = join(folder, 'journal', 'run-1.jsonl');
    const gone = { path: join(folder, 'gone') };
    new Journal(folder, 'run-1', '/t').announce(thing('gone', gone), 'run');
    appendFileSync(file, '{"open":2,"own\n');
    killRun();
    expect(await reclaimAll()).toEqual([['gone', undefined]]);
    expect(findRemains(folder).runs).toMatchObject([{ remnants: [], damaged: ['{"open":2,"own'] }]);
    await reclaimAll(undefined, true);
    expect(existsSync(file)).toBe(false);
  });

  test('removes files that were not written to their end, and no others', async () => {
    const inner = join(folder, 'tree', 'inner');
    mkdirSync(inner, { recursive: true });
    mkdirSync(join(folder, 'tree', 'half.2.x.part', 'below'), { recursive: true });
    for (const name of ['whole', 'half.1.x.part', 'own.part']) writeFileSync(join(inner, name), '');
    const journal = new Journal(folder, 'run-1', '/t');
    const traces = { path: join(folder, 'tree'), ending: '.x.part' };
    journal.announce({ kind: 'parts', label: 'parts', traces }, 'run');
    const never = { ...traces, path: join(folder, 'nowhere') };
    journal.announce({ kind: 'parts', label: 'never', traces: never }, 'run');
    killRun();
    expect(await reclaimAll()).toEqual([
      ['never', undefined],
      ['parts', undefined],
    ]);
    expect(readdirSync(join(folder, 'tree'))).toEqual(['inner']);
    expect(readdirSync(inner).toSorted()).toEqual(['own.part', 'whole']);
  });

  test('ends processes that carry the mark', async () => {
    const mark = `BAKE_TEST_MARK=${folder}`;
    const child = spawn('sh', ['-c', 'sleep 60 & sleep 60'], {
      env: { PATH: process.env['PATH'], BAKE_TEST_MARK: folder },
    });
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    new Journal(folder, 'run-1', '/t').announce(
      { kind: 'processes', label: 'sh', traces: { mark } },
      'run',
    );
    killRun();
    expect(await reclaimAll()).toEqual([['sh', undefined]]);
    expect(await ended).toBe('SIGKILL');
  });

  test('asks the component, and keeps what it could not remove', async () => {
    const journal = new Journal(folder, 'run-1', '/t');
    const owner = { kind: 'builders', type: 'cloud' } as const;
    for (const id of ['i-1', 'i-2']) {
      journal.announce({ kind: 'instance', label: id, traces: { id } }, owner, 'cloud.a');
    }
    journal.announce({ kind: 'odd', label: 'odd', traces: {} }, 'run');
    killRun();
    const removed: unknown[] = [];
    let isUp = false;
    const remains = {
      instance: {
        remove: async ({ id }: Creation['traces']) => {
          if (id === 'i-1' && !isUp) throw new Error('the cloud is down');
          removed.push(id);
        },
      },
    };
    const component = { remains };
    const registry = { has: () => true, load: async () => ({ component }) } as never;
    expect(await reclaimAll(registry)).toEqual([
      ['odd', 'nothing here knows how to remove a "odd"'],
      ['i-2', undefined],
      ['i-1', 'the cloud is down'],
    ]);
    isUp = true;
    expect((await reclaimAll(registry)).map(([label]) => label)).toEqual(['odd', 'i-1']);
    expect(removed).toEqual(['i-2', 'i-1']);
    expect((await reclaimAll(registry, true)).map(([label]) => label)).toEqual(['odd']);
    expect(findRemains(folder).runs).toEqual([]);
  });
});

test('a journal whose process died before its first line was whole goes at once', () => {
  const place = join(folder, 'journal');
  mkdirSync(place);
  const { pid } = spawnSync('true');
  writeFileSync(join(place, `run-1.jsonl.${pid}.new`), '{"format":1,');
  writeFileSync(join(place, `run-2.jsonl.${process.pid}.new`), '');
  expect(findRemains(folder)).toEqual({ runs: [], unclear: [] });
  expect(readdirSync(place)).toEqual([`run-2.jsonl.${process.pid}.new`]);
});

test('a process whose journal was taken away before it began makes nothing', () => {
  const journal = new Journal(folder, 'run-1', folder);
  const place = join(folder, 'journal');
  mkdirSync(place);
  // A folder in its place refuses the name, as a file that is gone does.
  mkdirSync(join(place, 'run-1.jsonl', 'x'), { recursive: true });
  expect(() => journal.announce(thing('a'), 'run')).toThrow('Could not write the journal');
  expect(() => journal.announce(thing('b'), 'run')).toThrow('Could not write the journal');
  expect(readdirSync(place)).toEqual(['run-1.jsonl']);
});
