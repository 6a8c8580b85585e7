import { randomBytes } from 'node:crypto';

/**
 * The end of the names of all files that this process has not written to their end: `bake cleanup` knows by it what a
 * folder that was being downloaded holds of a run that was killed (the kind `parts` in the journal).
 */
export const partEnding: string = `.${randomBytes(6).toString('hex')}.part`;

/** Where to write a file of a folder that comes in, beside its place, until it is whole; never the same twice. */
export function partOf(path: string): string {
  return `${path}.${randomBytes(4).toString('hex')}${partEnding}`;
}
