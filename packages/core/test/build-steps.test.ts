import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { type BakeEvent, onErrorChoices, type RunOptions } from '../src/index.ts';
import { bake, transcript, workspace } from './bake-template.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function folderWith(build: string, source = ''): string {
  const template = `
source "test" "a" {
  file = "\${path.root}/a.txt"
  ${source}
}
build {
  sources = ["source.test.a"]
  ${build}
}`;
  const { path, remove } = workspace({ 'main.pkr.hcl': template });
  cleanups.push(remove);
  return path;
}

/** A person who types these answers, one for each question, and then goes away. */
function person(...answers: readonly string[]): Pick<RunOptions, 'readAnswer'> {
  const left = [...answers];
  return { readAnswer: async () => left.shift() };
}

/** What was said and asked, without what commands put out. */
function said(events: readonly BakeEvent[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.type === 'ask') return [`? ${event.text}`];
    return event.type === 'message' ? [event.text] : [];
  });
}

const question =
  '? [c] Clean up and exit, [a] abort without cleanup, or [r] retry step (build may fail even if retry succeeds)?';
const broken = 'provisioner "say" {\n text = "broken"\n failures = 1\n }';
const cleanup = 'error-cleanup-provisioner "say" { text = "saving logs" }';
const cleaning = 'Provisioning step had errors: Running the cleanup provisioner, if present...';

test.each([
  {
    name: 'cleans up',
    answers: ['x', 'C'],
    tail: [question, 'Incorrect input: "x"', question, cleaning, 'machine stopped'],
    outcome: 'failed',
  },
  {
    name: 'cleans up when nobody answers',
    answers: [],
    tail: [question, cleaning, 'machine stopped'],
    outcome: 'failed',
  },
  {
    name: 'aborts',
    answers: ['abort'],
    tail: [
      question,
      'broken failed',
      'Step "StepProvision" failed, aborting...',
      'aborted: skipping cleanup of step "StepStartMachine"',
    ],
    outcome: 'failed',
  },
  { name: 'tries again', answers: ['r'], tail: [question, 'machine stopped'], outcome: 'ok' },
])('-on-error=ask $name', async ({ answers, tail, outcome }) => {
  const path = folderWith(`${broken}\n${cleanup}`);
  const { result, events } = await bake(path, { onError: 'ask', ...person(...answers) });
  expect(said(events)).toEqual(['disks:', 'broken failed', 'Step "StepProvision" failed', ...tail]);
  expect(result.outcome).toBe(outcome);
  expect(existsSync(join(path, 'a.txt'))).toBe(outcome === 'ok' || answers[0] === 'abort');
});

test('a step is tried again without what its first try made', async () => {
  const path = folderWith('', 'fail = "build"');
  const { events } = await bake(path, { onError: 'ask', ...person('r', 'c') });
  expect(
    said(events).filter((line) => line.startsWith('disks') || line.startsWith('machine')),
  ).toEqual(['disks:', 'machine stopped', 'disks:', 'machine stopped']);
});

test.each([
  { onError: 'cleanup', runs: true, keeps: false },
  { onError: 'abort', runs: false, keeps: true },
  { onError: 'ask', runs: true, keeps: false },
  { onError: 'run-cleanup-provisioner', runs: true, keeps: true },
] as const)('-on-error=$onError: the error-cleanup-provisioner runs: $runs', async (mode) => {
  const path = folderWith(`${broken}\n${cleanup}`);
  const { events } = await bake(path, { onError: mode.onError });
  expect(transcript(events).includes('saving logs')).toBe(mode.runs);
  expect(transcript(events).includes('machine stopped')).toBe(!mode.keeps);
  expect(existsSync(join(path, 'a.txt'))).toBe(mode.keeps);
  expect(onErrorChoices).toContain(mode.onError);
});

test('the error-cleanup-provisioner also runs when a later step fails', async () => {
  const path = folderWith(cleanup, 'fail = "after"');
  expect(transcript((await bake(path)).events)).toContain('saving logs');
});

test('the error-cleanup-provisioner does not run after a cancel', async () => {
  const path = folderWith(`provisioner "say" { text = "one" }\n${cleanup}`, 'wait = "1h"');
  const controller = new AbortController();
  const { result, events } = await bake(path, {
    signal: controller.signal,
    listener: (event) => {
      if (event.type === 'output') controller.abort(new Error('interrupt'));
    },
  });
  expect(result.outcome).toBe('cancelled');
  expect(transcript(events)).not.toContain('saving logs');
  expect(transcript(events)).toContain('machine stopped');
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'cancelling', reason: 'interrupt' }),
  );
});

