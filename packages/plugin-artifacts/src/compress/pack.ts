import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import {
  type Artifact,
  Failure,
  isFailure,
  makeFolders,
  type PostProcessed,
  placeFile,
  type RunContext,
} from '@bake/plugin-sdk';
import { renderForBuild } from '@bake/plugin-sdk/go-template';
import { fileArtifact } from '../file-artifact.ts';
import { fileFailure } from '../file-failure.ts';
import { tarOf, zipOf } from './archive.ts';
import type { CompressConfig } from './component.ts';
import { compress } from './compressors.ts';
import { type Algorithm, type Format, formatOf } from './format.ts';

/** Packs the artifact's files into one file; the input may go afterwards. */
export async function pack(
  config: CompressConfig,
  input: Artifact,
  context: RunContext,
): Promise<PostProcessed> {
  const { sourceName: BuildName, builderType: BuilderType } = context.build;
  const target = renderForBuild(config.output, context, { BuildName, BuilderType });
  const format = formatOf(config);
  requireSense(format, target, input.files);
  announce(format, target, input.files, context);
  await write(target, context, async (sink) =>
    compress({
      source: await sourceOf(format, input.files, levelOf(config)),
      sink,
      algorithm: format.algorithm,
      level: levelOf(config),
      signal: context.signal,
    }),
  );
  context.ui.say(`Archive ${target} completed`);
  const description = `compressed artifacts in: ${target}`;
  const artifact = fileArtifact('packer.post-processor.compress', [target], description);
  return { artifact, keepInput: false };
}

/** 1 to 9, or -1 for what the algorithm thinks best. */
function levelOf({ compression_level: level = 0 }: CompressConfig): number {
  return level < 1 ? -1 : Math.min(Math.floor(level), 9);
}

function requireSense(format: Format, target: string, files: readonly string[]): void {
  if (format.archive === undefined && files.length !== 1) {
    throw new Failure({
      summary: `Can only have 1 input file when not using tar/zip. Found ${files.length} files: [${files.join(' ')}]`,
      detail: 'Give "output" the extension of an archive, for instance ".tar.gz" or ".zip".',
    });
  }
  if (files.some((file) => resolve(file) === resolve(target))) {
    throw new Failure({
      summary: `The output "${target}" is one of the files to compress`,
      detail: 'Set "output" to another path: the input is removed when the archive is done.',
    });
  }
}

/** Packer's names for how many processors an algorithm uses. */
function announce(
  { archive, algorithm }: Format,
  target: string,
  files: readonly string[],
  { ui }: RunContext,
): void {
  if (algorithm !== undefined) {
    const cores = isSingle(algorithm)
      ? `1 core for ${target} (library does not support MT)`
      : `${availableParallelism()} cores for ${target}`;
    ui.say(`Using ${algorithm} compression with ${cores}`);
  }
  const how = algorithm ?? 'no compression';
  if (archive === 'zip') {
    ui.say(`Zipping ${target}`);
  } else {
    ui.say(
      archive === 'tar' ? `Tarring ${target} with ${how}` : `Archiving ${files[0]} with ${how}`,
    );
  }
}

function isSingle(algorithm: Algorithm): boolean {
  return algorithm === 'xz' || algorithm === 'bzip2';
}

async function sourceOf(
  { archive }: Format,
  files: readonly string[],
  level: number,
): Promise<Readable> {
  switch (archive) {
    case 'tar':
      return tarOf(files);
    case 'zip':
      return zipOf(files, level);
    default:
      return createReadStream(files[0] ?? '', { highWaterMark: 1 << 20 });
  }
}

async function write(
  target: string,
  context: RunContext,
  fill: (sink: Writable) => Promise<void>,
): Promise<void> {
  try {
    await makeFolders(dirname(target), context);
    await placeFile(target, context, async (path) => {
      const file = await open(path, 'w', 0o644);
      await fill(file.createWriteStream());
    });
  } catch (error) {
    context.signal.throwIfAborted();
    throw isFailure(error) ? error : fileFailure(`Unable to create archive "${target}"`, error);
  }
}
