import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { CompletionItem } from 'vscode-languageserver/node';
import { Editor } from './client.ts';

// A machine with much else to do takes its time to start a server.
jest.setTimeout(60_000);

let editor: Editor;
beforeAll(async () => {
  editor = await new Editor().initialize();
  await editor.open('names.pkr.hcl', names);
  await editor.open('a.pkr.hcl', '');
});
afterAll(async () => {
  expect(await editor.end()).toBe(0);
  expect(editor.stderr).toBe('');
});

const names = `variable "region" {
  type        = string
  default     = "eu-1"
  description = "Where it is made."
}
variable "code" {
  default   = { pin = "hunter22" }
  sensitive = true
}
locals {
  tags = { Owner = "me", Cost = { Centre = 12 } }
}
data "http" "page" {
  url = "http://127.0.0.1:1/"
}
source "docker" "base" {
  image  = "debian"
  commit = true
}
`;

const labelsOf = (items: readonly CompletionItem[]): readonly string[] =>
  items.map(({ label }) => label);

/** What is offered where `|` stands. */
const offered = async (text: string): Promise<readonly string[]> =>
  labelsOf(await editor.completions('a.pkr.hcl', text));

const inProvisioner = (text: string): string =>
  `build {\n  sources = ["source.docker.base"]\n  provisioner "shell" {\n    ${text}`;

/** Texts that break off where one types, and what must be among what is offered there. */
const cases: readonly (readonly [text: string, ...labels: readonly string[]])[] = [
  ['|', 'packer', 'variable', 'locals', 'data', 'source', 'build'],
  ['sou|', 'source'],
  ['variable "x" {\n  |', 'type', 'default', 'validation'],
  ['variable "x" {\n  type = |', 'string', 'list', 'object'],
  ['variable "x" {\n  default = |', 'env'],
  ['source "|', 'null', 'docker', 'qemu', 'amazon-ebs'],
  ['source "do|" "x" {}', 'docker'],
  ['data "|', 'http', 'amazon-ami'],
  ['source "docker" "x" {\n  |', 'image', 'commit', 'ssh_host', 'login_server'],
  ['source "docker" "x" {\n  pull = |', 'true', 'false', 'var', 'source'],
  [
    'source "amazon-ebs" "x" {\n  launch_block_device_mappings {\n    |',
    'volume_size',
    'device_name',
  ],
  ['source "amazon-ebs" "x" {\n  dynamic "|', 'tag', 'launch_block_device_mappings'],
  ['source "amazon-ebs" "x" {\n  dynamic "tag" {\n    |', 'for_each', 'content'],
  ['source "amazon-ebs" "x" {\n  dynamic "tag" {\n    content {\n      |', 'key', 'value'],
  [
    'source "amazon-ebs" "x" {\n  dynamic "tag" {\n    content {\n      key = tag.|',
    'key',
    'value',
  ],
  ['source "null" "x" {\n  communicator = "|', 'none', 'ssh', 'winrm'],
  ['build {\n  |', 'sources', 'provisioner', 'post-processor', 'post-processors', 'dynamic'],
  ['build {\n  sources = ["|', 'source.docker.base'],
  ['build {\n  sources = ["source.docker.base", "so|', 'source.docker.base'],
  ['build {\n  source "|', 'source.docker.base'],
  ['build {\n  source "docker.base" {\n    |', 'name', 'image'],
  ['build {\n  provisioner "|', 'shell', 'file', 'ansible'],
  ['build {\n  post-processor "|', 'manifest', 'docker-tag'],
  [inProvisioner('|'), 'inline', 'script', 'only', 'pause_before', 'override'],
  [inProvisioner('only = ["|'), 'docker.base'],
  [inProvisioner('inline = ["${|'), 'var', 'local', 'build', 'upper', 'jsonencode'],
  [inProvisioner('inline = ["${up|'), 'upper'],
  [inProvisioner('inline = ["${build.|'), 'Host', 'ID', 'ImageSha256'],
  [inProvisioner('inline = [join(",", [var.|'), 'region', 'code'],
  [inProvisioner('inline = [<<-EOT\n      echo ${var.|'), 'region'],
  [inProvisioner('inline = [\n"😀${local.|'), 'tags'],
  ['locals {\n  x = |', 'var', 'data', 'path', 'format'],
  ['locals {\n  x = var.|\n}\nlocals {\n  y = 1\n}', 'region'],
  ['locals {\n  x = { a = local.|', 'tags'],
  ['locals {\n  x = local.tags.|', 'Owner', 'Cost'],
  ['locals {\n  x = local.tags.Cost.|', 'Centre'],
  ['locals {\n  x = var.code.|', 'pin'],
  ['locals {\n  x = data.|', 'http'],
  ['locals {\n  x = data.http.|', 'page'],
  ['locals {\n  x = data.http.page.|', 'body', 'request_headers'],
  ['locals {\n  x = path.|', 'root', 'cwd'],
  ['locals {\r\n  broken = [1,\r\n}\r\nlocals {\r\n  x = var.|', 'region'],
  ['locals {\n  broken = "never closed\n}\nlocals {\n  x = var.reg|', 'region'],
];

