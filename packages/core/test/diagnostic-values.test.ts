import { renderDiagnostic } from '@bake/hcl';
import { expect, test } from '@jest/globals';
import { planAt, workspace } from './bake-template.ts';

/** Diagnostics show the values that an expression was made of, and what they point at. */

const variables = `
variable "word" {
  default = "soon"
}
variable "list" {
  default = ["a b"]
}
variable "pw" {
  default   = "hunter2"
  sensitive = true
}
variable "copy" {
  default = "hunter2"
}
variable "long" {
  default = "${'x'.repeat(200)}"
}
data "echo" "d" {
  input = "x"
}
source "test" "s" {
  file = "x"
}
`;
const inProvisioner = (body: string): string =>
  `build {\n sources = ["test.s"]\n provisioner "say" {\n text = "x"\n ${body}\n }\n}\n`;
const inSource = (body: string): string =>
  `source "test" "t" {\n file = "x"\n ${body}\n}\nbuild {\n sources = ["test.t"]\n}\n`;

test.each([
  ['an option of the wrong type', inSource('count = var.word'), 'var.word', ['var.word is "soon"']],
  [
    'an inner value of the wrong type',
    inSource('ports = [1, var.word]'),
    'var.word',
    ['var.word is "soon"'],
  ],
  ['a choice', inSource('fail = "no ${var.word}"'), '"no ${var.word}"', ['var.word is "soon"']],
  ['a duration', inSource('wait = var.word'), 'var.word', ['var.word is "soon"']],
  [
    'what a check says',
    'source "test" "u" {\n file = var.list[0]\n}\nbuild {\n sources = ["test.u"]\n}\n',
    'var.list[0]',
    ['var.list[0] is "a b"'],
  ],
  [
    'a Go template',
    inSource('old = "{{ ${var.word} }}"'),
    '"{{ ${var.word} }}"',
    ['var.word is "soon"'],
  ],
  ['a meta-argument', inProvisioner('timeout = var.word'), 'var.word', ['var.word is "soon"']],
  [
    'an override',
    inProvisioner('override = { s = { wait = var.word } }'),
    'var.word',
    ['var.word is "soon"'],
  ],
  [
    'a text that another variable keeps secret',
    inSource('wait = var.copy'),
    'var.copy',
    ['var.copy is "<sensitive>"'],
  ],
  ['a secret', inSource('wait = var.pw'), 'var.pw', ['var.pw is <sensitive>']],
  [
    'an unknown',
    inSource('count = data.echo.d.list'),
    'data.echo.d.list',
    ['data.echo.d.list is not known yet'],
  ],
  [
    'a long text',
    inSource('count = var.long'),
    'var.long',
    [expect.stringMatching(/^var\.long is "x{20,60}.*\.\.\."?$/)],
  ],
  [
    'an iterator',
    inSource('dynamic "disk" {\n for_each = var.list\n content {\n size = disk.value\n }\n }'),
    'disk.value',
    ['disk.value is "a b"'],
  ],
  [
    'a source reference',
    'build {\n sources = ["test.${var.word}"]\n}\n',
    '"test.${var.word}"',
    ['var.word is "soon"'],
  ],
  [
    'a registry',
    'hcp_packer_registry {\n bucket_name = "${var.word}!"\n}\nbuild {\n sources = ["test.s"]\n}\n',
    '"${var.word}!"',
    ['var.word is "soon"'],
  ],
  [
    'a list for each',
    'build {\n sources = ["test.s"]\n dynamic "provisioner" {\n for_each = var.word\n labels = ["say"]\n content {}\n }\n}\n',
    'var.word',
    ['var.word is "soon"'],
  ],
])('%s is told with its values', async (_, text, pointed, values) => {
  const { path, remove } = workspace({ 'a.pkr.hcl': variables + text });
  const { diagnostics } = await planAt(path, { readData: false });
  remove();
  const [first, ...others] = diagnostics.filter(({ severity }) => severity === 'error');
  expect(others).toEqual([]);
  const { source, start, end } = first?.subject ?? { source: { text: '' }, start: 0, end: 0 };
  expect(source.text.slice(start, end)).toBe(pointed);
  expect(first?.values).toEqual(values);
  expect(JSON.stringify(first && renderDiagnostic(first))).not.toContain('hunter2');
});
