import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { RunContext } from '../../context.ts';
import { formatDuration, parseDuration } from '../../duration.ts';
import { Failure, isFailure, systemReason } from '../../failure.ts';
import { networkProblem } from '../../http/network-problem.ts';
import { proxyFor } from '../../http/proxy.ts';
import { type OpenHttpResponse, openRequest } from '../../http/request.ts';
import { pause } from '../boot/pause.ts';
import { Arrivals } from './arrivals.ts';
import type { Algorithm } from './checksum.ts';
import { readInto } from './file-digest.ts';
import type { Source } from './source.ts';

/** What to download and where to. */
export interface PartDownload {
  readonly source: Source & { readonly kind: 'http' };
  /** The file as far as it has come; what is there is gone on with, if it can be. */
  readonly part: string;
  /** Which digest to give. */
  readonly algorithm: Algorithm;
  /** The digest will be compared: what is there may be from another server. */
  readonly isChecked: boolean;
  readonly label: string;
}

/** A file that came to its end. */
export interface Downloaded {
  readonly hex: string;
  /** Some of it was there before. */
  readonly isResumed: boolean;
}

/** How often in a row a download that broke off may go on without a single byte more, and the pause before. */
const attempts = 4;
const betweenAttempts = 1000;

type Context = Pick<RunContext, 'signal' | 'ui'>;

/** How a part was being downloaded: whether the server still has the same file. */
interface Note {
  readonly url: string;
  readonly validator: string;
}

/**
 * Downloads a file to its end, going on where it broke off. Rejects with a `Failure` when the server does not
 * give it, leaving what has come so far; with the signal's reason when it is cancelled, also leaving it.
 */
export async function downloadPart(wanted: PartDownload, context: Context): Promise<Downloaded> {
  const isResumed = (await sizeOf(wanted.part)) > 0;
  let best = 0;
  for (let left = attempts; ; left -= 1) {
    const result = await attempt(wanted, context).catch((error: unknown) => {
      context.signal.throwIfAborted();
      if (isFailure(error)) throw error;
      return { error };
    });
    if (typeof result === 'string') return { hex: result, isResumed };
    const reason = networkProblem(result.error);
    const size = await sizeOf(wanted.part);
    if (size > best) left = attempts;
    best = Math.max(best, size);
    // A server that gave nothing at all is not there; of others the rest may still be had.
    if (best === 0 || left === 1) throw notDownloaded(wanted, reason, result.error);
    context.ui.say(`${capital(reason)}. Going on with ${wanted.source.shown}`);
    await pause(left === attempts ? 0 : betweenAttempts, context.signal);
  }
}

async function attempt(wanted: PartDownload, context: Context): Promise<string> {
  const start = await startOf(wanted);
  const response = await ask(wanted, start, context.signal);
  const arrivals = new Arrivals(response.body);
  try {
    const from = await agreedStart(wanted, start, response);
    if (from === undefined) return await attempt(wanted, context);
    return await append(wanted, from, { ...response, arrivals }, context);
  } finally {
    response.body.destroy();
  }
}

/** Where to go on, and what must not have changed. */
interface Start {
  readonly offset: number;
  readonly validator?: string;
}

async function startOf({ part, source, isChecked }: PartDownload): Promise<Start> {
  const offset = await sizeOf(part);
  if (offset === 0) return { offset };
  const note = await readNote(part);
  if (note?.url === source.url.href) return { offset, validator: note.validator };
  // What is there came from elsewhere, or nobody knows: only the checksum can tell whether it fits.
  return { offset: isChecked ? offset : 0 };
}

async function ask(
  { source, label }: PartDownload,
  { offset, validator }: Start,
  signal: AbortSignal,
): Promise<OpenHttpResponse> {
  const range: Record<string, string> = offset === 0 ? {} : { Range: `bytes=${offset}-` };
  if (offset > 0 && validator !== undefined) range['If-Range'] = validator;
  const response = await openRequest({
    url: source.url,
    headers: { 'Accept-Encoding': 'identity', ...range },
    signal,
    proxy: (to) => proxyFor(to, process.env),
  });
  if ([200, 206, 416].includes(response.status)) return response;
  response.body.destroy();
  throw new Failure({
    summary: `The server of ${source.shown} answered with status ${response.status}`,
    detail: `Check the address of the ${label}${response.status === 401 ? ' and the user and password in it' : ''}.`,
  });
}

/** From where on the response has the file; `undefined` when what is there had to go and it is to be asked again. */
async function agreedStart(
  { part }: PartDownload,
  { offset }: Start,
  { status, headers }: OpenHttpResponse,
): Promise<number | undefined> {
  if (status === 200) return 0;
  const [, from, whole] =
    /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(headers['Content-Range'] ?? '') ?? [];
  const isWhole = status === 416 && Number(whole) === offset;
  if (offset > 0 && (isWhole || (status === 206 && Number(from) === offset))) return offset;
  await removePart(part);
  if (offset > 0) return undefined;
  throw new Error('the server sends parts of the file that nobody asked for');
}

