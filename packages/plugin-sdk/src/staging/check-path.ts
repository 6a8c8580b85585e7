import { stat } from 'node:fs/promises';
import type { Complain } from '../component.ts';
import { systemReason } from '../failure.ts';

/** What has to be at a path here. */
export type PathKind = 'file' | 'folder' | 'file or folder';

/** Complains, at the option that names it, if what is to be uploaded is not there or of another kind. Nothing for an option that is not set. */
export async function checkPath(
  option: string,
  path: string | undefined,
  kind: PathKind,
  complain: Complain,
): Promise<void> {
  if (!path) return;
  const detail = `Paths are relative to the folder in which bake is started. "${option.replace(/\.\d+$/, '')}" has to name a ${kind} there.`;
  try {
    const found = await stat(path);
    const isRight =
      kind === 'file or folder' || (kind === 'folder' ? found.isDirectory() : found.isFile());
    if (!isRight) complain(option, { summary: `"${path}" is not a ${kind}`, detail });
  } catch (error) {
    complain(option, { summary: `Bad path "${path}": ${systemReason(error)}`, detail });
  }
}

/** Complains if an option that has to be set is an empty text, as one from a variable without a value is: Packer takes that for none. */
export function checkSet(option: string, text: string, complain: Complain): void {
  if (text !== '') return;
  complain(option, {
    summary: `"${option}" must be specified`,
    detail: 'It is empty here. If the value comes from a variable, give that one.',
  });
}

/** `checkPath` for every path of a list, `module_paths.0` and so on, none of which may be empty. */
export async function checkPaths(
  option: string,
  paths: readonly string[] | undefined,
  kind: PathKind,
  complain: Complain,
): Promise<void> {
  for (const [index, path] of (paths ?? []).entries()) {
    const place = `${option}.${index}`;
    if (path === '') {
      const detail = `Each of "${option}" has to name a ${kind}: leave this one out.`;
      complain(place, { summary: 'Bad path "": it is empty', detail });
    } else await checkPath(place, path, kind, complain);
  }
}
