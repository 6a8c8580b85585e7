import { expect, test } from '@jest/globals';
import { createRegistry, pluginProject } from '../src/index.ts';
import { planAt, workspace } from './bake-template.ts';

const template = `packer {
  required_plugins {
    x = {
      source  = "github.com/acme/x"
      version = ">= 1.0"
    }
  }
}
`;

/** Codes and summaries of what planning such a template gives, without the missing build. */
async function complaints(settings: string): Promise<readonly (readonly string[])[]> {
  const folder = workspace({ 't.pkr.hcl': template, 'bake.json': settings });
  try {
    const registry = createRegistry([], pluginProject(folder.path));
    const { diagnostics } = await planAt(folder.path, { registry });
    return diagnostics
      .filter(({ code }) => code.endsWith('plugin') || code.endsWith('plugins'))
      .map(({ code, summary }) => [code, summary.replaceAll(folder.path, '.')]);
  } finally {
    folder.remove();
  }
}

test.each([
  ['{"plugins": ["x"]}', '"plugins" is no object'],
  ['{"plugins": {"github.com/acme/x": 1}}', 'the package for "github.com/acme/x" is no text'],
  ['[]', 'it is no JSON object'],
  ['{"x": 1}', 'nothing is called "x" there'],
])('a bake.json that cannot be used is told of where it is needed: %s', async (settings, why) => {
  expect(await complaints(settings)).toEqual([
    ['unreadable-plugins', `Cannot read ./bake.json: ${why}`],
  ]);
});

test('a package that is mapped and not there', async () => {
  expect(await complaints('{"plugins": {"github.com/acme/x": "bake-plugin-x"}}')).toEqual([
    ['missing-plugin', 'Missing plugins'],
  ]);
});

test('components of a plugin that is missing are not told of once more', async () => {
  const uses = `source "x-iso" "a" {}
build {
  sources = ["x-iso.a"]
  provisioner "x" {}
  provisioner "xy" {}
}
`;
  const folder = workspace({ 't.pkr.hcl': template + uses });
  const registry = createRegistry([], pluginProject(folder.path));
  const { diagnostics } = await planAt(folder.path, { registry });
  folder.remove();
  expect(diagnostics.map(({ summary }) => summary)).toEqual([
    'Missing plugins',
    'Unknown provisioner type "xy"',
  ]);
});
