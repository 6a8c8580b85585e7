import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startRegistry } from './npm-registry.ts';
import { packAll, packInstalled } from './packed-packages.ts';

/**
 * jest calls it before all tests. In a folder that `BAKE_TEST_INSTALLATION` names it installs bake from packed packages, as a
 * user would, and `BAKE_INSTALLED` names the folder of our packages in it: tests then run those programs in place of what was
 * built here. The folder is its caller's to remove.
 */
export default async function install(): Promise<void> {
  const folder = process.env['BAKE_TEST_INSTALLATION'];
  if (folder === undefined) return;
  const packs = join(folder, 'packs');
  const home = join(folder, 'home');
  for (const path of [packs, home]) mkdirSync(path, { recursive: true });
  const own = packAll(packs);
  const registry = await startRegistry(
    () => own,
    (name) => packInstalled(name, packs),
  );
  try {
    await npmInstall(folder, registry.url);
  } finally {
    registry.close();
  }
  process.env['BAKE_INSTALLED'] = join(home, 'node_modules', '@bake');
}

async function npmInstall(folder: string, registry: string): Promise<void> {
  const args = ['install', '--ignore-scripts', '@bake/cli', '@bake/language-server'];
  const child = spawn('npm', args, {
    cwd: join(folder, 'home'),
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      npm_config_registry: registry,
      npm_config_cache: join(folder, 'cache'),
      npm_config_audit: 'false',
      npm_config_fund: 'false',
    },
  });
  const [output, errors] = [text(child.stdout), text(child.stderr)];
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`npm install: ${await output}${await errors}`);
}
