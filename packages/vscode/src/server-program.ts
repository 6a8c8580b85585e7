import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What to start, and how. */
export interface ServerProgram {
  readonly command: string;
  readonly args: readonly string[];
  /** npm's programs are scripts of the shell on Windows. */
  readonly options: { readonly cwd?: string; readonly shell: boolean };
}

/**
 * The program of the setting, or else the one in the `node_modules` of the first folder that has it, or else the one on
 * PATH.
 */
export function serverProgram(
  setting: string,
  folders: readonly string[],
  platform: NodeJS.Platform,
): ServerProgram {
  const isWindows = platform === 'win32';
  const name = isWindows ? 'bake.cmd' : 'bake';
  const installed = folders
    .map((folder) => join(folder, 'node_modules', '.bin', name))
    .find((path) => existsSync(path));
  const command = setting !== '' ? setting : (installed ?? name);
  const [cwd] = folders;
  return {
    command: isWindows ? `"${command}"` : command,
    args: ['language-server'],
    options: { shell: isWindows, ...(cwd !== undefined && { cwd }) },
  };
}
