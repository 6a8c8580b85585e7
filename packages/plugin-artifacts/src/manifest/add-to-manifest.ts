import { readFile, stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Artifact, Failure, messageOf, placeFile, type RunContext } from '@bake/plugin-sdk';
import { renderForBuild } from '@bake/plugin-sdk/go-template';
import { fileFailure } from '../file-failure.ts';
import type { ManifestConfig } from './component.ts';
import { lockFile } from './lock-file.ts';

/** The file. Field names and their order are Packer's; what others wrote into it stays as it is. */
interface Manifest {
  readonly builds: readonly unknown[];
  readonly last_run_uuid: string;
}

/** Adds a build to the manifest; builds that share one wait for each other. */
export async function addToManifest(
  manifest: ManifestConfig,
  input: Artifact,
  context: RunContext,
): Promise<void> {
  const entry = await entryFor(manifest, input, context);
  const lock = await lockFile(`${manifest.output}.lock`, context);
  const { runUuid, force } = context.build;
  const old = await readManifest(manifest.output);
  const builds = force && old.last_run_uuid !== runUuid ? [] : old.builds;
  const text = goJson({ builds: [...builds, entry], last_run_uuid: runUuid });
  try {
    await placeFile(manifest.output, context, (path) => writeFile(path, text, { mode: 0o664 }));
  } catch (error) {
    throw fileFailure(`Unable to write "${manifest.output}"`, error);
  }
  await lock.now();
}

async function entryFor(
  manifest: ManifestConfig,
  input: Artifact,
  context: RunContext,
): Promise<object> {
  const { sourceName, builderType, runUuid } = context.build;
  const files = await Promise.all(
    input.files.map(async (file) => ({
      name: manifest.strip_path ? basename(file) : file,
      size: await sizeOf(file),
    })),
  );
  return {
    name: sourceName,
    builder_type: builderType,
    ...(manifest.strip_time ? {} : { build_time: Math.floor(Date.now() / 1000) }),
    files: files.length === 0 ? null : files,
    artifact_id: input.id,
    packer_run_uuid: runUuid,
    custom_data: customData(manifest, context),
  };
}

/** What is not there has no size: an artifact may name files that live elsewhere. */
async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

function customData(
  { custom_data: data }: ManifestConfig,
  context: RunContext,
): Readonly<Record<string, string>> | null {
  if (data === undefined) {
    return null;
  }
  const names = Object.keys(data).sort();
  return Object.fromEntries(names.map((name) => [name, renderForBuild(data[name] ?? '', context)]));
}

async function readManifest(path: string): Promise<Manifest> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') {
      return '';
    }
    throw fileFailure(`Unable to open "${path}" for reading`, error);
  });
  if (text === '') {
    return { builds: [], last_run_uuid: '' };
  }
  try {
    const found = JSON.parse(text) as Partial<Manifest>;
    return { builds: found.builds ?? [], last_run_uuid: found.last_run_uuid ?? '' };
  } catch (error) {
    throw new Failure({
      summary: `Unable to parse content from "${path}": ${messageOf(error)}`,
      detail: 'The file is no manifest. Move it away, or set "output" to another file.',
      cause: error,
    });
  }
}

const goEscapes: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** JSON as Go writes it: some characters escaped that JavaScript leaves alone. */
function goJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    /[<>&\u2028\u2029]/g,
    (char) => goEscapes[char] ?? char,
  );
}
