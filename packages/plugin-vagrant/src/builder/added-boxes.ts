import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFailure, type Traces } from '@bake/plugin-sdk';
import { vagrantOf } from './place.ts';
import type { VagrantCall } from './vagrant.ts';

/**
 * The boxes of a name that Vagrant has, each as the path of its folder: `VERSION/PROVIDER`, or
 * `VERSION/ARCHITECTURE/PROVIDER`. Asking Vagrant itself would take seconds.
 */
export async function boxesOf(name: string, { VAGRANT_HOME }: Traces): Promise<readonly string[]> {
  const home = String(VAGRANT_HOME ?? '') || join(homedir(), '.vagrant.d');
  const root = join(home, 'boxes', name.replaceAll('/', '-VAGRANTSLASH-'));
  const visit = async (path: string, depth: number): Promise<readonly string[]> => {
    if (depth > 1 && (await isThere(join(root, path, 'metadata.json')))) return [path];
    if (depth === 3) return [];
    const found = await readdir(join(root, path), { withFileTypes: true }).catch(() => []);
    const folders = found.filter((entry) => entry.isDirectory());
    const below = folders.map((entry) => visit(join(path, entry.name), depth + 1));
    return (await Promise.all(below)).flat();
  };
  return visit('', 0);
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** The boxes named `box` that a build has added, as `boxesOf` gives them: `added` if that is known, or all but `before`. */
export async function addedBoxes(traces: Traces): Promise<readonly string[]> {
  const there = await boxesOf(String(traces['box']), traces);
  const [added, before] = ['added', 'before'].map((name) => traces[name] as readonly string[]);
  return there.filter((path) => added?.includes(path) ?? !before?.includes(path));
}

/**
 * Removes what a build has added. Vagrant's words are worth hearing: its providers may keep something of a box. The folder that Vagrant works in has no Vagrantfile: it would read that of the box, too,
 * which may be what is wrong.
 */
export async function removeAdded(traces: Traces, call: VagrantCall): Promise<void> {
  const name = String(traces['box']);
  const folder = await mkdtemp(join(tmpdir(), 'bake-vagrant-'));
  try {
    for (const path of await addedBoxes(traces)) {
      const [version = '', ...rest] = path.split(/[\\/]/);
      const [provider = '', architecture] = rest.toReversed();
      const which = ['--box-version', version, '--provider', provider];
      if (architecture) which.push('--architecture', architecture);
      await vagrantOf({ ...traces, folder }).run(
        ['box', 'remove', name, ...which, '--force'],
        call,
      );
    }
  } catch (error) {
    if (!isFailure(error) || !/could not be found|not found/i.test(error.message)) throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
