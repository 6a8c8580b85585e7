import { readFile } from 'node:fs/promises';
import { Failure, systemReason } from '../../failure.ts';
import { networkProblem } from '../../http/network-problem.ts';
import { proxyFor } from '../../http/proxy.ts';
import { sendRequest } from '../../http/request.ts';
import { type Checksum, findChecksum, parseChecksumOption } from './checksum.ts';
import { parseSource, type Source } from './source.ts';

/** How long a server may take for a file of checksums, in milliseconds. */
const patience = 120_000;

/**
 * The checksum that an option stands for: read from its file, if it names one, where an entry for one of the
 * sources must be. `undefined` for "none". Throws a `Failure` when there is no such checksum.
 */
export async function resolveChecksum(
  option: string,
  sources: readonly string[],
  signal: AbortSignal,
): Promise<Checksum | undefined> {
  const parsed = parseChecksumOption(option);
  if (typeof parsed === 'string') throw noChecksum(`"${option}" is no checksum: ${parsed}`);
  if (parsed.kind !== 'file') return parsed.kind === 'none' ? undefined : parsed.checksum;
  const file = parseSource(parsed.source);
  if (typeof file === 'string') throw noChecksum(file);
  if (file.kind === 'file') return localChecksum(file.path, sources);
  return entryFor(sources, await download(file, signal), file.shown);
}

/** The checksum in a local file for one of the sources. Throws a `Failure` when there is none. */
export async function localChecksum(path: string, sources: readonly string[]): Promise<Checksum> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Failure({
      summary: `Could not read the file of checksums "${path}": ${systemReason(error)}`,
      detail: 'Paths are relative to the folder in which bake is started.',
      cause: error,
    });
  });
  return entryFor(sources, text, path);
}

function entryFor(sources: readonly string[], text: string, file: string): Checksum {
  const names = sources.flatMap((source) => {
    const parsed = parseSource(source);
    return typeof parsed === 'string' ? [] : [parsed.fileName];
  });
  for (const name of names) {
    const found = findChecksum(text, name);
    if (found !== undefined) return found;
  }
  throw new Failure({
    summary: `No checksum of ${names.map((name) => `"${name}"`).join(' or ')} found in ${file}`,
    detail: 'Check that it is the file for this version, and that the names are the same.',
  });
}

async function download(
  { url, shown }: Source & { readonly kind: 'http' },
  signal: AbortSignal,
): Promise<string> {
  const proxy = (to: URL): URL | undefined => proxyFor(to, process.env);
  const failed = (reason: string, cause?: unknown): Failure =>
    new Failure({
      summary: `Could not get the checksums from ${shown}: ${reason}`,
      detail: 'Check the address in "iso_checksum".',
      cause,
    });
  const response = await sendRequest({ url, signal, timeout: patience, proxy }).catch(
    (error: unknown) => {
      signal.throwIfAborted();
      throw failed(networkProblem(error), error);
    },
  );
  if (response.status !== 200) throw failed(`the server answered with status ${response.status}`);
  return response.body.toString();
}

function noChecksum(summary: string): Failure {
  return new Failure({ summary, detail: 'Correct "iso_checksum".' });
}
