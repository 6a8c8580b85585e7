import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type Communicator, isFailure } from '@bake/plugin-sdk';
import { type FaultyLine, Random, testContext } from '@bake/plugin-sdk/testing';
import ssh from '../../src/ssh/component.ts';
import { eventually } from '../eventually.ts';
import { options } from '../options.ts';
import type { FaultCase } from './fault-case.ts';
import type { FaultyMachine } from './faulty-machine.ts';

/** How a run ended, in a word; `wrong` is what must not be. */
export interface Verdict {
  readonly outcome: 'success' | 'failure' | 'disconnected' | 'time limit' | 'wrong';
  /** What was said, or what is wrong. */
  readonly said: string;
}

/** Milliseconds that a run gets before it is cancelled. Without trouble no time is too long on a busy computer. */
const limitOf = ({ trouble }: FaultCase): number => (trouble.kind === 'none' ? 60_000 : 8000);
/** How long it may take to heed that. */
const grace = 15_000;

/** The connection went away under a command, which is an answer and not an error. */
class Disconnected extends Error {}

/** Something that was said to be done is not. */
class Wrong extends Error {}

/** Where a run works: files that it sends, where they go, and where they come back to. */
interface Site {
  readonly file: Buffer;
  readonly tree: string;
  readonly remote: string;
  readonly back: string;
}

/** Goes through a whole build's worth of work over a line with trouble, and looks at what is left of it. */
export async function faultRun(run: FaultCase, machine: FaultyMachine): Promise<Verdict> {
  const local = await mkdtemp(join(tmpdir(), 'bake-fault-'));
  const line = await machine.line(run);
  try {
    const site = await makeSite(run, machine, local);
    const verdict = await judged(run, machine, line, site);
    await lookForConnections(run, machine, line, verdict);
    await lookForHalves(site);
    return verdict;
  } catch (error) {
    return { outcome: 'wrong', said: String((error as Error).stack) };
  } finally {
    await line.stop();
    machine.sshd.killSessions();
    await rm(local, { recursive: true, force: true });
  }
}

async function makeSite(run: FaultCase, machine: FaultyMachine, local: string): Promise<Site> {
  const random = new Random(run.seed + 1);
  const tree = join(local, 'tree');
  await mkdir(join(tree, 'sub'), { recursive: true });
  for (const name of ['a', 'b', 'sub/c', 'sub/d']) {
    await writeFile(join(tree, name), random.bytes(random.size(1, 30_000)));
  }
  const remote =
    run.trouble.kind === 'disk full'
      ? join(await machine.fullDisk(), `${run.seed}`)
      : machine.sshd.remote(`${run.seed}`);
  await rm(remote, { recursive: true, force: true });
  await mkdir(remote);
  return { file: random.bytes(run.fileSize), tree, remote, back: join(local, 'back') };
}

async function judged(
  run: FaultCase,
  machine: FaultyMachine,
  line: FaultyLine,
  site: Site,
): Promise<Verdict> {
  const limit = limitOf(run);
  const cancel = new AbortController();
  const reason = new Error('the time limit');
  const timer = setTimeout(() => cancel.abort(reason), limit);
  const callOff = machine.signalLater(run);
  const start = Date.now();
  const watchdog = new AbortController();
  try {
    return await Promise.race([
      attempt(run, machine, line, site, cancel.signal),
      hang(limit + 2 * grace, watchdog.signal),
    ]);
  } catch (error) {
    const last = Date.now() - start;
    if (last > limit + grace) throw new Wrong(`it took ${last} ms to end with: ${error}`);
    return verdictOf(error, cancel.signal);
  } finally {
    watchdog.abort();
    clearTimeout(timer);
    callOff();
    cancel.abort(reason);
  }
}

function hang(after: number, signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const timer = setTimeout(() => reject(new Wrong('it hangs')), after);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}

function verdictOf(error: unknown, signal: AbortSignal): Verdict {
  if (error instanceof Disconnected) return { outcome: 'disconnected', said: error.message };
  if (signal.aborted && error === signal.reason) return { outcome: 'time limit', said: '' };
  if (!isFailure(error)) throw error;
  const said = `${error.message}. ${error.detail}`;
  if (!isClear(error)) throw new Wrong(`this is not clear: ${said}`);
  return { outcome: 'failure', said };
}

