import {
  containsSensitive,
  encodeValue,
  isWhollyKnown,
  objectOf,
  objectValue,
  typeOf,
  type Value,
} from '@bake/hcl';
import { afterAll, expect, test } from '@jest/globals';
import { evaluateTemplate, load, outlineBuilds, readVariables } from '../src/index.ts';
import { fixtureRegistry, headlines, workspace } from './bake-template.ts';

const { path, remove } = workspace({
  'main.pkr.hcl': `
variable "z" {
  type = string
}
variable "list" {
  default = ["a"]
}
variable "short" {
  type    = string
  default = "ab"
  validation {
    condition     = length(var.short) < 2
    error_message = "Too long."
  }
}
data "echo" "one" {
  input = var.short
}
locals {
  echoed = data.echo.one.output
  faulty = local.missing
}
source "nobody" "x" {}
build {
  name    = "b"
  sources = ["nobody.x", "nobody.y"]
  dynamic "provisioner" {
    for_each = ["first", local.echoed]
    labels   = ["nor-this"]
    content {
      name   = provisioner.value
      except = ["nobody.x"]
    }
  }
}
`,
});
afterAll(remove);

const silent = (): void => {};

async function evaluateWith(assignments: readonly string[], readData = true, folder = path) {
  const template = load(folder).value;
  const options = {
    variables: { environment: {}, files: [], assignments, warnUndeclared: false },
    workingDir: folder,
    startTime: new Date(),
    registry: fixtureRegistry(),
    readData,
    sequential: false,
    signal: new AbortController().signal,
    log: { say: silent, error: silent, output: silent, progress: silent },
  };
  const variables = readVariables(template, options);
  const evaluated = await evaluateTemplate(template, variables.value, options);
  return { template, variables, ...evaluated.value, diagnostics: evaluated.diagnostics };
}

test('what is unset or refused is for the evaluation to say, and leaves the rest usable', async () => {
  const { variables, values, diagnostics } = await evaluateWith([]);
  expect(variables.diagnostics).toEqual([]);
  expect(headlines(diagnostics).toSorted()).toEqual([
    'main.pkr.hcl:12 Invalid value for default variable',
    'main.pkr.hcl:2 Unset variable "z"',
    'main.pkr.hcl:21 failed to prepare execution graph',
  ]);
  expect(values.locals.get('echoed')).toMatchObject({ kind: 'string', value: 'ab!' });
  expect(values.locals.get('faulty')?.kind).toBe('unknown');
  expect([...values.variables.keys()]).toEqual(['list', 'short', 'z']);
});

test('what is wrong with a value is for the reading of variables to say', async () => {
  const { variables } = await evaluateWith(['list=["a", "b"]', 'nope=1', 'z=ok']);
  expect(headlines(variables.diagnostics)).toEqual([
    'Undefined -var variable',
    '<value for var.list from -var>:1 Invalid argument value for -var variable',
  ]);
  const { list, z } = Object.fromEntries(variables.value);
  expect(list).toMatchObject({ isSet: true, type: { kind: 'tuple' }, value: { kind: 'unknown' } });
  expect(z).toMatchObject({ isSet: true, default: undefined, value: { value: 'ok' } });
});

test('data sources are unknown when they are not to be read', async () => {
  const { values } = await evaluateWith([], false);
  expect(values.locals.get('echoed')?.kind).toBe('unknown');
});

test('builds are outlined without their plugins', async () => {
  const { template, ...evaluated } = await evaluateWith([]);
  const component = { type: 'nor-this', only: [], except: ['nobody.x'] };
  expect(await outlineBuilds(template, evaluated)).toEqual([
    {
      name: 'b',
      description: undefined,
      sources: [{ type: 'nobody', name: 'x', localName: 'x' }],
      provisioners: [
        { ...component, name: 'first' },
        { ...component, name: 'ab!' },
      ],
      errorCleanup: undefined,
      postProcessors: [],
    },
  ]);
});

test('a local sees what others became, and all of them but itself', async () => {
  const { path: folder, remove } = workspace({
    'main.pkr.hcl': `
variable "secret" {
  default   = "hush"
  sensitive = true
}
locals {
  # Before what they refer to, so that each is asked about while others are still to come.
  d = [local.c, local.a]
  c = { a = local.b, known = can(local.b[1]) }
  b = [local.a, local.a]
  a = var.secret
}
`,
    'whole.pkr.hcl': `
locals {
  whole = local
}
`,
  });
  const { values, diagnostics } = await evaluateWith([], false, folder).finally(remove);
  expect(headlines(diagnostics)).toEqual([]);
  const { a, b, c, d, whole } = Object.fromEntries(values.locals);
  expect(whole).toEqual(objectValue({ a, b, c, d } as Record<string, Value>));
  for (const each of [a, b, c, d, whole] as Value[]) {
    expect([containsSensitive(each), isWhollyKnown(each)]).toEqual([true, true]);
  }
  expect(typeOf(whole as Value)).toEqual(
    objectOf(
      Object.fromEntries(Object.entries({ a, b, c, d }).map(([n, v]) => [n, typeOf(v as Value)])),
    ),
  );
  expect(encodeValue(d as Value)).toEqual([{ a: [hush, hush], known: true }, hush]);
});

const hush = { $: 'sensitive', value: 'hush' };
