import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Value } from '@bake/hcl';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import {
  evaluateTemplate,
  load,
  outlineBuilds,
  type PlanOptions,
  readVariables,
} from '../src/index.ts';
import {
  bake,
  fixtureRegistry,
  headlines,
  planAt,
  transcript,
  workspace,
} from './bake-template.ts';
import { type Reply, startServer, type TestServer } from './services/server.ts';

const secret = 'hunter2 secret';
let server: TestServer;
const cleanups: (() => void)[] = [];

/** Vault and Consul in one. */
function reply(url: string): Reply {
  const [, , store, name = ''] = url.split('/');
  if (store === 'kv') {
    const values: Readonly<Record<string, string>> = {
      path: 'app',
      data: 'app',
      port: '22',
      list: 'a,b',
      disks: '1,2',
      tries: '3',
    };
    const value = values[name];
    return value === undefined ? [404] : [200, [{ Value: Buffer.from(value).toString('base64') }]];
  }
  if (name === 'on-h') return [200, { data: { key: 'only for the run' } }];
  return name === 'app' ? [200, { data: { key: secret, next: 'deeper' } }] : [404, { errors: [] }];
}

beforeAll(async () => {
  server = await startServer(({ url }) => reply(url));
});
afterAll(() => server.close());
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
  server.asked.length = 0;
});

function environment(): Readonly<Record<string, string>> {
  return {
    VAULT_ADDR: server.address,
    VAULT_TOKEN: 't',
    VAULT_MAX_RETRIES: '0',
    CONSUL_HTTP_ADDR: server.address,
  };
}

function inputs(assignments: readonly string[] = []): Pick<PlanOptions, 'variables'> {
  return {
    variables: { environment: environment(), files: [], assignments, warnUndeclared: false },
  };
}

function folderWith(files: Readonly<Record<string, string>>): string {
  const { path, remove } = workspace(files);
  cleanups.push(remove);
  return path;
}

async function evaluateAt(path: string, readData: boolean) {
  const template = load(path).value;
  const options = {
    ...inputs(),
    workingDir: path,
    startTime: new Date(),
    registry: fixtureRegistry(),
    readData,
    sequential: false,
    signal: new AbortController().signal,
    log: { say() {}, error() {}, output() {}, progress() {} },
  };
  const { value: variables } = readVariables(template, options);
  return { template, ...(await evaluateTemplate(template, variables, options)) };
}

/** The locals of a template, and what is said of them. */
async function localsOf(
  text: string,
  readData = true,
): Promise<{ readonly locals: Readonly<Record<string, Value>>; readonly said: readonly string[] }> {
  const path = folderWith({ 'main.pkr.hcl': text, 'a.tpl': `<\${vault(p, "key")}>` });
  const { value, diagnostics } = await evaluateAt(path, readData);
  const said = diagnostics.map(({ detail }) => detail);
  return { locals: Object.fromEntries(value.values.locals), said };
}

test.each([
  ['vault("secret/app", "key")', secret],
  ['vault("secret/${consul_key("path")}", "key")', secret],
  ['vault("secret/${local.path}", "key")', secret],
  ['vault("secret/${trimsuffix(data.echo.one.output, "!")}", "key")', secret],
  ['upper(vault("secret/app", "key"))', secret.toUpperCase()],
  ['try(vault("secret/none", "key"), "other")', 'other'],
  ['try(vault("secret/app", "none"), vault("secret/app", "key"))', secret],
  ['join(",", [for name in ["key", "next"] : vault("secret/app", name)])', `${secret},deeper`],
  ['join(",", [for n in split(",", consul_key("list")) : n])', 'a,b'],
  ['templatefile("a.tpl", { p = "secret/app" })', `<${secret}>`],
  ['true ? vault("secret/app", "next") : vault("secret/none", "key")', 'deeper'],
])('%s is %s', async (expression, want) => {
  const { locals, said } = await localsOf(`
data "echo" "one" {
  input = consul_key("data")
}
locals {
  path = consul_key("path")
  it   = ${expression}
}`);
  expect(said).toEqual([]);
  expect(locals['it']).toMatchObject({ kind: 'string', value: want });
});

