import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { pause } from '../boot/pause.ts';

/** Milliseconds between looks at a lock that another one has, and between signs of life of one's own. */
const betweenLooks = 250;
const betweenSigns = 5000;

/** A lock without a sign of life for so many milliseconds is one that nobody has any more. */
const silence = 60_000;

/** Who in this process is in line for a lock, by path. */
const lines = new Map<string, Promise<void>>();

/** How to wait for a lock. */
export interface LockWait {
  readonly signal: AbortSignal;
  /** Called once when another process has it. */
  onWait(): void;
}

/**
 * Waits until nobody else, here or in another process of this machine, has the lock at a path, and takes it.
 * Gives how to let it go. The lock of a process that has ended is nobody's. Rejects with the signal's reason.
 */
export async function takeLock(path: string, wait: LockWait): Promise<() => Promise<void>> {
  const place = resolve(path);
  const before = lines.get(place) ?? Promise.resolve();
  let leave = (): void => undefined;
  const turn = new Promise<void>((done) => {
    leave = done;
  });
  lines.set(
    place,
    before.then(() => turn),
  );
  try {
    await orAbort(before, wait.signal);
    const letGo = await takeFile(place, wait);
    return async () => {
      await letGo();
      leave();
    };
  } catch (error) {
    leave();
    throw error;
  }
}

function orAbort(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    const stop = (): void => fail(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    void promise.then(() => {
      signal.removeEventListener('abort', stop);
      done();
    });
  });
}

async function takeFile(path: string, wait: LockWait): Promise<() => Promise<void>> {
  const owner = `${process.pid} ${hostname()} ${randomUUID()}\n`;
  for (let hasSaid = false; ; ) {
    wait.signal.throwIfAborted();
    if (await make(path, owner)) break;
    if (await removeStale(path)) continue;
    if (!hasSaid) wait.onWait();
    hasSaid = true;
    await pause(betweenLooks, wait.signal);
  }
  const sign = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, betweenSigns).unref();
  return async () => {
    clearInterval(sign);
    if ((await contentOf(path)) === owner) await rm(path, { force: true });
  };
}

async function make(path: string, owner: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(owner);
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a lock that nobody has any more; whether there may be none now. */
async function removeStale(path: string): Promise<boolean> {
  const content = await contentOf(path);
  if (content === undefined) return true;
  if (!(await isStale(path, content))) return false;
  // Of several who find it stale one gets it, and it may be a new one by now.
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return true;
  }
  if ((await contentOf(aside)) !== content) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
  return true;
}

async function isStale(path: string, content: string): Promise<boolean> {
  const [pid, host] = content.split(' ');
  // Those of this process wait in line, so it is one of an earlier process of that number.
  if (host === hostname() && (Number(pid) === process.pid || !isAlive(Number(pid)))) return true;
  const found = await stat(path).catch(() => undefined);
  return found === undefined || Date.now() - found.mtimeMs > silence;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function contentOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
