import { hasProgram } from '@bake/plugin-sdk';
import { missingProgram } from './messages.ts';

/** Throws a `Failure` that names the Debian package if a program is not on this computer: better before the work. */
export async function requireProgram(program: string, debianPackage: string): Promise<void> {
  if (!(await hasProgram(program))) throw missingProgram(program, debianPackage);
}
