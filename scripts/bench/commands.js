/** The two programs that are compared. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export const bake = [process.execPath, join(import.meta.dirname, '../../packages/cli/bin/bake.js')];

export const packer = ['packer'];

/** Neither asks for a newer version of itself. */
export const env = { ...process.env, CHECKPOINT_DISABLE: '1' };

/** First line of `packer version`; `undefined` when there is no packer on PATH. */
export function packerVersion() {
  const { status, stdout } = spawnSync('packer', ['version'], { env, encoding: 'utf8' });
  return status === 0 ? stdout.split('\n')[0] : undefined;
}
