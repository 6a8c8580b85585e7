import { randomInt } from 'node:crypto';
import { access, constants, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';

/**
 * Gives a file new text. It is written beside and moved into place, so that whoever reads the file sees the old
 * text or the new and never half of one. The file keeps its mode; where the path is a link, what it leads to is
 * replaced. Rejects with the system's error, also when the file may not be written to; then it is as it was.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const target = await realpath(path);
  // Moving another file there would not ask.
  await access(target, constants.W_OK);
  const { mode } = await stat(target);
  const beside = `${target}.${randomInt(2 ** 32).toString(36)}.tmp`;
  try {
    await writeFile(beside, text, { mode: mode & 0o777, flag: 'wx' });
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
