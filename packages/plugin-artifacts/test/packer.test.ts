import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Artifact, ConfigSchema, Infer, PostProcessor } from '@bake/plugin-sdk';
import { withDefaults } from '@bake/plugin-sdk';
import { testContext } from '@bake/plugin-sdk/testing';
import { beforeAll, describe, expect, test } from '@jest/globals';
import checksum from '../src/checksum/component.ts';
import compress from '../src/compress/component.ts';
import manifest from '../src/manifest/component.ts';
import { testFolder } from './folder.ts';
import { lz4Decode } from './lz4-decode.ts';
import { tarEntries } from './tar-entries.ts';
import { zipEntries } from './zip-entries.ts';

const env = { ...process.env, CHECKPOINT_DISABLE: '1' };
const hasPacker = spawnSync('packer', ['version'], { env }).status === 0;

const template = `
source "file" "web" {
  target  = "disk.img"
  content = "the content of a disk"
}
build {
  sources = ["source.file.web"]
  post-processor "checksum" {
    checksum_types = ["md5", "sha1", "sha256", "sha512"]
    output         = "sums/{{.BuildName}}_{{.BuilderType}}_{{.ChecksumType}}.txt"
  }
  post-processor "checksum" {
    checksum_types = ["md5", "sha256"]
    output         = "both.txt"
  }
  post-processor "compress" {
    keep_input_artifact = true
  }
  post-processor "compress" {
    output              = "disk.zip"
    keep_input_artifact = true
  }
  post-processor "compress" {
    output              = "disk.lz4"
    keep_input_artifact = true
  }
  post-processor "compress" {
    output              = "disk.bgzf"
    keep_input_artifact = true
  }
  post-processor "manifest" {
    custom_data = {
      who = "{{build_name}}"
      odd = "<\\"&'>"
    }
  }
  post-processor "manifest" {
    strip_path = true
    strip_time = true
  }
}
`;

/** Without Packer on this machine there is nothing to compare with. */
const suite = hasPacker ? describe : describe.skip;
if (!hasPacker) {
  console.warn('packer is not installed: its post-processors are not compared with ours.');
}

suite('the same files as Packer', () => {
  const theirs = join(testFolder(), 'theirs');
  const ours = join(theirs, '..', 'ours');
  const home = process.cwd();

  beforeAll(async () => {
    mkdirSync(theirs);
    mkdirSync(ours);
    writeFileSync(join(theirs, 't.pkr.hcl'), template);
    const { status, stdout } = spawnSync('packer', ['build', '-color=false', 't.pkr.hcl'], {
      cwd: theirs,
      env,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`packer failed: ${stdout}`);
    process.chdir(ours);
    try {
      await buildOurs();
    } finally {
      process.chdir(home);
    }
  }, 30_000);

  async function buildOurs(): Promise<void> {
    writeFileSync('disk.img', 'the content of a disk', { mode: 0o600 });
    await play(checksum, {
      checksum_types: ['md5', 'sha1', 'sha256', 'sha512'],
      output: 'sums/{{.BuildName}}_{{.BuilderType}}_{{.ChecksumType}}.txt',
    });
    await play(checksum, { checksum_types: ['md5', 'sha256'], output: 'both.txt' });
    await play(compress, {});
    await play(compress, { output: 'disk.zip' });
    await play(compress, { output: 'disk.lz4' });
    await play(compress, { output: 'disk.bgzf' });
    await play(manifest, { custom_data: { who: '{{build_name}}', odd: `<"&'>` } });
    await play(manifest, { strip_path: true, strip_time: true });
  }

  const input: Artifact = {
    builderId: 'packer.file',
    id: 'File',
    files: ['disk.img'],
    description: 'Stored file: disk.img',
    destroy: async () => undefined,
  };

  async function play<S extends ConfigSchema>(
    component: PostProcessor<S>,
    given: Partial<Infer<S>>,
  ): Promise<void> {
    const context = testContext({ build: { sourceName: 'web', builderType: 'file' } });
    await component.process(withDefaults(component.config, given), input, context);
  }

  const both = (name: string): [Buffer, Buffer] => [
    readFileSync(join(ours, name)),
    readFileSync(join(theirs, name)),
  ];

  test.each(['md5', 'sha1', 'sha256', 'sha512'])('checksums of kind %s', (kind) => {
    const [our, their] = both(`sums/web_file_${kind}.txt`);
    expect(our.toString()).toBe(their.toString());
  });

  test('checksums in one file', () => {
    const [our, their] = both('both.txt');
    expect(our.toString()).toBe(their.toString());
  });

  test('a tar.gz', async () => {
    const [our, their] = both('packer_web_file');
    expect(await tarEntries(gunzipSync(our))).toEqual(await tarEntries(gunzipSync(their)));
  });

  test('a zip', () => {
    const [our, their] = both('disk.zip');
    expect(zipEntries(our)).toEqual(zipEntries(their));
  });

  test('lz4 and bgzf', () => {
    const [ourLz4, theirLz4] = both('disk.lz4');
    expect(lz4Decode(ourLz4)).toEqual(lz4Decode(theirLz4));
    const [ourBgzf, theirBgzf] = both('disk.bgzf');
    expect(gunzipSync(ourBgzf)).toEqual(gunzipSync(theirBgzf));
  });

  test('a manifest, but for time and run', () => {
    const [our = '', their = ''] = both('packer-manifest.json').map((text) =>
      text
        .toString()
        .replace(/"build_time": \d+/g, '"build_time": 0')
        .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID'),
    );
    expect(our).toContain('"build_time": 0');
    expect(our).toBe(their);
  });
});
