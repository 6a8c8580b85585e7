import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { headlines, planAt, workspace } from './bake-template.ts';

/** One slip in a template is told once, not with all that follows from it. */

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const sound = `variable "size" {
  type    = list(object({ a = number, b = optional(string, "none") }))
  default = [{ a = 1 }]
  validation {
    condition     = length(var.size) > 0
    error_message = "Some."
  }
}
locals {
  first  = "a"
  second = "\${local.first}-b"
}
data "echo" "one" {
  input = local.second
}
source "test" "web" {
  file = "x"
  dynamic "disk" {
    for_each = var.size
    content {
      size = disk.value.a
    }
  }
}
build {
  name    = "main"
  sources = ["source.test.web"]
  provisioner "say" {
    text = data.echo.one.output
  }
}
`;

test.each([
  { slip: 'variable "size" {', as: 'variable "size {', told: ['1 Unterminated template string'] },
  { slip: '{ a = number', as: '{ a number', told: ['2 Missing key/value separator'] },
  { slip: '"none")', as: 'none")', told: ['2 Unterminated template string'] },
  {
    slip: '[{ a = 1 }]',
    as: '[[{ a = 1 }]',
    told: ['3 Unterminated tuple constructor expression'],
  },
  { slip: 'for_each', as: 'or_each', told: ['19 Unsupported argument'] },
  { slip: 'content {', as: '{', told: ['20 Argument or block definition required'] },
  { slip: 'build {', as: '{', told: ['25 Argument or block definition required'] },
  { slip: 'data "echo"', as: 'data ""', told: ['13 Invalid data source name'] },
  { slip: 'variable "size"', as: 'ariable "size"', told: ['1 Unsupported block type'] },
  { slip: 'optional(string', as: 'ptional(string', told: ['2 Invalid type specification'] },
  { slip: 'default', as: 'efault', told: ['3 Unsupported argument'] },
  { slip: 'default =', as: 'default', told: ['3 Argument or block definition required'] },
  { slip: 'condition ', as: 'ondition', told: ['5 Unsupported argument'] },
  { slip: 'condition     =', as: 'condition', told: ['5 Invalid block definition'] },
  { slip: '  }\n}\nlocals', as: '  }\nlocals', told: ['1 Unclosed configuration block'] },
  { slip: 'locals {', as: 'ocals {', told: ['9 Unsupported block type'] },
  { slip: 'locals {', as: 'locals ', told: ['9 Argument or block definition required'] },
  { slip: 'data "echo"', as: 'data echo"', told: ['13 Invalid block definition'] },
  { slip: 'input', as: 'nput', told: ['14 Unsupported argument'] },
  { slip: 'source "test"', as: 'ource "test"', told: ['16 Unsupported block type'] },
  {
    slip: 'source "test" "web" {',
    as: 'source "test" "web"',
    told: ['16 Invalid block definition'],
  },
  { slip: 'content', as: 'ontent', told: ['20 Unsupported block type'] },
  { slip: 'build {', as: 'uild {', told: ['25 Unsupported block type'] },
  { slip: '"main"', as: 'main"', told: ['26 Unterminated template string'] },
  {
    slip: '= ["source.test.web"]',
    as: '["source.test.web"]',
    told: ['27 Argument or block definition required'],
  },
  { slip: 'text =', as: 'txet =', told: ['29 Unsupported argument'] },
])('$as in place of $slip', async ({ slip, as, told }) => {
  const { path, remove } = workspace({ 'a.pkr.hcl': sound.replace(slip, as) });
  cleanups.push(remove);
  const { diagnostics } = await planAt(path);
  expect(headlines(diagnostics)).toEqual(told.map((each) => `a.pkr.hcl:${each}`));
});

test('without the slip nothing is wrong', async () => {
  const { path, remove } = workspace({ 'a.pkr.hcl': sound });
  cleanups.push(remove);
  expect((await planAt(path)).diagnostics).toEqual([]);
});

test('what is in a file that cannot be read is not missed', async () => {
  const { path, remove } = workspace({ 'a.pkr.hcl': sound.replace(/^build[\s\S]*/m, '') });
  cleanups.push(remove);
  writeFileSync(join(path, 'b.pkr.hcl'), Buffer.from('build {\n  name = "\xe9"\n}\n', 'latin1'));
  const { diagnostics } = await planAt(path);
  expect(headlines(diagnostics)).toEqual(['b.pkr.hcl:2 Invalid character encoding']);
});

test('mistakes that have nothing to do with one another are all told', async () => {
  const slips = sound
    .replace('sources = [', 'sources = ["test.wbe", ')
    .replace('optional(', 'ptional(');
  const { path, remove } = workspace({ 'a.pkr.hcl': `a = 'x'\n${slips}` });
  cleanups.push(remove);
  expect(headlines((await planAt(path)).diagnostics).toSorted()).toEqual([
    'a.pkr.hcl:1 Invalid character',
    'a.pkr.hcl:1 Unsupported argument',
    'a.pkr.hcl:28 Unknown source test.wbe',
    'a.pkr.hcl:3 Invalid type specification',
  ]);
});
