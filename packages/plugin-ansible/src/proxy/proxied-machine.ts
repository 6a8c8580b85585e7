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
  const fields = output.trim().split(' ');
  if (fields.length !== 6 || fields[0] === '') return undefined;
  const [mode = '', ...numbers] = fields;
  const [size = 0, uid = 0, gid = 0, atime = 0, mtime = 0] = numbers.map(Number);
  return { mode: Number.parseInt(mode, 16), size, uid, gid, atime, mtime };
}

/** GNU's and busybox's way first, then that of the BSDs, where `-f` means the format. */
function unixStat(path: string, follows: boolean): string {
  const file = shellQuoted(path.startsWith('-') ? `./${path}` : path);
  const link = follows ? ' -L' : '';
  return `stat${link} -c '%f %s %u %g %X %Y' ${file} 2>/dev/null || stat${link} -f '%Xp %z %u %g %a %m' ${file} 2>/dev/null`;
}

/** Folders and files have no more rights there than these, as far as SFTP is concerned. */
function windowsStat(path: string): string {
  const script = `$i = Get-Item -Force -LiteralPath ${singleQuoted(path)} -ErrorAction SilentlyContinue; if ($i) { $t = [int64]([datetimeoffset]$i.LastWriteTimeUtc).ToUnixTimeSeconds(); if ($i.PSIsContainer) { "41ff 0 0 0 $t $t" } else { "81b6 $($i.Length) 0 0 $t $t" } }`;
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