/** Says what was being done and what to make of it, not only what the system called it. */
function isClear({ message, detail }: { message: string; detail?: string | undefined }): boolean {
  const isRaw = /^(read|write|connect|E[A-Z]{3,})\b|undefined|\[object|\n\s+at /;
  return message !== '' && detail !== undefined && !isRaw.test(message) && !isRaw.test(detail);
}

async function attempt(
  run: FaultCase,
  machine: FaultyMachine,
  line: FaultyLine,
  site: Site,
  signal: AbortSignal,
): Promise<Verdict> {
  const { host, port, username, privateKey } = machine.sshd.target;
  const key = `${machine.bastion.folder}/../user`;
  const config = options({
    ssh_timeout: limitOf(run) / 2,
    ssh_keep_alive_interval: run.keepAlive,
    ssh_read_write_timeout: run.readTimeout,
    ssh_file_transfer_method: run.method,
    ...(run.isThroughBastion && {
      ssh_bastion_host: '127.0.0.1',
      ssh_bastion_port: line.port,
      ssh_bastion_private_key_file: key,
    }),
  });
  const target = { host, username, privateKey, port: run.isThroughBastion ? port : line.port };
  const communicator = await ssh.connect(config, target as never, testContext({ signal }));
  try {
    await work(run, communicator, site, signal);
    return { outcome: 'success', said: '' };
  } catch (error) {
    await expectRecovery(run, line, communicator, signal);
    throw error;
  } finally {
    await closeSoon(communicator);
  }
}

async function closeSoon(communicator: Communicator): Promise<void> {
  const start = Date.now();
  await communicator.close();
  const last = Date.now() - start;
  if (last > grace) throw new Wrong(`it took ${last} ms to close`);
}

async function work(
  run: FaultCase,
  communicator: Communicator,
  site: Site,
  signal: AbortSignal,
): Promise<void> {
  const remoteFile = join(site.remote, 'file');
  const data = run.isStream ? Readable.from(halves(site.file)) : site.file;
  await communicator.upload({ data }, remoteFile, signal);
  expectSame(site.file, await readFile(remoteFile), 'the uploaded file');
  await communicator.uploadDir(site.tree, join(site.remote, 'tree'), signal);
  await expectSameTree(site.tree, join(site.remote, 'tree'));
  await expectOutput(communicator, site, signal);
  const sink = new PassThrough();
  const [got] = await Promise.all([buffer(sink), communicator.download(remoteFile, sink, signal)]);
  expectSame(site.file, got, 'the downloaded file');
  await communicator.downloadDir(`${join(site.remote, 'tree')}/`, site.back, signal);
  await expectSameTree(site.tree, site.back);
  await reboot(communicator, signal);
}

/** Ends the process that serves the connection, as a reboot would, and expects to be let in again. */
async function reboot(communicator: Communicator, signal: AbortSignal): Promise<void> {
  const gone = await communicator.run({ command: 'kill -KILL $PPID; sleep 5', signal });
  if (!gone.disconnected) throw new Wrong(`a reboot gave ${JSON.stringify(gone)}`);
  const { exitCode, disconnected } = await communicator.run({ command: 'exit 7', signal });
  if (disconnected) throw new Disconnected('after the reboot');
  if (exitCode !== 7) throw new Wrong(`exit code ${exitCode} after the reboot`);
}

/** Troubles that are over must not keep the next command from being run. */
async function expectRecovery(
  run: FaultCase,
  line: FaultyLine,
  communicator: Communicator,
  signal: AbortSignal,
): Promise<void> {
  const isOver =
    run.trouble.kind === 'disk full' || (run.trouble.kind === 'line' && run.lasts === 1);
  if (!isOver || signal.aborted || run.readTimeout === 0) return;
  if (run.trouble.kind === 'line' && run.trouble.conduct.bytesPerSecond !== undefined) return;
  const before = line.connections;
  const command = { command: 'exit 3', signal };
  // The first one may find out that the connection is dead only in the doing.
  const first = await communicator.run(command);
  const { exitCode } = first.disconnected ? await communicator.run(command) : first;
  if (exitCode !== 3) throw new Wrong(`exit code ${exitCode} once the trouble was over`);
  if (line.connections > before + 1) throw new Wrong('it connected again more than once');
}

async function expectOutput(
  communicator: Communicator,
  site: Site,
  signal: AbortSignal,
): Promise<void> {
  const chunks: Uint8Array[] = [];
  const { exitCode, disconnected } = await communicator.run({
    command: `cat '${join(site.remote, 'file')}'; exit 4`,
    onStdout: (chunk) => chunks.push(chunk),
    signal,
  });
  if (disconnected) throw new Disconnected('while a command ran');
  if (exitCode !== 4) throw new Wrong(`exit code ${exitCode}`);
  expectSame(site.file, Buffer.concat(chunks), 'the output');
}

function expectSame(wanted: Buffer, got: Buffer, what: string): void {
  if (!wanted.equals(got)) {
    throw new Wrong(`${what} is not whole: ${got.length} of ${wanted.length} bytes`);
  }
}

async function expectSameTree(wanted: string, got: string): Promise<void> {
  for (const name of ['a', 'b', 'sub/c', 'sub/d']) {
    expectSame(await readFile(join(wanted, name)), await readFile(join(got, name)), name);
  }
}

/** All connections are ended, and the machine has noticed, wherever the line lets it. */
async function lookForConnections(
  run: FaultCase,
  machine: FaultyMachine,
  line: FaultyLine,
  { said }: Verdict,
): Promise<void> {
  const { fault, bytesPerSecond } = run.trouble.kind === 'line' ? run.trouble.conduct : {};
  // The end of a connection is still on its way, or never comes through.
  if (fault?.kind === 'freeze' || bytesPerSecond !== undefined) await line.stop();
  await eventually(async () => line.open === 0).catch(() => {
    throw new Wrong(`${line.open} connections were left open after: ${said}`);
  });
  await machine.untilQuiet().catch(() => {
    throw new Wrong(`the machine still serves connections after: ${said}`);
  });
}

/** Whatever came back is whole and has the name that it was to have. */
async function lookForHalves({ tree, back }: Site): Promise<void> {
  const found = await readdir(back, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of found.filter((entry) => entry.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const wanted = await readFile(join(tree, path.slice(back.length))).catch(() => {
      throw new Wrong(`this was left behind: ${path}`);
    });
    expectSame(wanted, await readFile(path), `the downloaded ${path}`);
  }
}

function* halves(bytes: Buffer): Generator<Buffer> {
  const middle = Math.floor(bytes.length / 2);
  if (middle > 0) yield bytes.subarray(0, middle);
  yield bytes.subarray(middle);
}
