import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where an engine listens, as `node:http` takes it. */
export type EngineAddress =
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number };

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables by which the program talks in a way of its own; it is left to the program then. */
const ownWays = [
  'DOCKER_API_VERSION',
  'DOCKER_CUSTOM_HEADERS',
  'DOCKER_TLS',
  'DOCKER_TLS_VERIFY',
] as const;

/** Variables that send TCP another way. */
const proxies = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'] as const;

/**
 * The plain socket that the program `docker` talks to in this environment: of `DOCKER_HOST`, or the default one.
 * `undefined` where it takes another way (a context, ssh, TLS, a named pipe, a proxy).
 */
export function plainAddress(env: Environment): EngineAddress | undefined {
  if (ownWays.some((name) => env[name])) return undefined;
  const settings = readSettings(env);
  if (settings === undefined || settings.hasHeaders) return undefined;
  const host = env['DOCKER_HOST'];
  if (host) return addressOf(host, env);
  const context = env['DOCKER_CONTEXT'] || settings.context || 'default';
  if (context !== 'default' || process.platform === 'win32') return undefined;
  return { socketPath: '/var/run/docker.sock' };
}

function addressOf(host: string, env: Environment): EngineAddress | undefined {
  const socket = /^unix:\/\/(\/.+)$/.exec(host)?.[1];
  if (socket !== undefined) return { socketPath: socket };
  const [, name, port] = /^tcp:\/\/([^/:[\]]+)(?::(\d+))?\/?$/.exec(host) ?? [];
  if (name === undefined || proxies.some((proxy) => env[proxy])) return undefined;
  return { host: name, port: Number(port ?? 2375) };
}

interface Settings {
  readonly context: string | undefined;
  readonly hasHeaders: boolean;
}

/** What the user's settings say of the way to the engine; `undefined` if they cannot be read. */
function readSettings(env: Environment): Settings | undefined {
  const folder = env['DOCKER_CONFIG'] || join(homedir(), '.docker');
  try {
    const { currentContext, HttpHeaders } = JSON.parse(
      readFileSync(join(folder, 'config.json'), 'utf8'),
    ) as { readonly currentContext?: string; readonly HttpHeaders?: object };
    return { context: currentContext, hasHeaders: Object.keys(HttpHeaders ?? {}).length > 0 };
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return isAbsent ? { context: undefined, hasHeaders: false } : undefined;
  }
}
