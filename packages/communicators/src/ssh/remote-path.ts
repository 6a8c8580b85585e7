/**
 * A path as SFTP takes it. Packer's scp hands paths to the remote shell, so templates say `~/file`; for
 * SFTP relative paths start at the home folder.
 */
export function remotePathOf(path: string): string {
  return path === '~' || path.startsWith('~/') ? `.${path.slice(1)}` : path;
}
