import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Packed } from './npm-registry.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** A package of ours as it would be published. */
export interface OwnPackage extends Packed {
  /** Paths of the files in it. */
  readonly files: readonly string[];
}

/** Packs all packages of this repository that are to be published into a folder. */
export function packAll(folder: string): readonly OwnPackage[] {
  const workspaces = readdirSync(join(root, 'packages'))
    .filter((name) => !('private' in manifestIn(join(root, 'packages', name))))
    .map((name) => `--workspace=packages/${name}`);
  const args = ['pack', ...workspaces, '--json', '--ignore-scripts', '--pack-destination', folder];
  const packed: unknown = JSON.parse(run('npm', args));
  return Object.values(packed as Record<string, PackReport>).map(
    ({ name, version, filename, files }) => ({
      name,
      version,
      path: join(folder, filename),
      files: files.map(({ path }) => path),
      manifest: manifestIn(join(root, 'packages', name.replace('@bake/', ''))),
    }),
  );
}

interface PackReport {
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/**
 * Packs what is installed here of a package of others, in all its versions, so that tests install from a registry of their own
 * and need no network. Packages for other systems are not here, and npm does without them.
 */
export function packInstalled(name: string, folder: string): readonly Packed[] {
  const places = Object.keys(lockedPackages()).filter(
    (key) => key.endsWith(`node_modules/${name}`) && existsSync(join(root, key, 'package.json')),
  );
  const byVersion = new Map(
    places.map((place) => {
      const home = join(root, place);
      const manifest = manifestIn(home);
      return [manifest.version, { home, manifest }];
    }),
  );
  return [...byVersion].map(([version, { home, manifest }]) => {
    const path = join(folder, `${name.replace('/', '-')}-${version}.tgz`);
    if (existsSync(path)) return { name, version, path, manifest };
    const exclude = ['--exclude=./node_modules', '--transform', 's,^\\.,package,'];
    run('tar', ['-I', 'gzip -1', ...exclude, '-cf', path, '-C', home, '.']);
    return { name, version, path, manifest };
  });
}

function lockedPackages(): object {
  return JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
}

/** What a registry tells of a package.json. */
function manifestIn(folder: string): { readonly version: string; readonly private?: boolean } {
  const {
    devDependencies: _,
    scripts: __,
    ...told
  } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return told;
}

function run(program: string, args: readonly string[]): string {
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 1e8 } as const;
  const { status, stdout, stderr } = spawnSync(program, args, options);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  return stdout;
}
