import { mkdir, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { RunContext } from '../../context.ts';
import { Failure, isFailure, systemReason } from '../../failure.ts';
import { proxyFor } from '../../http/proxy.ts';
import { openRequest } from '../../http/request.ts';
import { targetOf } from './cache.ts';
import type { Checksum } from './checksum.ts';
import type { Download, LocalFile } from './download.ts';
import { requireChecksum, wrongChecksum } from './file-digest.ts';
import { takeLock } from './file-lock.ts';
import { netrcLogin } from './netrc.ts';
import { downloadPart, removeNote, removePart } from './part-download.ts';
import { resolveChecksum } from './resolve-checksum.ts';
import { parseSource, type Source } from './source.ts';

type Context = Pick<RunContext, 'onCleanup' | 'protect' | 'signal' | 'ui'>;
type Remote = Source & { readonly kind: 'http' };
type Local = Source & { readonly kind: 'file' };

/** Does the work of the step `download`. */
export async function retrieve(wanted: Download, context: Context): Promise<LocalFile> {
  const { label, sources } = wanted;
  context.ui.say(`Retrieving ${label}`);
  const checksum = await commonChecksum(wanted, context.signal);
  const problems: Failure[] = [];
  for (const text of sources) {
    context.signal.throwIfAborted();
    try {
      return await fromText(wanted, text, checksum, context);
    } catch (error) {
      context.signal.throwIfAborted();
      if (!isFailure(error)) throw error;
      problems.push(error);
      if (sources.length > 1) context.ui.error(`Download failed: ${error.message}`);
    }
  }
  throw failure(label, problems);
}

/** The checksum for all places that have none of their own in their URL. */
async function commonChecksum(
  { sources, checksum }: Download,
  signal: AbortSignal,
): Promise<Checksum | undefined> {
  const isNeeded = sources.some((text) => {
    const source = parseSource(text);
    return typeof source !== 'string' && source.checksum === undefined;
  });
  return isNeeded ? resolveChecksum(checksum, sources, signal) : undefined;
}

async function fromText(
  wanted: Download,
  text: string,
  common: Checksum | undefined,
  context: Context,
): Promise<LocalFile> {
  const source = parseSource(text);
  if (typeof source === 'string') throw new Failure({ summary: source });
  protectLogin(source, context);
  context.ui.say(`Trying ${source.shown}`);
  const checksum =
    source.checksum === undefined
      ? common
      : await resolveChecksum(source.checksum, [text], context.signal);
  return source.kind === 'file'
    ? useLocal(wanted, source, checksum, context)
    : useRemote(wanted, source, checksum, context);
}

function failure(label: string, problems: readonly Failure[]): Failure {
  const [only] = problems;
  if (problems.length === 1 && only !== undefined) return only;
  return new Failure({
    summary: `Could not get the ${label} from any of ${problems.length} places`,
    detail: problems.map(({ message, detail = '' }) => `${message}. ${detail}`.trim()).join('\n'),
  });
}

function protectLogin(source: Source, context: Context): void {
  if (source.kind !== 'http' || source.url.password === '') return;
  context.protect(source.url.password);
  context.protect(decodeURIComponent(source.url.password));
}

async function useLocal(
  { label }: Download,
  { path, shown }: Local,
  checksum: Checksum | undefined,
  { signal, ui }: Context,
): Promise<LocalFile> {
  const problem = await stat(path).then(
    (found) => (found.isDirectory() ? 'it is a folder' : undefined),
    systemReason,
  );
  if (problem !== undefined) {
    throw new Failure({
      summary: `Could not find the ${label} "${path}": ${problem}`,
      detail:
        'Paths are relative to the folder in which bake is started; an address on the network begins with https:// or http://.',
    });
  }
  if (checksum !== undefined) {
    await requireChecksum(path, checksum, { label: `Checking the ${label}`, signal, ui });
  }
  return { path, source: shown };
}

async function useRemote(
  wanted: Download,
  source: Remote,
  checksum: Checksum | undefined,
  context: Context,
): Promise<LocalFile> {
  const path = targetOf(wanted, checksum, source.url);
  const folder = dirname(path);
  const lock = async (): Promise<() => Promise<void>> => {
    await mkdir(folder, { recursive: true });
    const onWait = (): void => context.ui.say(`Waiting for another build that has ${path}`);
    return takeLock(`${path}.bake-lock`, { signal: context.signal, onWait });
  };
  const letGo = await lock().catch((error: unknown) => {
    context.signal.throwIfAborted();
    throw new Failure({
      summary: `Could not use ${folder} for the ${wanted.label}: ${systemReason(error)}`,
      detail: 'Have it kept elsewhere with PACKER_CACHE_DIR or "iso_target_path".',
      cause: error,
    });
  });
  const unlock = context.onCleanup(`unlock ${path}`, letGo, { always: true });
  try {
    const known = await withLogin(source, context);
    if (!(await isThere(path, known, checksum, wanted, context))) {
      await downloadTo(path, known, checksum, wanted, context);
    }
    context.ui.say(`${source.shown} => ${path}`);
    return { path, source: source.shown };
  } finally {
    await unlock.now();
  }
}

/** The source with the login that the user's .netrc has for its host, unless it has one itself. */
async function withLogin(source: Remote, context: Context): Promise<Remote> {
  if (source.url.username !== '') return source;
  const found = await netrcLogin(source.url.hostname);
  if (found === undefined) return source;
  const url = new URL(source.url);
  url.username = encodeURIComponent(found.login);
  url.password = encodeURIComponent(found.password);
  const known = { ...source, url };
  protectLogin(known, context);
  return known;
}

/** Whether the file was downloaded before and is still the right one. */
async function isThere(
  path: string,
  source: Remote,
  checksum: Checksum | undefined,
  { label }: Download,
  { signal, ui }: Context,
): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !found.isFile()) return false;
  if (checksum === undefined) return found.size === (await remoteSize(source, signal));
  try {
    await requireChecksum(path, checksum, { label: `Checking the ${label}`, signal, ui });
    return true;
  } catch (error) {
    if (!isFailure(error)) throw error;
    ui.say(`What is at ${path} is another file or part of one: downloading it anew`);
    return false;
  }
}

/** How long the file is at its server; without a checksum that is all there is to tell whether it has changed. */
async function remoteSize({ url }: Remote, signal: AbortSignal): Promise<number | undefined> {
  const proxy = (to: URL): URL | undefined => proxyFor(to, process.env);
  try {
    const request = { url, method: 'HEAD', signal, timeout: 30_000, proxy };
    const { status, headers, body } = await openRequest(request);
    body.destroy();
    return status === 200 ? Number(headers['Content-Length'] ?? Number.NaN) : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

async function downloadTo(
  path: string,
  source: Remote,
  checksum: Checksum | undefined,
  { label }: Download,
  context: Context,
): Promise<void> {
  const part = `${path}.part`;
  const algorithm = checksum?.algorithm ?? 'sha256';
  const isChecked = checksum !== undefined;
  const wanted = { source, part, algorithm, isChecked, label };
  let { hex, isResumed } = await downloadPart(wanted, context);
  if (checksum !== undefined && hex !== checksum.hex && isResumed) {
    // What was there may have been of another file: that is no reason to fail.
    context.ui.say('What was there before does not fit: downloading it from the start');
    await removePart(part);
    ({ hex, isResumed } = await downloadPart(wanted, context));
  }
  if (checksum !== undefined && hex !== checksum.hex) {
    await removePart(part);
    throw wrongChecksum(source.shown, checksum, { ...checksum, hex });
  }
  await rename(part, path);
  await removeNote(part);
}
