import { singleQuoted } from '@bake/plugin-sdk/windows';
import type { Attributes, FileEntry } from 'ssh2';
import { changeFiles, type ProxiedMachine, pathWord, type RemoteStats } from './proxied-machine.ts';

/** Has the machine set such attributes of what is at a path; the size is not among them. Rejects with a `RemoteFileError`. */
export async function setAttributes(
  machine: ProxiedMachine,
  path: string,
  { mode, uid, gid, mtime }: Partial<RemoteStats>,
): Promise<void> {
  const word = pathWord(path);
  const unix: string[] = [];
  const windows: string[] = [];
  // The owner first: some systems take rights away with that.
  if (uid !== undefined && gid !== undefined) unix.push(`chown ${uid}:${gid} ${word}`);
  if (mode !== undefined) unix.push(`chmod ${(mode & 0o7777).toString(8)} ${word}`);
  if (mtime !== undefined) {
    unix.push(`env TZ=UTC0 touch -t ${touchTime(mtime)} ${word}`);
    windows.push(
      `(Get-Item -Force -LiteralPath ${singleQuoted(path)}).LastWriteTimeUtc = [datetimeoffset]::FromUnixTimeSeconds(${mtime}).UtcDateTime`,
    );
  }
  const [first] = machine.isWindows ? windows : unix;
  if (first !== undefined) await changeFiles(machine, unix.join(' && '), windows.join('; '));
}

/** `YYYYMMDDhhmm.ss`, as POSIX has `touch` take it. */
function touchTime(seconds: number): string {
  const digits = new Date(seconds * 1000).toISOString().replace(/\D/g, '');
  return `${digits.slice(0, 12)}.${digits.slice(12, 14)}`;
}

/** What SFTP tells of a name in a folder; `sftp` shows the long name as it is. */
export function fileEntry(filename: string, stats: RemoteStats): FileEntry {
  const { mode, size, uid, gid, mtime } = stats;
  const time = new Date(mtime * 1000).toISOString();
  const numbers = `${String(uid).padEnd(8)} ${String(gid).padEnd(8)} ${String(size).padStart(8)}`;
  const longname = `${modeText(mode)}    ? ${numbers} ${time.slice(0, 10)} ${time.slice(11, 16)} ${filename}`;
  return { filename, longname, attrs: stats satisfies Attributes };
}

const kinds: Readonly<Record<number, string>> = {
  1: 'p',
  2: 'c',
  4: 'd',
  6: 'b',
  9: 'l',
  11: 's',
};

/** As in `drwxr-xr-x`. */
function modeText(mode: number): string {
  const rights = Array.from('rwxrwxrwx', (letter, index) =>
    (mode & (0o400 >> index)) === 0 ? '-' : letter,
  );
  return `${kinds[mode >> 12] ?? '-'}${rights.join('')}`;
}
