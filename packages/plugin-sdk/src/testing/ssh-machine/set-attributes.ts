import { chmod, chown, type FileHandle, truncate, utimes } from 'node:fs/promises';
import type { Attributes } from 'ssh2';

/** Attributes as a client gives them: only those that it wants to set. */
export type GivenAttributes = Partial<Attributes>;

/** Sets what is given, by path or on an open file. */
export async function setAttributes(
  file: string | FileHandle,
  given: GivenAttributes,
): Promise<void> {
  const { size, uid, gid, mode, atime, mtime } = given;
  const change = typeof file === 'string' ? byPath(file) : file;
  if (size !== undefined) await change.truncate(size);
  if (uid !== undefined && gid !== undefined) await change.chown(uid, gid);
  if (mode !== undefined) await change.chmod(mode & 0o7777);
  if (atime !== undefined && mtime !== undefined) await change.utimes(atime, mtime);
}

function byPath(path: string): Pick<FileHandle, 'truncate' | 'chown' | 'chmod' | 'utimes'> {
  return {
    truncate: (length) => truncate(path, length),
    chown: (uid, gid) => chown(path, uid, gid),
    chmod: (mode) => chmod(path, mode),
    utimes: (atime, mtime) => utimes(path, atime, mtime),
  };
}