test('can() knows whether there is an answer', async () => {
  const { locals } = await localsOf(
    'locals {\n yes = can(consul_key("path"))\n no = can(consul_key("none"))\n}',
  );
  expect(locals).toMatchObject({ yes: { value: true }, no: { value: false } });
});

test('what is the same is asked once', async () => {
  await localsOf('locals {\n a = consul_key("path")\n b = consul_key("path")\n}');
  expect(server.asked.map(({ url }) => url)).toEqual(['/v1/kv/path']);
});

test('nothing is asked for validation, and nothing that depends on it is wrong', async () => {
  const { locals, said } = await localsOf(
    'locals {\n a = vault("none", "x")\n b = can(local.a)\n c = "${local.a}!"\n}',
    false,
  );
  expect(said).toEqual([]);
  expect(locals).toMatchObject({ a: { kind: 'unknown', sensitive: true }, b: { kind: 'unknown' } });
  expect(server.asked).toEqual([]);
});

const everywhere = `
variable "name" {
  default = "x"
  validation {
    condition     = var.name != consul_key("path")
    error_message = "Not that."
  }
}
source "test" "a" {
  file = vault("secret/app", "next")
  dynamic "disk" {
    for_each = split(",", consul_key("disks"))
    content {
      size = disk.value
    }
  }
}
build {
  name    = consul_key("path")
  sources = ["test.a"]
  source "test.a" {
    name = "b"
    wait = "\${consul_key("port")}ms"
  }
  provisioner "say" {
    text        = vault("secret/app", "key")
    max_retries = consul_key("tries")
  }
  dynamic "provisioner" {
    for_each = split(",", consul_key("list"))
    labels   = ["say"]
    content {
      text = "\${provisioner.value} at \${build.Host} with \${vault("secret/app", "key")}"
    }
  }
}`;

test('functions work everywhere in a template', async () => {
  const path = folderWith({ 'main.pkr.hcl': everywhere });
  const { plan, diagnostics } = await planAt(path, inputs());
  expect(headlines(diagnostics)).toEqual(['main.pkr.hcl:19 A name is made of a secret']);
  expect(plan.builds.map(({ name }) => name)).toEqual(['<sensitive>.test.a', '<sensitive>.test.b']);
  const [, second] = plan.builds;
  expect(second?.builder.config).toMatchObject({ wait: { $: 'sensitive' } });
  expect(second?.builder.config).toMatchObject({ file: { $: 'sensitive', value: 'deeper' } });
  expect(second?.provisioners[0]).toMatchObject({ maxRetries: 3 });
  expect(second?.builder.config).toMatchObject({ disk: { value: [{}, {}] } });
  expect(second?.provisioners[0]?.deferred).toBeUndefined();
  expect(second?.provisioners).toHaveLength(3);
  const refused = await planAt(path, inputs(['name=app']));
  expect(headlines(refused.diagnostics)).toEqual([
    'main.pkr.hcl:5 Invalid value for cmd variable',
    'main.pkr.hcl:19 A name is made of a secret',
  ]);
});

test('an outline has the names that services gave', async () => {
  const path = folderWith({ 'main.pkr.hcl': everywhere });
  const { template, value } = await evaluateAt(path, true);
  const [build] = await outlineBuilds(template, value);
  expect(build?.name).toBe('<sensitive>');
  expect(build?.provisioners).toHaveLength(3);
});

test('and need nothing outside for validation', async () => {
  const path = folderWith({ 'main.pkr.hcl': everywhere });
  const { diagnostics } = await planAt(path, { ...inputs(['name=app']), readData: false });
  expect(headlines(diagnostics)).toEqual([]);
  expect(server.asked).toEqual([]);
});

