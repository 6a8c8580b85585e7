import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, identityOf, type Remains, removeEmptyFolders } from '@bake/plugin-sdk';

/** Removes a file or folder: any at the path, or with the trace `identity` only that one, unchanged. */
const path: Remains = {
  async remove({ path: where, identity }) {
    if (typeof where !== 'string') throw new Failure({ summary: 'The journal names no path' });
    const isIt = identity === undefined || (await identityOf(where)) === identity;
    if (isIt) await rm(where, { recursive: true, force: true, maxRetries: 3 });
  },
};

/** Ends all processes that have the trace `mark` in their environment, as their descendants do. */
const processes: Remains = {
  async remove({ mark }) {
    if (typeof mark !== 'string') throw new Failure({ summary: 'The journal names no mark' });
    if (process.platform !== 'linux') {
      throw new Failure({
        summary: 'Processes can be told by their environment on Linux only',
        detail: `End what still runs with ${mark} in its environment; "bake cleanup -forget" then takes it off the list.`,
      });
    }
    // A process may start another while we look, so look until none is there.
    for (let round = 0; round < 100; round += 1) {
      const pids = await marked(mark);
      if (pids.length === 0) return;
      for (const pid of pids) kill(pid);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Failure({ summary: 'There are processes that do not end' });
  },
};

async function marked(mark: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map((pid) => isMarked(pid, mark)));
  return pids.filter((pid, index) => found[index] === true && pid !== process.pid);
}

async function isMarked(pid: number, mark: string): Promise<boolean> {
  // Unreadable: it ended meanwhile, or is another user's and not ours.
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  return environment.split('\0').includes(mark);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was faster.
  }
}

/** Removes what is below `path` and has a name that ends with `ending`: what was not written to its end. */
const parts: Remains = {
  async remove({ path: where, ending }) {
    if (typeof where !== 'string' || typeof ending !== 'string' || ending === '') {
      throw new Failure({ summary: 'The journal names no files' });
    }
    const names = await readdir(where, { recursive: true }).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    for (const name of names)
      if (name.endsWith(ending)) await rm(join(where, name), { recursive: true, force: true });
  },
};

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

/** Removes folders that nothing came into. */
const folders: Remains = {
  async remove({ paths }) {
    if (!Array.isArray(paths)) throw new Failure({ summary: 'The journal names no folders' });
    await removeEmptyFolders(paths);
  },
};

/** What only its owner can get at. */
const elsewhere: Remains = {
  async remove() {
    throw new Failure({
      summary: 'It is on a machine that bake does not know how to reach',
      detail: 'Remove it there; "bake cleanup -forget" then takes it off the list.',
    });
  },
};

/** Kinds of things that core itself can remove, for every component. */
export const builtInRemains: Readonly<Record<string, Remains>> = {
  path,
  processes,
  parts,
  folders,
  elsewhere,
};
