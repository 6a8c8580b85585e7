import type { Communicator } from '@bake/plugin-sdk';
import { shellQuoted } from '@bake/plugin-sdk/staging';
import { encodedCommand, singleQuoted } from '@bake/plugin-sdk/windows';

/** What sessions of the proxy work on. */
export interface ProxiedMachine {
  readonly communicator: Communicator;
  /** Its shell is one of Windows. */
  readonly isWindows: boolean;
  /** Runs on the machine to serve SFTP, in place of bake itself. */
  readonly sftpCommand: string | undefined;
  /** A private folder here for files on their way. */
  readonly spool: string;
  /** Aborts when the proxy closes. */
  readonly signal: AbortSignal;
}

/** What SFTP and scp are told of a file on the machine; numbers as in `stat`. */
export interface RemoteStats {
  readonly mode: number;
  readonly size: number;
  readonly uid: number;
  readonly gid: number;
  readonly atime: number;
  readonly mtime: number;
}

/** A wish about files that the machine did not fulfil, with what it said. */
export class RemoteFileError extends Error {}

/** Looks at a file; `undefined` if there is none. `follows` links to what they point to. */
export async function remoteStats(
  machine: ProxiedMachine,
  path: string,
  follows: boolean,
): Promise<RemoteStats | undefined> {
  const command = machine.isWindows ? windowsStat(path) : unixStat(path, follows);
  const { output } = await ask(machine, command);
  const line = statLine.exec(output.trim());
  return line === null ? undefined : parseStats(line);
}

/** What is in a folder, by name, with `.` and `..`; links are not followed. Rejects with a `RemoteFileError`. */
export async function remoteFolder(
  machine: ProxiedMachine,
  path: string,
): Promise<ReadonlyMap<string, RemoteStats>> {
  const command = machine.isWindows ? windowsList(path) : unixList(path);
  const { exitCode, output } = await ask(machine, command);
  if (exitCode !== 0) throw new RemoteFileError(output.trim() || `exit code ${exitCode}`);
  // A name may hold line breaks and spaces, but no slash: only the start of an entry has one.
  const entries = output.split(/^(?=[0-9a-f]+(?: -?\d+){5} \.\/)/m);
  const found = new Map<string, RemoteStats>();
  for (const entry of entries) {
    const line = statLine.exec(entry);
    if (line === null) continue;
    const rest = entry.slice(line[0].length + ' ./'.length);
    found.set(rest.replace(/\r?\n$/, ''), parseStats(line));
  }
  return found;
}

const statLine = /^([0-9a-f]+)((?: -?\d+){5})/;

function parseStats([, mode = '', numbers = '']: RegExpExecArray): RemoteStats {
  const [size = 0, uid = 0, gid = 0, atime = 0, mtime = 0] = numbers.trim().split(' ').map(Number);
  return { mode: Number.parseInt(mode, 16), size, uid, gid, atime, mtime };
}

/** A path as a word of a POSIX shell that no program takes for an option. */
export function pathWord(path: string): string {
  return shellQuoted(path.startsWith('-') ? `./${path}` : path);
}

/** GNU's and busybox's way, and that of the BSDs, where `-f` means the format. */
const [gnu, bsd] = ['-c "%f %s %u %g %X %Y', '-f "%Xp %z %u %g %a %m'];

function unixStat(path: string, follows: boolean): string {
  const stat = follows ? 'stat -L' : 'stat';
  const word = pathWord(path);
  return `${stat} ${gnu}" ${word} 2>/dev/null || ${stat} ${bsd}" ${word} 2>/dev/null`;
}

/** By what every shell and `stat` can do, as small images have no `find`; so many at once as any system takes. */
function unixList(path: string): string {
  return `sh -c ${shellQuoted(listScript)} sh ${pathWord(path)}`;
}

const listScript = [
  'cd "$1" || exit',
  '[ -r . ] || { echo "$1: Permission denied" >&2; exit 1; }',
  'exec 2>/dev/null',
  `if stat -c %f . >/dev/null; then show() { stat ${gnu} %n" "$@"; }; else show() { stat ${bsd} %N" "$@"; }; fi`,
  'set --',
  // A pattern that matches nothing stays what it is; there is no such file then.
  'for name in ./. ./.. ./* ./.[!.]* ./..?*; do set -- "$@" "$name"; [ $# -lt 200 ] || { show "$@"; set --; }; done',
  '[ $# -eq 0 ] || show "$@"',
  'exit 0',
].join('; ');

/** Folders and files have no more rights there than these, as far as SFTP is concerned. */
const windowsEntry =
  '$t = [int64]([datetimeoffset]$i.LastWriteTimeUtc).ToUnixTimeSeconds(); $e = if ($i.PSIsContainer) { "41ff 0 0 0 $t $t" } else { "81b6 $($i.Length) 0 0 $t $t" }';

function windowsStat(path: string): string {
  const script = `$i = Get-Item -Force -LiteralPath ${singleQuoted(path)} -ErrorAction SilentlyContinue; if ($i) { ${windowsEntry}; $e }`;
  return encodedCommand('powershell.exe', script);
}

function windowsList(path: string): string {
  const script = `[Console]::OutputEncoding = [Text.Encoding]::UTF8; foreach ($i in Get-ChildItem -Force -LiteralPath ${singleQuoted(path)} -ErrorAction Stop) { ${windowsEntry}; "$e ./$($i.Name)" }`;
  return encodedCommand('powershell.exe', script);
}

/** Changes something about files. Rejects with a `RemoteFileError` if the machine refuses. */
export async function changeFiles(
  machine: ProxiedMachine,
  unix: string,
  windows: string,
): Promise<void> {
  const command = machine.isWindows ? encodedCommand('powershell.exe', windows) : unix;
  const { exitCode, output } = await ask(machine, command);
  if (exitCode !== 0) throw new RemoteFileError(output.trim() || `exit code ${exitCode}`);
}

async function ask({ communicator, signal }: ProxiedMachine, command: string) {
  const said: Uint8Array[] = [];
  const keep = (chunk: Uint8Array): void => void said.push(chunk);
  const end = await communicator.run({ command, signal, onStdout: keep, onStderr: keep });
  return { exitCode: end.exitCode, output: Buffer.concat(said).toString() };
}
