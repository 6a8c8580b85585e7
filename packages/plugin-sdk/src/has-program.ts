import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Whether this computer has a program: by its name on the PATH of `environment`, or at its path. */
export async function hasProgram(
  program: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<boolean> {
  const names = process.platform === 'win32' ? [program, `${program}.exe`] : [program];
  const folders = /[/\\]/.test(program) ? [''] : foldersIn(environment);
  const paths = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  for (const path of paths) if (await isProgram(path)) return true;
  return false;
}

function foldersIn(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return (environment['PATH'] ?? environment['Path'] ?? '').split(delimiter);
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
