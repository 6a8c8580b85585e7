import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { userPluginFolder } from '@bake/core/plugins';
import type { Terminal } from '../terminal.ts';

/** The npm project that plugins for a template are installed into. */
export interface PluginHome {
  readonly folder: string;
  /** It is the project that the template is part of, so that its package.json remembers them. */
  readonly isProject: boolean;
}

/** The nearest npm project from the template's folder upwards, else the user's folder for plugins. */
export function pluginHome(
  templateFolder: string,
  environment: Terminal['environment'],
): PluginHome {
  for (let folder = resolve(templateFolder); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return { folder, isProject: true };
    if (folder === dirname(folder)) break;
  }
  return { folder: userPluginFolder(environment), isProject: false };
}

/** Makes the user's folder an npm project, if it is none yet. */
export async function prepareHome({ folder, isProject }: PluginHome): Promise<void> {
  const manifest = join(folder, 'package.json');
  if (isProject || existsSync(manifest)) return;
  await mkdir(folder, { recursive: true });
  await writeFile(
    manifest,
    `${JSON.stringify({ name: 'bake-plugins', private: true }, null, 2)}\n`,
  );
}
