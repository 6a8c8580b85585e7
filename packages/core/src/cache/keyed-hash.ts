import { createHmac, type Hmac, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Hashes with a key that is the cache's own, made when it is first used and readable by its owner alone. What the cache
 * keeps of secrets are such hashes: without the key nobody can try out guesses.
 */
export class KeyedHash {
  readonly #key: Buffer;

  /** Reads the key in this folder, or makes one. Throws what the file system throws. */
  constructor(folder: string) {
    this.#key = readKey(folder);
  }

  /** Of several values, JSON; hexadecimal. */
  of(...values: readonly unknown[]): string {
    return this.start().update(JSON.stringify(values)).digest('hex');
  }

  /** For content that comes in pieces. */
  start(): Hmac {
    return createHmac('sha256', this.#key);
  }
}

const keyLength = 32;

function readKey(folder: string): Buffer {
  const path = join(folder, 'key');
  for (let isNew = false; ; isNew = true) {
    const key = readIfThere(path);
    if (key?.length === keyLength) return key;
    // What is no key, after a power cut, is of no use to anyone; nor are the checkpoints that it named.
    if (key !== undefined && isNew) rmSync(path, { force: true });
    makeKey(folder, path);
  }
}

/** Two processes may make one at once: the first wins. */
function makeKey(folder: string, path: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const beside = `${path}.${process.pid}.new`;
  writeFileSync(beside, randomBytes(keyLength), { mode: 0o600 });
  try {
    linkSync(beside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(beside, { force: true });
  }
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
