import { randomInt } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

/**
 * Gives a file new text. It is written beside and moved into place, so that whoever reads the file sees the
 * old text or the new and never half of one. The file keeps its mode; where the path is a link, what it leads
 * to is replaced. What is no file, such as `/dev/stdout`, is written to. Throws the system's error, also when the file may
 * not be written to.
 */
export function replaceFile(path: string, text: string): void {
  if (!statSync(path).isFile()) {
    writeFileSync(path, text);
    return;
  }
  const target = realpathSync(path);
  // Moving another file there would not ask.
  accessSync(target, constants.W_OK);
  const beside = besides(target);
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

/**
 * Writes a file that may or may not be there, and folders on the way to it. A new one, too, is written beside
 * and moved into place, with this mode less the umask. Throws the system's error.
 */
export function putFile(path: string, text: string, mode = 0o666): void {
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path)) {
    replaceFile(path, text);
    return;
  }
  const beside = besides(path);
  try {
    writeFileSync(beside, text, { mode, flag: 'wx' });
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

function besides(path: string): string {
  return `${path}.${randomInt(2 ** 32).toString(36)}.tmp`;
}

/** The folder takes no new files, or the file is a mount of its own, as it may be in a container. */
function isForbidden(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EACCES' || code === 'EPERM' || code === 'EBUSY' || code === 'EROFS';
}
