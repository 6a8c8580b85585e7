import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withDefaults } from '@bake/plugin-sdk';
import { testContext } from '@bake/plugin-sdk/testing';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import box, { type CatalogConfig } from '../src/post-processor/component.ts';

let folder = '';
const at = (name: string): string => join(folder, name);
const catalog = () => JSON.parse(readFileSync(at('web.json'), 'utf8'));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bake-catalog-test-'));
  writeFileSync(at('note.txt'), 'n');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function make(set: Partial<CatalogConfig> & { readonly architecture?: string } = {}) {
  const { architecture = 'amd64', ...own } = set;
  const name = `${own.version ?? '1.0'}-${architecture}.box`;
  const config = withDefaults(box.config, {
    output: at(name),
    architecture,
    catalog: {
      path: at('web.json'),
      name: 'team/web',
      version: '1.0',
      description: undefined,
      url: 'https://boxes.example/{{ .Provider }}/{{ .File }}',
      default_architecture: false,
      ...own,
    },
  });
  const input = {
    builderId: 'packer.file',
    id: '',
    files: [at('note.txt')],
    description: '',
    destroy: async () => {},
  };
  const context = testContext();
  try {
    return await box.process(config, input, context);
  } finally {
    await context.cleanUp();
    expect(context.journaled).toEqual([]);
  }
}

const entry = (version: string, architecture: string) => ({
  name: 'file',
  url: `https://boxes.example/file/${version}-${architecture}.box`,
  checksum_type: 'sha256',
  checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
  architecture,
  default_architecture: false,
});

test('builds enter their boxes side by side; versions are in order, and go with their last box', async () => {
  const made = await Promise.all([
    make({ version: '1.10' }),
    make({ version: '1.9', architecture: 'arm64' }),
    make({ version: '1.9', description: 'A web server.' }),
  ]);
  const all = [
    { version: '1.9', status: 'active', providers: [entry('1.9', 'amd64'), entry('1.9', 'arm64')] },
    { version: '1.10', status: 'active', providers: [entry('1.10', 'amd64')] },
  ];
  expect(catalog()).toEqual({ name: 'team/web', description: 'A web server.', versions: all });
  // The same box again takes its own place.
  await make({ version: '1.10' });
  expect(catalog().versions).toEqual(all);
  await made[0]?.artifact.destroy();
  expect(catalog().versions).toEqual([all[0]]);
  expect(readdirSync(folder).sort()).toEqual([
    '1.9-amd64.box',
    '1.9-arm64.box',
    'note.txt',
    'web.json',
  ]);
});

test('what others wrote into a catalogue stays; the checksum is that of the file', async () => {
  const theirs = {
    version: '0.1',
    description_html: 'x',
    providers: [{ name: 'virtualbox', url: 'u' }],
  };
  writeFileSync(at('web.json'), JSON.stringify({ name: 'team/web', more: 1, versions: [theirs] }));
  await make({ url: undefined, default_architecture: true });
  const { createHash } = await import('node:crypto');
  const checksum = createHash('sha256')
    .update(readFileSync(at('1.0-amd64.box')))
    .digest('hex');
  const ours = {
    ...entry('1.0', 'amd64'),
    checksum,
    url: `file://${at('1.0-amd64.box')}`,
    default_architecture: true,
  };
  expect(catalog()).toEqual({
    name: 'team/web',
    more: 1,
    versions: [theirs, { version: '1.0', status: 'active', providers: [ours] }],
  });
});

test.each([
  ['no JSON', /is no catalogue of boxes$/],
  ['{"name": "team/web", "versions": [{}]}', /is no catalogue of boxes$/],
  ['{"name": "team/other"}', /is the catalogue of "team\/other", not of "team\/web"$/],
])('a file that is not the catalogue stays as it is: %s', async (text, message) => {
  writeFileSync(at('web.json'), text);
  writeFileSync(at('1.0-amd64.box'), 'the old one');
  await expect(make()).rejects.toThrow(message);
  expect(readFileSync(at('web.json'), 'utf8')).toBe(text);
  expect(readFileSync(at('1.0-amd64.box'), 'utf8')).toBe('the old one');
  expect(readdirSync(folder).sort()).toEqual(['1.0-amd64.box', 'note.txt', 'web.json']);
});

test('a catalogue that cannot be written is a failure in words, and the box goes', async () => {
  // With the name of its lock it is longer than a name can be.
  const failure = make({ path: at(`${'w'.repeat(246)}.json`) });
  await expect(failure).rejects.toMatchObject({
    message: expect.stringMatching(/^Could not write ".*w\.json": /),
    detail: expect.stringContaining('Check that you may write there'),
  });
  expect(readdirSync(folder)).toEqual(['note.txt']);
});
