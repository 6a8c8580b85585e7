import type { Stats } from 'node:fs';
import type { Attributes, FileEntry } from 'ssh2';

/** What SFTP says of a file. */
export function attributesOf(stats: Stats): Attributes {
  return {
    mode: stats.mode,
    uid: stats.uid,
    gid: stats.gid,
    size: stats.size,
    atime: Math.floor(stats.atimeMs / 1000),
    mtime: Math.floor(stats.mtimeMs / 1000),
  };
}

/** An entry of a folder, with the line that `ls -l` of an SFTP client prints. */
export function entryOf(filename: string, stats: Stats): FileEntry {
  const kind = stats.isDirectory() ? 'd' : stats.isSymbolicLink() ? 'l' : '-';
  const date = stats.mtime.toISOString().slice(0, 16).replace('T', ' ');
  const size = String(stats.size).padStart(10);
  return {
    filename,
    longname: `${kind}${permissions(stats.mode)} ${stats.nlink} ${stats.uid} ${stats.gid} ${size} ${date} ${filename}`,
    attrs: attributesOf(stats),
  };
}

function permissions(mode: number): string {
  const bits = (mode & 0o777).toString(2).padStart(9, '0');
  return [...bits].map((bit, index) => (bit === '1' ? 'rwx'.charAt(index % 3) : '-')).join('');
}
