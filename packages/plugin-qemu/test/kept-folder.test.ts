import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { KeptFolder } from '../src/checkpoint/kept-folder.ts';

test('of what was finished all files are kept, or none', async () => {
  const root = await mkdtemp(join(tmpdir(), 'bake-kept-folder-'));
  try {
    const kept = new KeptFolder(join(root, 'kept'));
    await kept.make();
    const disk = join(root, 'disk');
    await writeFile(disk, 'x');
    await kept.keepFinished([disk]);
    expect(await kept.finished()).toEqual([join(kept.path, 'bake.finished', 'disk')]);
    await expect(kept.keepFinished([disk, join(root, 'missing')])).rejects.toThrow('ENOENT');
    expect(await kept.finished()).toBeUndefined();
    expect(await readdir(kept.path)).toEqual([]);
  } finally {
    await rm(root, { recursive: true });
  }
});
