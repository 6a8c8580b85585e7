import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { withDefaults } from '@bake/plugin-sdk';
import { checkArtifact, complaintsOf, testContext } from '@bake/plugin-sdk/testing';
import { describe, expect, test } from '@jest/globals';
import checksum, { type ChecksumConfig } from '../src/checksum/component.ts';
import { artifactOf, testFolder } from './folder.ts';

const folder = testFolder();
const decoded = (given: Partial<ChecksumConfig>): ChecksumConfig =>
  withDefaults(checksum.config, given);

const ofAbc = {
  md5: '900150983cd24fb0d6963f7d28e17f72',
  sha1: 'a9993e364706816aba3e25717850c26c9cd0d89d',
  sha224: '23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7',
  sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  sha384:
    'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
  sha512:
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
};

test('writes a file per kind, with a line per file', async () => {
  const input = artifactOf(folder, { abc: 'abc', empty: '' });
  const output = join(folder, 'sub', '{{.BuildName}}-{{.BuilderType}}.{{.ChecksumType}}');
  const kinds = Object.keys(ofAbc);
  const config = decoded({ checksum_types: kinds, output });
  const result = await checksum.process(config, input, testContext());
  const made = kinds.map((kind) => join(folder, 'sub', `example-test.${kind}`));
  for (const [index, sum] of Object.values(ofAbc).entries()) {
    const lines = readFileSync(made[index] ?? '', 'utf8').split('\n');
    expect(lines[0]).toBe(`${sum}\tabc`);
    expect(lines[1]).toMatch(/^[0-9a-f]+\tempty$/);
    expect(lines).toHaveLength(3);
  }
  const files = [...input.files, ...made];
  expect(result).toMatchObject({
    keepInput: true,
    mustKeepInput: true,
    artifact: {
      builderId: 'packer.post-processor.checksum',
      files,
      description: `Created artifact from files: ${files.join(', ')}`,
    },
  });
});

test('adds to a file that is there, and does not call it its own', async () => {
  const input = artifactOf(folder, { abc: 'abc' });
  const output = join(folder, 'all.sums');
  const config = decoded({ checksum_types: ['md5', 'sha1'], output });
  const first = await checksum.process(config, input, testContext());
  expect(first?.artifact.files.map((file) => basename(file))).toEqual(['abc', 'all.sums']);
  const second = await checksum.process(config, input, testContext());
  expect(second?.artifact.files).toEqual(input.files);
  const once = `${ofAbc.md5}\tabc\n${ofAbc.sha1}\tabc\n`;
  expect(readFileSync(output, 'utf8')).toBe(once + once);
});

test('several builds may share a file', async () => {
  const input = artifactOf(folder, { abc: 'abc' });
  const output = join(folder, 'shared.sums');
  const runs = Array.from({ length: 20 }, () =>
    checksum.process(decoded({ output }), input, testContext()),
  );
  await Promise.all(runs);
  expect(readFileSync(output, 'utf8')).toBe(`${ofAbc.md5}\tabc\n`.repeat(20));
});

test('writes nothing when a file can not be read', async () => {
  const input = { ...artifactOf(folder, { abc: 'abc' }) };
  const files = [...input.files, '/no/such'];
  const output = join(folder, 'never.sums');
  await expect(
    checksum.process(decoded({ output }), { ...input, files }, testContext()),
  ).rejects.toThrow('Unable to compute md5 of "/no/such"');
  expect(existsSync(output)).toBe(false);
});

test('destroying the artifact removes all its files', async () => {
  const input = artifactOf(folder, { gone: 'x' });
  const config = decoded({ output: join(folder, 'gone.md5') });
  const result = await checksum.process(config, input, testContext());
  await checkArtifact(result?.artifact);
});

describe('check', () => {
  test.each<[Partial<ChecksumConfig>, string[]]>([
    [{}, []],
    [{ checksum_types: ['md5', 'crc32'] }, ['checksum_types: Unrecognized checksum type: crc32']],
    [{ output: '{{' }, ['output: template: root:1: unclosed action']],
  ])('of %j complains %j', async (given, want) => {
    expect(await complaintsOf((complain) => checksum.check?.(decoded(given), complain))).toEqual(
      want,
    );
  });
});
