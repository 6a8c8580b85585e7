import { spawnSync } from 'node:child_process';
import { test } from '@jest/globals';

/** Why nothing can be compared with Packer; `undefined` when it is there. */
const whyNoPacker =
  spawnSync('packer', ['version']).status === 0 ? undefined : 'there is no packer on PATH';

/** A test that needs Packer; without it, it is left out, and its title says so. `limit` is in milliseconds. */
export function testWithPacker(
  title: string,
  body: () => Promise<void>,
  limit: number = 180_000,
): void {
  if (whyNoPacker === undefined) test(title, body, limit);
  else test.skip(`${title} (${whyNoPacker})`, body);
}

/** Runs Packer to its end. */
export function runPacker(
  args: readonly string[],
  settings: { readonly cwd: string; readonly input?: string },
): { readonly code: number | null; readonly stdout: string } {
  // Node's own pipes are sockets, and Packer reads piped lines from a real pipe only.
  const { status, stdout } = spawnSync('sh', ['-c', 'cat | packer "$@"', 'packer', ...args], {
    cwd: settings.cwd,
    input: settings.input ?? '',
    env: { ...process.env, CHECKPOINT_DISABLE: '1' },
    encoding: 'utf8',
  });
  return { code: status, stdout };
}
