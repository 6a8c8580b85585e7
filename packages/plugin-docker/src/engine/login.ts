import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunContext } from '@bake/plugin-sdk';
import type { LoginConfig } from '../options.ts';
import type { Docker } from './docker.ts';

type Context = Pick<RunContext, 'journal' | 'onCleanup' | 'protect' | 'signal' | 'ui'>;

/**
 * Does work that may need a login, with a `docker` that is logged in. The login is kept in a private folder that is gone
 * afterwards: neither the user's own logins nor those of builds beside this one are touched.
 */
export async function loggedIn<T>(
  docker: Docker,
  config: LoginConfig,
  context: Context,
  work: (docker: Docker) => Promise<T>,
): Promise<T> {
  if (!config.login && !config.ecr_login) return work(docker);
  const { ui, journal, onCleanup, signal } = context;
  const { username, password } = await credentials(config, context);
  const folder = join(tmpdir(), `bake-docker-${randomUUID()}`);
  const entry = journal({
    kind: 'path',
    label: `docker login in ${folder}`,
    traces: { path: folder },
  });
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const cleanup = onCleanup('remove the docker login', remove, { always: true, entry });
  try {
    await mkdir(folder, { mode: 0o700 });
    await copySettings(folder);
    const own = docker.with({ DOCKER_CONFIG: folder });
    ui.say('Logging in...');
    const server = config.login_server ? ['--', config.login_server] : [];
    const user = username === undefined ? [] : ['--username', username];
    const login = ['login', ...user, '--password-stdin', ...server];
    await own.run(login, { signal, input: password });
    return await work(own);
  } finally {
    ui.say('Logging out...');
    await cleanup.now();
  }
}

interface Credentials {
  readonly username: string | undefined;
  readonly password: string;
}

async function credentials(config: LoginConfig, context: Context): Promise<Credentials> {
  if (config.ecr_login) {
    const { ecrPassword } = await import('./ecr.ts');
    context.ui.say('Fetching ECR credentials...');
    const password = await ecrPassword(config, context.signal);
    context.protect(password);
    return { username: 'AWS', password };
  }
  const { login_username: username, login_password: password = '' } = config;
  if (password !== '') context.protect(password);
  return { username, password };
}

/**
 * The user's settings without their stores for passwords, which are the user's: the new login stays in the folder.
 * Contexts say where the engine is, and plugins build.
 */
async function copySettings(folder: string): Promise<void> {
  const home = process.env['DOCKER_CONFIG'] || join(homedir(), '.docker');
  const { credsStore, credHelpers, ...settings } = await readSettings(join(home, 'config.json'));
  await writeFile(join(folder, 'config.json'), JSON.stringify(settings), { mode: 0o600 });
  for (const name of ['contexts', 'cli-plugins'])
    await symlink(join(home, name), join(folder, name));
}

async function readSettings(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Readonly<Record<string, unknown>>;
  } catch {
    // Without settings, or with broken ones, which `docker` itself only warns of.
    return {};
  }
}
