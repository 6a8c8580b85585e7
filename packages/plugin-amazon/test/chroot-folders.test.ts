import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { ChrootCommunicator } from '../src/chroot/communicator.ts';
import { Shell } from '../src/chroot/shell.ts';

const folder = mkdtempSync(join(tmpdir(), 'bake-chroot-'));
afterAll(() => rmSync(folder, { recursive: true }));
const { signal } = new AbortController();

/** A communicator whose commands all come to this one. */
const communicatorOf = (command: string): ChrootCommunicator =>
  new ChrootCommunicator('/nowhere', new Shell(() => command, {}));

test('a folder that is not taken fails with what the volume says, however large it is', async () => {
  writeFileSync(join(folder, 'large'), Buffer.alloc(4 * 1024 * 1024));
  const upload = communicatorOf('echo no tar >&2; exit 127').uploadDir(folder, '/srv', signal);
  await expect(upload).rejects.toMatchObject({
    message: expect.stringMatching(/^A command on this machine has failed with exit code 127/),
    detail: 'no tar',
  });
});

test('a folder that cannot be unpacked here fails with what tar says', async () => {
  const command = 'head -c 4000000 /dev/zero | tr "\\0" x';
  const download = communicatorOf(command).downloadDir('/srv', join(folder, 'here'), signal);
  await expect(download).rejects.toThrow(/^tar has failed on this machine: tar: /);
});