test('a failure that was made good is none any more', async () => {
  const path = folderWith(`${broken}\n${cleanup}`, 'wait = "1h"');
  const controller = new AbortController();
  let count = 0;
  const { result, events } = await bake(path, {
    onError: 'ask',
    signal: controller.signal,
    ...person('r'),
    listener: ({ type }) => {
      if (type !== 'output') return;
      count += 1;
      // By then provisioning is over, and the builder waits.
      if (count === 2) setImmediate(() => controller.abort(new Error('interrupt')));
    },
  });
  expect(result.builds[0]?.outcome).toBe('cancelled');
  expect(transcript(events)).not.toContain('saving logs');
});

test('an error-cleanup-provisioner that fails is told with the error before it', async () => {
  const worse = 'error-cleanup-provisioner "say" {\n text = "worse"\n failures = 1\n }';
  const { result } = await bake(folderWith(`${broken}\n${worse}`));
  expect(result.builds[0]?.error?.summary).toBe(
    'Cleanup failed: worse failed. Original Provisioning error: broken failed',
  );
});

test('an interrupt ends a question, and what failed before counts as failed', async () => {
  const controller = new AbortController();
  const { result, events } = await bake(folderWith(`${broken}\n${cleanup}`), {
    onError: 'ask',
    signal: controller.signal,
    readAnswer: (signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(undefined));
        controller.abort(new Error('interrupt'));
      }),
  });
  expect(
    events.map(({ type }) => type).filter((type) => /^(ask|answer|cancelling)$/.test(type)),
  ).toEqual(['ask', 'cancelling', 'answer']);
  expect(transcript(events)).toContain('saving logs');
  expect(result.outcome).toBe('cancelled');
});

test('-debug stops after every step, before every provisioner and before every cleanup', async () => {
  const path = folderWith('provisioner "say" { text = "one" }\nprovisioner "say" { text = "two" }');
  const { events } = await bake(path, { debug: true, ...person('', '', '', '', '', '') });
  expect(said(events)).toEqual([
    'disks:',
    "? Pausing after run of step 'StepStartMachine'. Press enter to continue.",
    '? Pausing before the next provisioner . Press enter to continue.',
    '? Pausing before the next provisioner . Press enter to continue.',
    "? Pausing after run of step 'StepProvision'. Press enter to continue.",
    "? Pausing before cleanup of step 'StepProvision'. Press enter to continue.",
    "? Pausing before cleanup of step 'StepStartMachine'. Press enter to continue.",
    'machine stopped',
  ]);
});

test('questions of several builds come one at a time', async () => {
  const { path, remove } = workspace({
    'main.pkr.hcl': `
source "test" "a" { file = "\${path.root}/a.txt" }
source "test" "b" { file = "\${path.root}/b.txt" }
build {
  sources = ["test.a", "test.b"]
  provisioner "say" {
    text     = source.name
    failures = 1
  }
}`,
  });
  cleanups.push(remove);
  let open = 0;
  let most = 0;
  const { result } = await bake(path, {
    onError: 'ask',
    readAnswer: () => new Promise((resolve) => setImmediate(() => resolve('r'))),
    listener: ({ type }) => {
      if (type === 'ask') open += 1;
      if (type === 'answer') open -= 1;
      most = Math.max(most, open);
    },
  });
  expect({ most, outcome: result.outcome }).toEqual({ most: 1, outcome: 'ok' });
});

test('-fail-fast cancels what runs and what waits', async () => {
  const { path, remove } = workspace({
    'main.pkr.hcl': `
source "test" "a" { file = "\${path.root}/a.txt" }
source "test" "b" {
  file = "\${path.root}/b.txt"
  wait = "1h"
}
source "test" "c" { file = "\${path.root}/c.txt" }
build {
  sources = ["test.a", "test.b", "test.c"]
  provisioner "say" {
    text     = source.name
    failures = source.name == "a" ? 1 : 0
  }
}`,
  });
  cleanups.push(remove);
  const { result, events } = await bake(path, { failFast: true, parallelBuilds: 2 });
  expect(result.outcome).toBe('failed');
  expect(result.builds.map(({ outcome }) => outcome)).toEqual(['failed', 'cancelled', 'cancelled']);
  expect(transcript(events)).toContain('machine stopped');
  expect(events).toContainEqual(expect.objectContaining({ type: 'cancelling', build: 'test.a' }));
  for (const name of ['a', 'b', 'c']) expect(existsSync(join(path, `${name}.txt`))).toBe(false);
});

test('says what is left behind when the process is about to end', async () => {
  const path = folderWith('provisioner "say" { text = "one" }', 'wait = "1h"');
  const [first, second] = [new AbortController(), new AbortController()];
  const told: string[] = [];
  await bake(path, {
    signal: first.signal,
    abandon: second.signal,
    listener: (event) => {
      if (event.type === 'output') {
        second.abort();
        first.abort();
      }
      if (event.type === 'leftover') told.push(event.label);
    },
  });
  expect(told).toEqual(['stop the machine', 'remove the file']);
});