test('a run asks again for what it evaluates, and shows no answer', async () => {
  const path = folderWith({
    'main.pkr.hcl': `
source "test" "a" {
  file = "\${path.root}/x"
}
build {
  sources = ["test.a"]
  provisioner "say" {
    text = "plain \${vault("secret/app", "key")}"
  }
  provisioner "say" {
    text = "\${build.Host} \${vault("secret/on-\${build.Host}", "key")}"
  }
}`,
  });
  const { events } = await bake(path, { environment: environment() }, inputs());
  const said = transcript(events).join('\n');
  expect(said).toContain('plain <sensitive>');
  expect(said).toContain('h <sensitive>');
  expect(said).not.toMatch(/hunter2|for the run/);
});

test('a mistake is told with what to do, at the call', async () => {
  const path = folderWith({
    'main.pkr.hcl': 'locals {\n  a = vault("secret/app", "kee")\n}\n',
  });
  const { diagnostics } = await planAt(path, inputs());
  expect(headlines(diagnostics)[0]).toBe('main.pkr.hcl:2 Error in function call');
  expect(diagnostics[0]?.detail).toBe(
    'vault() failed: The secret "secret/app" in Vault has no key "kee". Did you mean "key"?',
  );
});

const legacy = {
  variables: {
    path: '{{consul_key `path`}}',
    password: '{{vault (printf "secret/%s" (user `path`)) `key`}}',
    again: '{{user `password`}}!',
    port: '{{consul_key `port`}}',
  },
  builders: [{ type: 'test', file: 'x', wait: '{{user `port`}}ms' }],
  provisioners: [{ type: 'say', text: '{{user `again`}}', max_retries: '{{user `port`}}' }],
};

function legacyFile(template: unknown): string {
  const path = folderWith({});
  const file = join(path, 'template.json');
  writeFileSync(file, JSON.stringify(template));
  return file;
}

test('variables of legacy templates can ask', async () => {
  const { plan, diagnostics } = await planAt(legacyFile(legacy), inputs());
  expect(headlines(diagnostics)).toEqual([]);
  expect(plan.builds[0]?.provisioners[0]).toMatchObject({ config: { text: `${secret}!` } });
  expect(JSON.stringify(plan.secrets)).toContain(secret);
});

test('and nothing is asked for their validation', async () => {
  const file = legacyFile({
    ...legacy,
    builders: [{ ...legacy.builders[0], name: '{{user `path`}}' }],
  });
  const { plan, diagnostics } = await planAt(file, { ...inputs(), readData: false });
  expect(headlines(diagnostics)).toEqual([]);
  expect(plan.builds[0]?.name).toBe('test.<unknown>');
  expect(server.asked).toEqual([]);
});

test.each([
  ['{{vault `a` `b`}}', 'Vault vars are only allowed in the variables section'],
  ['{{consul_key `a`}}', 'consul_key is not allowed here'],
  ['{{aws_secretsmanager `a`}}', 'AWS Secrets Manager is only allowed in the variables section'],
  [
    '{{aws_secretsmanager_raw `a`}}',
    'AWS Secrets Manager is only allowed in the variables section',
  ],
])('elsewhere in them %s is refused', async (text, why) => {
  const file = legacyFile({ ...legacy, provisioners: [{ type: 'say', text }] });
  const { diagnostics } = await planAt(file, inputs());
  expect(diagnostics.map(({ summary, detail }) => `${summary} ${detail}`).join()).toContain(why);
});

test.each([
  ['{{aws_secretsmanager}}', 'secret name must be provided'],
  ['{{aws_secretsmanager `a` `b` `c`}}', 'only secret name and optional secret key'],
  ['{{consul_key `none`}}', 'has no key "none"'],
])('a variable with %s says %s', async (text, why) => {
  const { diagnostics } = await planAt(legacyFile({ ...legacy, variables: { v: text } }), inputs());
  expect(diagnostics[0]?.detail).toContain(why);
});
