import { randomInt } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';

/**
 * Gives a file new text. It is written beside and moved into place, so that whoever reads the file sees the old
 * text or the new and never half of one. The file keeps its mode; where the path is a link, what it leads to is
 * replaced. Throws the system's error, also when the file may not be written to; then it is as it was.
 */
export function replaceFile(path: string, text: string): void {
  const target = realpathSync(path);
  // Moving another file there would not ask.
  accessSync(target, constants.W_OK);
  const { mode } = statSync(target);
  const beside = `${target}.${randomInt(2 ** 32).toString(36)}.tmp`;
  try {
    writeFileSync(beside, text, { mode: 0o600, flag: 'wx' });
    // The umask has no say in this one.
    chmodSync(beside, mode & 0o7777);
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