test.each(cases)('%j offers what fits', async (text, ...labels) => {
  expect(await offered(text)).toEqual(expect.arrayContaining([...labels]));
});

/** And where nothing, or not that, is to be offered. */
const silent: readonly (readonly [text: string, ...labels: readonly string[]])[] = [
  ['# sou|'],
  ['locals {\n  x = "var.|'],
  ['locals {\n  |'],
  ['locals {\n  x = { a|'],
  ['locals {\n  x = f(1).|'],
  ['source "docker" "|'],
  ['variable "x" {\n  default = |', 'var', 'upper'],
  ['source "docker" "x" {\n  image = "a"\n  |\n}', 'image'],
  ['source "docker" "x" {\n  pull = |', 'build'],
  ['|', 'dynamic', 'provisioner'],
];

test.each(silent)('%j does not offer what does not fit', async (text, ...labels) => {
  const found = await offered(text);
  if (labels.length === 0) expect(found).toEqual([]);
  for (const label of labels) expect(found).not.toContain(label);
});

test('an item says type and default, and writes what is needed, in place of what was typed', async () => {
  const items = await editor.completions('a.pkr.hcl', 'source "null" "x" {\n  ssh_po|');
  const port = items.find(({ label }) => label === 'ssh_port');
  expect(port).toMatchObject({
    detail: 'number, default 22',
    documentation: { kind: 'markdown', value: expect.stringMatching(/^Port/) },
    textEdit: {
      range: { start: { line: 1, character: 2 }, end: { line: 1, character: 8 } },
      newText: 'ssh_port = $0',
    },
    insertTextFormat: 2,
  });
  const blocks = await editor.completions('a.pkr.hcl', 'so|');
  expect(blocks.find(({ label }) => label === 'source')?.textEdit).toMatchObject({
    newText: 'source "${1:type}" "${2:name}" {\n  $0\n}',
  });
  const variables = await editor.completions('a.pkr.hcl', 'locals {\n  x = var.|');
  expect(variables.map(({ label, detail }) => [label, detail])).toEqual([
    ['region', 'string = "eu-1"'],
    ['code', expect.stringContaining('(sensitive)')],
  ]);
  const pin = await editor.completions('a.pkr.hcl', 'locals {\n  x = var.code.|');
  expect(JSON.stringify([variables, pin])).not.toContain('hunter22');
});

test('the page of a component comes when its name is looked at', async () => {
  const items = await editor.completions('a.pkr.hcl', 'build {\n  provisioner "|');
  const shell = items.find(({ label }) => label === 'shell');
  expect(shell?.documentation).toBeUndefined();
  const resolved = await editor.request<CompletionItem>('completionItem/resolve', shell);
  expect(resolved.documentation).toMatchObject({
    value: expect.stringMatching(/^# Provisioner `shell`\n[\s\S]*\| `inline` \|/),
  });
});

test('in a variable file the variables are offered', async () => {
  await editor.open('x.auto.pkrvars.hcl', '');
  const items = await editor.completions('x.auto.pkrvars.hcl', 're|');
  expect(labelsOf(items)).toEqual(['region', 'code']);
});
