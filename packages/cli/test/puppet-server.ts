import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const configs = '/etc/puppet/puppetserver';
const jar = '/usr/share/puppetserver/puppetserver.jar';

/** Why no server of Puppet can be started here, if none can. */
export function whyNoPuppetServer(): string | undefined {
  if (existsSync(jar)) return undefined;
  return `there is no ${jar} (Debian: puppetserver, large, so that it is not installed for the tests)`;
}

/** A server of Puppet on loopback that signs what it is asked to. */
export interface PuppetServer {
  readonly port: number;
  /** Arguments for `puppet` by which it keeps to a folder, in place of what this computer has. */
  readonly agent: readonly string[];
  /** A folder with `certs` and `private_keys` of a node that the server knows. */
  bootstrap(node: string): string;
  stop(): Promise<void>;
}

/** Starts one, with all that is its own in `folder`, and waits until it takes requests. `manifest` is what its nodes get. */
export async function startPuppetServer(
  folder: string,
  port: number,
  manifest: string,
): Promise<PuppetServer> {
  const at = (name: string): string => join(folder, name);
  writeConfigs(folder, port, manifest);
  // It does not run for long enough that compiling it well would pay.
  const args = [
    '-Xmx512m',
    '-XX:TieredStopAtLevel=1',
    '-Djruby.lib=/usr/share/jruby/lib',
    '-jar',
    jar,
  ];
  const services = ['--bootstrap-config', join(configs, 'services.d'), '--config', at('conf.d')];
  const server = spawn('java', [...args, ...services], { stdio: ['ignore', 'pipe', 'inherit'] });
  await untilReady(server);
  const folders = ['conf', 'var', 'ssl', 'run', 'log'].flatMap((name) => [
    `--${name}dir`,
    at(`node/${name}`),
  ]);
  const agent = ['--serverport', String(port), ...folders];
  return {
    port,
    agent,
    bootstrap(node) {
      const login = ['--server', 'localhost', '--certname', node];
      execFileSync('puppet', ['ssl', 'bootstrap', ...login, ...agent], { stdio: 'pipe' });
      return at('node/ssl');
    },
    stop: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGKILL');
      await ended;
    },
  };
}

function writeConfigs(folder: string, port: number, manifest: string): void {
  const at = (name: string): string => join(folder, name);
  for (const name of ['conf.d', 'conf', 'code/environments/production/manifests', 'node']) {
    mkdirSync(at(name), { recursive: true });
  }
  for (const name of ['auth.conf', 'ca.conf', 'web-routes.conf', 'metrics.conf']) {
    writeFileSync(at(`conf.d/${name}`), readFileSync(join(configs, 'conf.d', name)));
  }
  const files = {
    'conf.d/puppetserver.conf': `jruby-puppet: {
  ruby-load-path: [/usr/lib/puppetserver/ruby/vendor_ruby]
  gem-home: ${at('gems')}
  gem-path: [${at('gems')}, "/usr/lib/puppetserver/vendored-jruby-gems"]
  server-conf-dir: ${at('conf')}
  server-code-dir: ${at('code')}
  server-var-dir: ${at('var')}
  server-run-dir: ${at('run')}
  server-log-dir: ${at('log')}
  max-active-instances: 1
}
http-client: {}
profiler: {}
`,
    'conf.d/webserver.conf': `webserver: { client-auth: want, ssl-host: 127.0.0.1, ssl-port: ${port} }\n`,
    'conf.d/global.conf': `global: { logging-config: ${at('logback.xml')} }\n`,
    'logback.xml':
      '<configuration><appender name="O" class="ch.qos.logback.core.ConsoleAppender"><encoder><pattern>%m%n</pattern></encoder></appender><root level="info"><appender-ref ref="O"/></root></configuration>\n',
    'conf/puppet.conf': `[main]\nssldir = ${at('ssl')}\n[server]\ncertname = localhost\nautosign = true\ncadir = ${at('ca')}\n`,
    'code/environments/production/manifests/site.pp': manifest,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text);
}

async function untilReady(server: ChildProcess): Promise<void> {
  let said = '';
  for await (const chunk of server.stdout ?? []) {
    said += chunk;
    if (!said.includes('now ready to handle requests')) continue;
    server.stdout?.resume();
    return;
  }
  throw new Error(`The server of Puppet ended:\n${said}`);
}
