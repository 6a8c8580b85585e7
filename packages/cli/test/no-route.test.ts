import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { bakeProgram, type Scratch, scratch } from './run-bake.ts';

jest.setTimeout(120_000);

/** Runs a script of the shell as root of a network namespace of its own. */
const alone = ['unshare', '--map-root-user', '--net', 'sh', '-c'] as const;

function whyNoNamespace(): string | undefined {
  const [program, ...args] = [...alone, 'ip link set lo up'];
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'no network namespaces can be made here, or there is no "ip" (Debian: iproute2)';
  }
}

const reason = whyNoNamespace();
let place: Scratch;
beforeEach(() => {
  place = scratch();
});
afterEach(() => place.remove());

const template = `
source "null" "far" {
  ssh_host     = "192.0.2.1"
  ssh_username = "me"
  ssh_password = "x"
  ssh_timeout  = "3s"
}
build {
  sources = ["source.null.far"]
}
`;

if (reason === undefined) {
  test.each([
    { what: 'there is no network', setUp: 'true' },
    {
      what: 'the router says that it is unreachable',
      setUp: 'ip route add unreachable 192.0.2.0/24',
    },
  ])('a build says that there is no route when $what', async ({ setUp }) => {
    writeFileSync(join(place.path, 'main.pkr.hcl'), template);
    mkdirSync(join(place.path, 'state'));
    const script = `ip link set lo up && ${setUp} && exec "$@"`;
    const [program, ...args] = [
      ...alone,
      script,
      'sh',
      process.execPath,
      bakeProgram,
      'build',
      '-color=false',
      '.',
    ];
    const env = { ...process.env, NODE_OPTIONS: '', BAKE_STATE_DIR: join(place.path, 'state') };
    const work = promisify(execFile)(program, args, { cwd: place.path, env });
    await expect(work).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringMatching(
        /Still waiting for SSH after .*: the last try got no connection: no route to host[\s\S]*bake gave up after [\s\S]*no\s+route to host/,
      ),
    });
  });
} else {
  console.warn(`SKIPPED: no route to the machine: ${reason}`);
  test.skip(`no route: ${reason}`, () => undefined);
}
