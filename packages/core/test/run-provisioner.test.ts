import { afterEach, describe, expect, test } from '@jest/globals';
import { bake, transcript, workspace } from './bake-template.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** What a build of source `a` with these provisioners says, without what the fixture's builder says itself. */
async function run(provisioners: string, options: Parameters<typeof bake>[1] = {}) {
  const { path, remove } = workspace({
    'main.pkr.hcl': `
source "test" "a" { file = "\${path.root}/a.txt" }
build {
  name    = "b"
  sources = ["source.test.a"]
  ${provisioners}
}`,
  });
  cleanups.push(remove);
  const { result, events } = await bake(path, options);
  const said = transcript(events).filter((line) => !['disks:', 'machine stopped'].includes(line));
  return { outcome: result.outcome, error: result.builds[0]?.error, said, events };
}

const errors = 'Provisioning step had errors: Running the cleanup provisioner, if present...';

describe.each<{
  what: string;
  provisioners: string;
  said: readonly string[];
  error?: string;
}>([
  {
    what: 'pause_before, before each attempt',
    provisioners: `provisioner "say" {
      text         = "one"
      failures     = 1
      pause_before = "1ms"
      max_retries  = 1
    }`,
    said: [
      'Pausing 1ms before the next provisioner...',
      'one',
      'Provisioner failed with "one failed", retrying with 1 trie(s) left',
      'Pausing 1ms before the next provisioner...',
      'one',
    ],
  },
  {
    what: 'max_retries that are not enough',
    provisioners: `provisioner "say" {
      text        = "one"
      failures    = 9
      max_retries = 2
    }
    provisioner "say" { text = "never" }`,
    said: [
      'one',
      'Provisioner failed with "one failed", retrying with 2 trie(s) left',
      'one',
      'Provisioner failed with "one failed", retrying with 1 trie(s) left',
      'one',
      'retry limit reached.',
      errors,
    ],
    error: 'one failed',
  },
  {
    what: 'timeout, for each attempt',
    provisioners: `provisioner "say" {
      text        = "one"
      wait        = "1h"
      timeout     = "5ms"
      max_retries = 1
    }`,
    said: [
      'Setting a 5ms timeout for the next provisioner...',
      'Cancelling provisioner after a timeout...',
      'Provisioner failed with "The provisioner took longer than its timeout of 5ms", retrying with 1 trie(s) left',
      'Setting a 5ms timeout for the next provisioner...',
      'Cancelling provisioner after a timeout...',
      'retry limit reached.',
      errors,
    ],
    error: 'The provisioner took longer than its timeout of 5ms',
  },
  {
    what: 'timeout together with pause_before, which does not count',
    provisioners: `provisioner "say" {
      text         = "one"
      timeout      = "5m"
      pause_before = "2ms"
    }`,
    said: [
      'Pausing 2ms before the next provisioner...',
      'Setting a 5m0s timeout for the next provisioner...',
      'one',
    ],
  },
  {
    what: 'continue_on_error, after the last attempt',
    provisioners: `provisioner "say" {
      text              = "one"
      failures          = 9
      max_retries       = 1
      continue_on_error = true
    }
    provisioner "say" { text = "two" }
    error-cleanup-provisioner "say" { text = "never" }`,
    said: [
      'one',
      'Provisioner failed with "one failed", retrying with 1 trie(s) left',
      'one',
      'retry limit reached.',
      'Warning: Provisioner failed with "one failed", but continue_on_error is set; continuing the build.',
      'two',
    ],
  },
  {
    what: 'continue_on_error, after a timeout',
    provisioners: `provisioner "say" {
      text              = "one"
      wait              = "1h"
      timeout           = "5ms"
      continue_on_error = true
    }
    provisioner "say" { text = "two" }`,
    said: [
      'Setting a 5ms timeout for the next provisioner...',
      'Cancelling provisioner after a timeout...',
      'Warning: Provisioner failed with "The provisioner took longer than its timeout of 5ms", but continue_on_error is set; continuing the build.',
      'two',
    ],
  },
  {
    what: 'only and except, by type and name of the source alone',
    provisioners: `
      provisioner "say" {
        text = "only it"
        only = ["test.a"]
      }
      provisioner "say" {
        text = "only another"
        only = ["test.z"]
      }
      provisioner "say" {
        text   = "except it"
        except = ["test.a"]
      }
      provisioner "say" {
        text   = "except another"
        except = ["test.z"]
      }`,
    said: ['only it', 'except another'],
  },
  {
    what: 'override, in an error-cleanup-provisioner as well',
    provisioners: `
      provisioner "say" {
        text     = "base"
        failures = 1
        override = { a = { text = "for a" }, z = { text = "for z" } }
      }
      error-cleanup-provisioner "say" {
        text     = "clean"
        override = { a = { text = "clean a" } }
      }`,
    said: ['for a', errors, 'clean a'],
    error: 'for a failed',
  },
  {
    what: 'an error-cleanup-provisioner with arguments of its own',
    provisioners: `
      provisioner "say" {
        text     = "one"
        failures = 1
      }
      error-cleanup-provisioner "say" {
        text         = "clean \${build.ID} \${build.name}"
        failures     = 1
        pause_before = "1ms"
        max_retries  = 1
      }`,
    said: [
      'one',
      errors,
      'Pausing 1ms before the next provisioner...',
      'clean i-1 b',
      'Provisioner failed with "clean i-1 b failed", retrying with 1 trie(s) left',
      'Pausing 1ms before the next provisioner...',
      'clean i-1 b',
    ],
    error: 'one failed',
  },
  {
    what: 'an error-cleanup-provisioner that is for another source',
    provisioners: `
      provisioner "say" {
        text     = "one"
        failures = 1
      }
      error-cleanup-provisioner "say" {
        text = "never"
        only = ["test.z"]
      }`,
    said: ['one', errors],
    error: 'one failed',
  },
  {
    what: 'an error-cleanup-provisioner that fails too',
    provisioners: `
      provisioner "say" {
        text     = "one"
        failures = 1
      }
      error-cleanup-provisioner "say" {
        text     = "clean"
        failures = 1
      }`,
    said: ['one', errors, 'clean'],
    error: 'Cleanup failed: clean failed. Original Provisioning error: one failed',
  },
  {
    what: 'an error-cleanup-provisioner that is not needed',
    provisioners: `
      provisioner "say" { text = "one" }
      error-cleanup-provisioner "say" { text = "never" }`,
    said: ['one'],
  },
])('$what', ({ provisioners, said, error }) => {
  test('behaves and speaks as in core-behaviour, 3.6 and 7.5', async () => {
    const ran = await run(provisioners);
    expect(ran.said).toEqual(said);
    expect(ran.error?.summary).toBe(error);
    expect(ran.outcome).toBe(error === undefined ? 'ok' : 'failed');
  });
});

