import {
  constants,
  copyFile,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { basename, join } from 'node:path';
import { identityOf } from '@bake/plugin-sdk';

/** Identities of files by their names: what tells whether they are there, whole, and the same. */
type Seal = Readonly<Record<string, string | undefined>>;

const finishedFolder = 'bake.finished';
const sealName = 'bake.seal';

/**
 * The files of one checkpoint: disks, memory, and what else belongs to the machine. That after the last provisioner
 * also has those of the finished build.
 */
export class KeptFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async make(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
  }

  /** The place of the copy of a file. */
  at(file: string): string {
    return join(this.path, basename(file));
  }

  /** Copies a file into it, under its own name. */
  async add(file: string): Promise<void> {
    await copyWhole(file, this.at(file));
  }

  /** What tells these files from others, and from themselves after a change. */
  async seal(): Promise<string> {
    return JSON.stringify(await sealOf(this.path));
  }

  /** Whether the files are those that have been sealed. */
  async isSealedBy(seal: string): Promise<boolean> {
    return isSealed(this.path, seal);
  }

  /** Bytes that its files take up. */
  async size(): Promise<number> {
    const sizes = [this.path, join(this.path, finishedFolder)].map(async (folder) => {
      const files = await filesIn(folder);
      const found = await Promise.all(files.map((name) => stat(join(folder, name))));
      return found.reduce((sum, { blocks }) => sum + blocks * 512, 0);
    });
    return (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Keeps what a build has come to. It counts when all of it is there. */
  async keepFinished(files: readonly string[]): Promise<void> {
    const folder = join(this.path, finishedFolder);
    const [fresh, seal] = [`${folder}.part`, join(this.path, sealName)];
    await rm(seal, { force: true });
    for (const old of [fresh, folder]) await rm(old, { recursive: true, force: true });
    await mkdir(fresh, { mode: 0o700 });
    try {
      for (const file of files) await copyWhole(file, join(fresh, basename(file)));
    } catch (error) {
      // Half a disk would take up the room that lacks.
      await rm(fresh, { recursive: true, force: true });
      throw error;
    }
    await rename(fresh, folder);
    await writeFile(seal, JSON.stringify(await sealOf(folder)), { mode: 0o600 });
  }

  /** Paths of what a build has come to, if it is there and whole. */
  async finished(): Promise<readonly string[] | undefined> {
    const folder = join(this.path, finishedFolder);
    const seal = await readFile(join(this.path, sealName), 'utf8').catch(() => '');
    if (seal === '' || !(await isSealed(folder, seal))) return undefined;
    return (await filesIn(folder)).map((name) => join(folder, name));
  }
}

async function sealOf(folder: string): Promise<Seal> {
  const names = await filesIn(folder);
  const entries = names.map(async (name) => [name, await identityOf(join(folder, name))] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** Files that came later do not matter. */
async function isSealed(folder: string, seal: string): Promise<boolean> {
  let sealed: Seal;
  try {
    sealed = JSON.parse(seal);
  } catch {
    return false;
  }
  const now = await sealOf(folder);
  const names = Object.keys(sealed);
  return names.length > 0 && names.every((name) => now[name] === sealed[name]);
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
}

/** Copies a file, sharing blocks where the file system can, and has it on the disk when it returns. */
async function copyWhole(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  const file = await open(to, 'r+');
  await file.sync().finally(() => file.close());
}
