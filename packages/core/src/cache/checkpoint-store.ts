import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Failure, messageOf } from '@bake/plugin-sdk';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { KeyedHash } from './keyed-hash.ts';

/** A checkpoint in the store. */
export interface StoredCheckpoint extends Checkpoint {
  /** When a build last made or used it, milliseconds since 1970. */
  readonly lastUsed: number;
}

const ending = '.json';

/** Milliseconds after which nobody is still writing a file. */
const writingTime = 60_000;

/**
 * What checkpoints there are: a file for each, put in place when it is whole, so that any number of builds and processes
 * work on it side by side. The checkpoints themselves are their builders'.
 */
export class CheckpointStore {
  readonly hash: KeyedHash;
  /** The whole cache's. */
  readonly cacheDir: string;
  readonly #folder: string;

  /** Throws a `Failure` if nothing can be kept in this folder. */
  constructor(cacheDir: string) {
    this.cacheDir = cacheDir;
    this.#folder = join(cacheDir, 'checkpoints');
    try {
      this.hash = new KeyedHash(cacheDir);
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    } catch (cause) {
      throw unusable(cacheDir, cause);
    }
  }

  /** All that are whole, the one last used first. */
  all(): readonly StoredCheckpoint[] {
    return this.#names()
      .flatMap((name) => this.#read(name) ?? [])
      .sort((a, b) => b.lastUsed - a.lastUsed || b.done - a.done);
  }

  /** Files that are no checkpoints of this cache: damaged, or written half. */
  broken(): readonly string[] {
    const damaged = this.#names().filter((name) => this.#read(name) === undefined);
    return [...damaged, ...this.#unfinished()].map((name) => join(this.#folder, name));
  }

  /** Throws what the file system throws. */
  add(checkpoint: Checkpoint): void {
    const path = this.#path(checkpoint.id);
    const beside = `${path}.new`;
    writeFileSync(beside, writeCheckpoint(checkpoint, this.hash), { mode: 0o600, flush: true });
    renameSync(beside, path);
  }

  /** A build uses it. */
  touch({ id }: Checkpoint): void {
    const now = new Date();
    try {
      utimesSync(this.#path(id), now, now);
    } catch {
      // It was forgotten meanwhile.
    }
  }

  forget({ id }: Checkpoint): void {
    rmSync(this.#path(id), { force: true });
  }

  /** Files of processes that died while they wrote them. */
  #unfinished(): readonly string[] {
    return readdirSync(this.#folder).filter((name) => {
      const isNew = name.endsWith(`${ending}.new`);
      return isNew && Date.now() - statSync(join(this.#folder, name)).mtimeMs > writingTime;
    });
  }

  #names(): readonly string[] {
    return readdirSync(this.#folder).filter((name) => name.endsWith(ending));
  }

  #path(id: string): string {
    return join(this.#folder, id + ending);
  }

  #read(name: string): StoredCheckpoint | undefined {
    const path = join(this.#folder, name);
    try {
      const checkpoint = readCheckpoint(readFileSync(path, 'utf8'), this.hash);
      if (checkpoint === undefined || checkpoint.id + ending !== name) return undefined;
      return { ...checkpoint, lastUsed: statSync(path).mtimeMs };
    } catch {
      return undefined;
    }
  }
}

function unusable(cacheDir: string, cause: unknown): Failure {
  return new Failure({
    summary: `Could not use the cache: ${messageOf(cause)}`,
    detail: `Checkpoints are noted in ${cacheDir}. Make it a folder that you may write to, set BAKE_CACHE_DIR to one, or build without "-cache".`,
    cause,
  });
}
