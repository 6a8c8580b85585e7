import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BakeEvent } from '@bake/core';
import { afterAll, expect, jest, test } from '@jest/globals';
import { githubGroups } from '../src/views/github-groups.ts';
import { runBake, scratch } from './run-bake.ts';

jest.setTimeout(30_000);

const folder = scratch();
afterAll(() => folder.remove());

/** What stands in the log: markers, and `build text` for what is said, `build type` for other events. */
function logOf(events: readonly string[]): readonly string[] {
  const log: string[] = [];
  const listener = githubGroups(
    (line) => log.push(line),
    (event) => {
      const {
        type,
        build = '',
        text = type,
      } = event as BakeEvent & {
        readonly build?: string;
        readonly text?: string;
      };
      if (!type.startsWith('step')) log.push(`${build} ${text}`.trim());
    },
  );
  for (const event of events.map(parsed)) listener(event);
  return log;
}

/** `a>1`: build `a` begins step 1; `a<1`: it ends; `a:x`: it says x; `a!`: it is over; a word: an event of the run. */
function parsed(text: string): BakeEvent {
  const [, build, sign, rest] = /^(\w)([><:!])(.*)$/.exec(text) ?? [];
  const types = {
    '>': { type: 'step-start', step: rest, kind: 'builder', name: `step-${rest}` },
    '<': { type: 'step-end', step: rest, outcome: 'ok' },
    ':': { type: 'message', text: rest },
    '!': { type: 'build-end', outcome: 'ok' },
  } as const;
  const event =
    sign === undefined ? { type: text } : { build, ...types[sign as keyof typeof types] };
  return event as unknown as BakeEvent;
}

test.each([
  {
    name: 'one build speaks at once',
    events: ['a>1', 'a:x', 'a:y', 'a<1', 'a:between', 'a>2', 'a<2', 'a!', 'run-end'],
    want: [
      '::group::a: step-1',
      'a x',
      'a y',
      '::endgroup::',
      'a between',
      'a build-end',
      'run-end',
    ],
  },
  {
    name: 'another waits for the end of the step',
    events: ['a>1', 'a:x', 'b>1', 'b:u', 'a:y', 'a<1', 'b:v', 'b<1', 'b!', 'a!', 'run-end'],
    want: [
      ...['::group::a: step-1', 'a x', 'a y', '::endgroup::'],
      ...['::group::b: step-1', 'b u', 'b v', '::endgroup::'],
      ...['b build-end', 'a build-end', 'run-end'],
    ],
  },
  {
    name: 'what waited goes on in its step, and a third waits again',
    events: [
      'a>1',
      'a:x',
      'b>1',
      'b:u',
      'c>1',
      'c:p',
      'a<1',
      'b:v',
      'b<1',
      'c:q',
      'c<1',
      'run-end',
    ],
    want: [
      ...['::group::a: step-1', 'a x', '::endgroup::'],
      ...['::group::b: step-1', 'b u', 'b v', '::endgroup::'],
      ...['::group::c: step-1', 'c p', 'c q', '::endgroup::', 'run-end'],
    ],
  },
  {
    name: 'the end of a build waits, too, and stands outside of groups',
    events: ['a>1', 'a:x', 'b>1', 'b:u', 'b<1', 'b!', 'a:y', 'a<1', 'a!', 'run-end'],
    want: [
      ...['::group::a: step-1', 'a x', 'a y', '::endgroup::'],
      ...['::group::b: step-1', 'b u', '::endgroup::', 'b build-end', 'a build-end', 'run-end'],
    ],
  },
  {
    name: 'an interrupt lets all speak',
    events: ['a>1', 'a:x', 'b>1', 'b:u', 'cancelling', 'a:y'],
    want: [
      ...['::group::a: step-1', 'a x', '::endgroup::', '::group::b: step-1', 'b u'],
      ...['::endgroup::', 'cancelling', '::group::a: step-1', 'a y'],
    ],
  },
])('$name', ({ events, want }) => {
  expect(logOf(events)).toEqual(want);
});

const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: folder.path };

function project(name: string, template: string): string {
  const cwd = join(folder.path, name);
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'main.pkr.hcl'), template);
  return cwd;
}

test('a mistake is shown beside its line', async () => {
  const cwd = project(
    'mistake',
    'source "null" "a" {\n  prot = 1\n}\nbuild { sources = ["null.a"] }\n',
  );
  const { stdout, code } = await runBake(['build', '.'], { cwd, env });
  expect(stdout).toMatch(
    /^::error file=mistake\/main\.pkr\.hcl,line=2,endLine=2,col=3,title=Unsupported argument::An argument named "prot"/m,
  );
  expect(stdout).toContain('Error: Unsupported argument');
  expect(code).toBe(1);
});

test('a build that fails is shown beside the component that failed, and its end is in no group', async () => {
  const cwd = project(
    'failure',
    `
source "null" "a" { communicator = "none" }
build {
  name    = "odd, name: 100%"
  sources = ["null.a"]
  provisioner "shell-local" { inline = ["echo fine"] }
  provisioner "shell-local" { inline = ["exit 3"] }
}`,
  );
  const { stdout } = await runBake(['build', '.'], { cwd, env });
  const lines = stdout.split('\n');
  expect(lines.filter((line) => line.startsWith('::error'))).toEqual([
    expect.stringMatching(
      /^::error file=failure\/main\.pkr\.hcl,line=7,endLine=7,col=3,title=odd%2C name%3A 100%25\.null\.a::Script exited .*3\..*%0A/,
    ),
  ]);
  let isOpen = false;
  for (const line of lines) {
    if (line.startsWith('::group::')) isOpen = true;
    if (line === '::endgroup::') isOpen = false;
    if (/^Build '|^::error|^==> Some/.test(line)) expect([line, isOpen]).toEqual([line, false]);
    if (line.includes('fine')) expect(isOpen).toBe(true);
  }
});

test('elsewhere, and in forms for programs, there is nothing of it', async () => {
  const cwd = join(folder.path, 'failure');
  for (const [flags, variables] of [
    [[], {}],
    [['-json'], env],
    [['-machine-readable'], env],
  ] as const) {
    const { stdout } = await runBake(['build', ...flags, '.'], { cwd, env: variables });
    expect(stdout).toContain('fine');
    expect(stdout).not.toMatch(/^::/m);
  }
});
