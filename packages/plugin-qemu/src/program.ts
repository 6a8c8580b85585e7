import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { missingProgram } from './messages.ts';

/** Throws a `Failure` that names the Debian package if a program is not on this computer: better before the work. */
export async function requireProgram(program: string, debianPackage: string): Promise<void> {
  const folders = program.includes('/') ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  for (const folder of folders) {
    if (await isProgram(folder === '' ? program : join(folder, program))) return;
  }
  throw missingProgram(program, debianPackage);
}

async function isProgram(path: string): Promise<boolean> {
  const names = process.platform === 'win32' ? [path, `${path}.exe`] : [path];
  for (const name of names) {
    const found = await stat(name).catch(() => undefined);
    if (found?.isFile() && (await isExecutable(name))) return true;
  }
  return false;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
