import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { runBake, scratch, startBake } from './run-bake.ts';

jest.setTimeout(60_000);

const folder = scratch();
const asked: string[] = [];

/** Vault, Consul and any web server. */
const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  if (request.url === '/v1/secret/data/slow') return;
  const bodies: Readonly<Record<string, unknown>> = {
    '/v1/secret/data/app': { data: { data: { password: 'hunter2 secret' } } },
    '/v1/kv/name': [{ Value: Buffer.from('ada lovelace').toString('base64') }],
    '/version': { version: '1.2.3' },
  };
  const body = bodies[request.url ?? ''];
  response.writeHead(body === undefined ? 404 : 200, { 'Content-Type': 'application/json' });
  response.end(body === undefined ? '' : JSON.stringify(body));
});
let env: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  env = {
    VAULT_ADDR: address,
    VAULT_TOKEN: 't',
    CONSUL_HTTP_ADDR: address,
    PKR_VAR_address: address,
    XDG_STATE_HOME: folder.path,
  };
});
beforeEach(() => {
  asked.length = 0;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
  folder.remove();
});

function templateOf(name: string, text: string): string {
  const path = join(folder.path, name);
  mkdirSync(path);
  writeFileSync(join(path, 'main.pkr.hcl'), text);
  return path;
}

const whole = `
variable "address" {
  default = "http://127.0.0.1:1"
}
data "http" "version" {
  url = "\${var.address}/version"
}
locals {
  version  = jsondecode(data.http.version.body).version
  type     = data.http.version.request_headers["Content-Type"]
  password = vault("secret/data/app", "password")
}
source "null" "a" {
  communicator = "none"
}
build {
  name    = consul_key("name")
  sources = ["null.a"]
  provisioner "shell-local" {
    inline = ["echo version \${local.version}: '\${local.password}' \${vault("secret/data/app", "password")}"]
  }
}`;

test('build asks, and shows no secret', async () => {
  const { code, stdout } = await runBake(['build', templateOf('build', whole)], { env });
  expect(stdout).toContain('version 1.2.3: <sensitive> <sensitive>');
  expect(stdout).not.toContain('hunter2');
  expect(code).toBe(0);
  expect(asked.toSorted()).toEqual(['/v1/kv/name', '/v1/secret/data/app', '/version']);
});

test('validate asks nobody, unless it is told to', async () => {
  const path = templateOf('validate', whole);
  const alone = await runBake(['validate', path]);
  expect([alone.code, alone.stdout]).toEqual([0, 'The configuration is valid.\n']);
  const { code } = await runBake(['validate', '-evaluate-datasources', path], { env });
  expect(code).toBe(0);
  expect(asked).toHaveLength(3);
});

test.each([
  ['a mistake of form', 'broken {', []],
  ['an unknown kind of block', 'broken "x" {}', []],
  ['another Packer wanted', 'packer {\n  required_version = "> 3"\n}', []],
  ['a value for no variable', '', ['-var', 'addres=x']],
  [
    'a plugin that is not there',
    'packer {\n  required_plugins {\n    a = {\n      version = ">= 1"\n      source  = "github.com/a/a"\n    }\n  }\n}',
    [],
  ],
])('nobody is asked for a template with %s', async (name, more, args) => {
  const path = templateOf(name, `${whole}\n${more}\n`);
  const { code, stdout } = await runBake(['build', ...args, path], { env });
  expect(stdout).toContain('Error: ');
  expect(code).toBe(1);
  expect(asked).toEqual([]);
});

test('inspect shows what was read, but no secret', async () => {
  const { stdout } = await runBake(['inspect', templateOf('inspect', whole)], { env });
  expect(stdout).toContain('local.version: "1.2.3"');
  expect(stdout).toContain('local.type: "application/json"');
  expect(stdout).toContain('local.password: "<sensitive>"');
  expect(stdout).not.toContain('hunter2');
});

test('console answers lines one after the other', async () => {
  const input =
    'consul_key("none")\nlength(consul_key("name")) == 12 && consul_key("name") != "x"\n';
  const { code, stdout } = await runBake(['console'], { env, input });
  expect(stdout).toContain('has no key "none"');
  expect(stdout).toMatch(/<sensitive>\n$/);
  expect(code).toBe(1);
});

test('a mistake shows the call and what to do', async () => {
  const text = 'locals {\n  a = vault("secret/data/app", "passwort")\n}\n';
  const { code, stdout } = await runBake(['build', templateOf('mistake', text)], { env });
  expect(code).toBe(1);
  expect(stdout).toContain('  on ');
  expect(stdout.replaceAll('\n', ' ')).toContain(
    'vault() failed: The secret "secret/data/app" in Vault has no key "passwort". Did you mean "password"?',
  );
});

test.each([
  ['with a data source', `data "null" "x" {\n  input = "x"\n}\n`],
  ['alone', ''],
])('an interrupt ends the waiting for an answer, %s', async (_, more) => {
  const text = `${more}locals {\n  a = vault("secret/data/slow", "x")\n}\n`;
  const path = templateOf(`slow-${more.length}`, text);
  const running = startBake(['build', path], { env });
  while (!asked.includes('/v1/secret/data/slow')) await once(server, 'request');
  running.process.kill('SIGINT');
  const { code, stdout } = await running.finished;
  expect(code).not.toBe(0);
  if (more !== '')
    expect(stdout.replaceAll('\n', ' ')).toContain('It was interrupted while waiting');
});

test('inspect does not pass for good when it is interrupted', async () => {
  const path = templateOf(
    'inspect-slow',
    'data "http" "x" {\n  url = "${var.address}/v1/secret/data/slow"\n}\nvariable "address" {}\n',
  );
  const running = startBake(['inspect', '-json', path], { env });
  while (!asked.includes('/v1/secret/data/slow')) await once(server, 'request');
  running.process.kill('SIGINT');
  const { code, stdout } = await running.finished;
  expect(JSON.parse(stdout)).toEqual({
    format: 1,
    diagnostics: [expect.objectContaining({ summary: 'Interrupted while data.http.x was read' })],
  });
  expect(code).toBe(1);
});