test.each(['pause_before', 'timeout'])(
  'a cancel ends %s, and continue_on_error too',
  async (argument) => {
    const controller = new AbortController();
    const { outcome, said } = await run(
      `provisioner "say" {
      text              = "one"
      wait              = "1h"
      ${argument}       = "1h"
      max_retries       = 5
      continue_on_error = true
    }
    provisioner "say" { text = "never" }
    error-cleanup-provisioner "say" { text = "never" }`,
      {
        signal: controller.signal,
        listener: (event) => {
          if (event.type === 'message' && /Pausing|Setting/.test(event.text)) {
            setTimeout(() => controller.abort(new Error('interrupt')), 5);
          }
        },
      },
    );
    expect(outcome).toBe('cancelled');
    expect(said).toHaveLength(1);
  },
);

test('what is known at run time only is there for every attempt', async () => {
  const { said } = await run(`
    provisioner "say" {
      text        = "\${build.ID} \${build.Host} \${build.User} \${build.ConnType} \${build.PackerHTTPAddr}"
      failures    = 1
      max_retries = 1
    }`);
  const text = 'i-1 h u test ERR_HTTP_ADDR_NOT_IMPLEMENTED_BY_BUILDER';
  expect(said).toEqual([
    text,
    `Provisioner failed with "${text} failed", retrying with 1 trie(s) left`,
    text,
  ]);
});
