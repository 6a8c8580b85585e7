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
 * Gives a file new text. It is written beside and moved into place, so that whoever reads the file sees the
 * old text or the new and never half of one. The file keeps its mode; where the path is a link, what it leads
 * to is replaced. Throws the system's error, also when the file may not be written to.
 */
export function replaceFile(path: string, text: string): void {
  const target = realpathSync(path);
  // Moving another file there would not ask.
  accessSync(target, constants.W_OK);
  const beside = `${target}.${randomInt(2 ** 32).toString(36)}.tmp`;
  try {
    writeFileSync(beside, text, { mode: 0o600, flag: 'wx' });
    // The umask has no say in this one.
    chmodSync(beside, statSync(target).mode & 0o7777);
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    if (!isForbidden(error)) throw error;
    writeFileSync(target, text);
  }
}

/** The folder takes no new files, or the file is a mount of its own, as it may be in a container. */
function isForbidden(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EACCES' || code === 'EPERM' || code === 'EBUSY' || code === 'EROFS';
}
