import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type Artifact, makeFolders, type PostProcessed, type RunContext } from '@bake/plugin-sdk';
import { renderForBuild } from '@bake/plugin-sdk/go-template';
import { fileArtifact } from '../file-artifact.ts';
import { fileFailure } from '../file-failure.ts';
import type { ChecksumConfig } from './component.ts';

/**
 * Adds a line per file and kind to the checksum files. Nothing is written before everything is read,
 * and each file gets its lines at once, so that builds that share one do not tear each other's lines.
 */
export async function writeChecksums(
  checksum: ChecksumConfig,
  input: Artifact,
  context: RunContext,
): Promise<PostProcessed> {
  const kinds = checksum.checksum_types;
  const sums: (readonly [file: string, digests: readonly string[]])[] = [];
  for (const file of input.files) {
    sums.push([file, await digestsOf(file, kinds, context.signal)]);
  }
  const outputs = new Map<string, string>();
  for (const [index, kind] of kinds.entries()) {
    const output = outputPath(checksum.output, kind, context);
    const lines = sums.map(([file, digests]) => `${digests[index]}\t${basename(file)}\n`);
    outputs.set(output, (outputs.get(output) ?? '') + lines.join(''));
  }
  const created: string[] = [];
  for (const [output, lines] of input.files.length === 0 ? [] : outputs) {
    if (!existsSync(output)) {
      created.push(output);
    }
    await append(output, lines, context);
  }
  const files = [...input.files, ...created];
  const description = `Created artifact from files: ${files.join(', ')}`;
  const artifact = fileArtifact('packer.post-processor.checksum', files, description);
  return { artifact, keepInput: true, mustKeepInput: true };
}

/** Reads a file once for all kinds. */
async function digestsOf(
  file: string,
  kinds: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const hashes = kinds.map((kind) => createHash(kind));
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20, signal })) {
      for (const hash of hashes) {
        hash.update(chunk as Uint8Array);
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    throw fileFailure(`Unable to compute ${kinds.join(', ')} of "${file}"`, error);
  }
  return hashes.map((hash) => hash.digest('hex'));
}

function outputPath(output: string, kind: string, context: RunContext): string {
  const { sourceName, builderType } = context.build;
  const values = { BuildName: sourceName, BuilderType: builderType, ChecksumType: kind };
  return renderForBuild(output, context, values);
}

async function append(output: string, lines: string, context: RunContext): Promise<void> {
  try {
    await makeFolders(dirname(output), context);
    await appendFile(output, lines, { mode: 0o644 });
  } catch (error) {
    throw fileFailure(`Unable to write "${output}"`, error);
  }
}