interface Response extends OpenHttpResponse {
  readonly arrivals: Arrivals;
}

async function append(
  wanted: PartDownload,
  from: number,
  response: Response,
  { signal, ui }: Context,
): Promise<string> {
  const { part, source, algorithm, label } = wanted;
  const hash = createHash(algorithm);
  if (from > 0)
    await readInto(hash, part, { label: `Reading what is there of the ${label}`, signal, ui });
  if (response.status === 416) return hash.digest('hex');
  const length = Number(response.headers['Content-Length'] ?? Number.NaN);
  const total = Number.isNaN(length) ? undefined : from + length;
  await requireSpace(wanted, total === undefined ? 0 : length);
  await writeNote(part, source.url, response);
  const file = await open(part, from === 0 ? 'w' : 'a').catch((error: unknown) => {
    throw notWritten(wanted, error);
  });
  try {
    let done = from;
    const report = (more: number): void => {
      done += more;
      ui.progress({
        label: `${label} ${source.fileName}`,
        done,
        ...(total === undefined ? {} : { total }),
        unit: 'bytes',
      });
    };
    report(0);
    await pour(response, file, hash, wanted, report);
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

async function pour(
  { body, arrivals }: Response,
  file: FileHandle,
  hash: Hash,
  wanted: PartDownload,
  report: (more: number) => void,
): Promise<void> {
  const patience = parseDuration(process.env['PACKER_GETTER_READ_TIMEOUT'] ?? '') ?? 120_000;
  const stop = (): void => {
    body.destroy(new Error(`the server has sent nothing for ${formatDuration(patience)}`));
  };
  const timer = setTimeout(stop, patience);
  try {
    for await (const chunk of arrivals) {
      await writeWhole(file, chunk, wanted);
      hash.update(chunk);
      report(chunk.length);
      timer.refresh();
    }
  } finally {
    clearTimeout(timer);
  }
}

async function writeWhole(file: FileHandle, chunk: Buffer, wanted: PartDownload): Promise<void> {
  try {
    for (let written = 0; written < chunk.length; ) {
      written += (await file.write(chunk, written)).bytesWritten;
    }
  } catch (error) {
    // A full disk is not made fuller by what cannot be finished.
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') await removePart(wanted.part);
    throw notWritten(wanted, error);
  }
}

async function requireSpace(wanted: PartDownload, needed: number): Promise<void> {
  const folder = dirname(wanted.part);
  const space = await statfs(folder).catch(() => undefined);
  if (space === undefined || space.bavail * space.bsize >= needed) return;
  throw new Failure({
    summary: `There is no space for the ${wanted.label} in ${folder}: it needs ${megabytes(needed)}, and ${megabytes(space.bavail * space.bsize)} are free`,
    detail: `Make room there, or have it kept elsewhere with PACKER_CACHE_DIR or "iso_target_path".`,
  });
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}

/** Removes what has come of a file, and the note on it. */
export async function removePart(part: string): Promise<void> {
  await Promise.all([rm(part, { force: true }), rm(noteOf(part), { force: true })]);
}

/** Removes the note when the file is whole. */
export async function removeNote(part: string): Promise<void> {
  await rm(noteOf(part), { force: true });
}

function noteOf(part: string): string {
  return `${part}.json`;
}

async function readNote(part: string): Promise<Note | undefined> {
  try {
    const note = JSON.parse(await readFile(noteOf(part), 'utf8')) as Partial<Note>;
    const { url, validator } = note;
    return typeof url === 'string' && typeof validator === 'string'
      ? { url, validator }
      : undefined;
  } catch {
    return undefined;
  }
}

async function writeNote(part: string, url: URL, { headers }: OpenHttpResponse): Promise<void> {
  const tag = headers['Etag'];
  const validator = tag?.startsWith('"') ? tag : headers['Last-Modified'];
  const hasLogin = url.username !== '' || url.password !== '';
  if (validator === undefined || hasLogin) return rm(noteOf(part), { force: true });
  await writeFile(noteOf(part), JSON.stringify({ url: url.href, validator }), { mode: 0o600 });
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

function notDownloaded({ source }: PartDownload, reason: string, cause: unknown): Failure {
  return new Failure({
    summary: `Could not download ${source.shown}: ${reason}`,
    detail: 'What has come so far is kept: the next build goes on with it.',
    cause,
  });
}

function notWritten({ part, label }: PartDownload, cause: unknown): Failure {
  return new Failure({
    summary: `Could not write the ${label} to ${part}: ${systemReason(cause)}`,
    detail:
      'Make room or give rights there, or have it kept elsewhere with PACKER_CACHE_DIR or "iso_target_path".',
    cause,
  });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
