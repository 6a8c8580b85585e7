import { createHash } from 'node:crypto';
import { access, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, win32 } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { downloadBody, downloadTreeBody } from '../../src/winrm/download-script.ts';
import { uploadBody } from '../../src/winrm/upload-script.ts';

/** What a script runs with. */
export interface ScriptWorld {
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What is written instead of doing anything. */
  readonly says: (script: string) => string | undefined;
  readonly stdin: Readable;
  readonly write: (stream: 'stdout' | 'stderr', text: string) => void;
}

/** The script of a command line that has PowerShell run one. */
export function scriptIn(command: string): string | undefined {
  const [, encoded] = /^powershell(?:\.exe)? .*-encodedcommand ([\w+/=]+)\s*$/i.exec(command) ?? [];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf16le');
}

/**
 * Does what PowerShell would do with the scripts that bake sends, by their text, and gives the exit code. It is written
 * from what the scripts are to do, and knows nothing of how they do it: what it can't show is that they are right.
 */
export async function runScript(script: string, world: ScriptWorld): Promise<number> {
  const said = world.says(script) ?? /echo "([^"]*)"\s*$/.exec(script)?.[1];
  if (said !== undefined) {
    const isFailure = said.startsWith('#< CLIXML');
    world.write(isFailure ? 'stderr' : 'stdout', `${said}\r\n`);
    return isFailure ? 1 : 0;
  }
  const [, path = '', suffix = '', body] =
    /;\$path="((?:[^"]|"")*)"(?:;\$suffix='([^']*)')?\n([\s\S]*)$/.exec(script) ?? [];
  const place = realPath(path, world);
  try {
    if (body === uploadBody) return await takeFiles(place, suffix, world);
    if (body === downloadBody) return await giveFile(place, '', world).then(() => done(world));
    if (body === downloadTreeBody) return await giveTree(place, world).then(() => done(world));
  } catch (error) {
    world.write('stderr', `${typeOf(error)}: ${(error as Error).message}\r\n`);
    return 1;
  }
  world.write('stderr', clixml('This stand-in does not know the script.'));
  return 1;
}

/** An error as PowerShell writes it to a redirected stderr. */
export function clixml(message: string): string {
  const progress =
    '<Obj S="progress" RefId="0"><TN RefId="0"><T>System.Management.Automation.PSCustomObject</T></TN><MS><I64 N="SourceId">1</I64></MS></Obj>';
  const objects = `${progress}<S S="Error">${message}_x000D__x000A_</S>`;
  return `#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">${objects}</Objs>`;
}

function realPath(quoted: string, { root, environment }: ScriptWorld): string {
  const path = quoted
    .replace(/(["\u201C-\u201E])\1/g, '$1')
    .replace(/\$env:(\w+)/gi, (_, name: string) => environment[name.toUpperCase()] ?? '');
  return join(root, win32.resolve('C:\\', path).slice(3).replaceAll('\\', '/'));
}

async function takeFiles(root: string, suffix: string, world: ScriptWorld): Promise<number> {
  const taker = new FileTaker(root, suffix);
  for await (const line of createInterface({ input: world.stdin })) await taker.take(line);
  if (taker.isWhole) return 0;
  await taker.drop();
  world.write('stderr', 'Incomplete: the input ended too early\r\n');
  return 2;
}

class FileTaker {
  readonly #root: string;
  readonly #suffix: string;
  #path: string | undefined;
  #content: Buffer[] = [];
  isWhole = false;

  constructor(root: string, suffix: string) {
    this.#root = root;
    this.#suffix = suffix;
  }

  async take(line: string): Promise<void> {
    const value = line.slice(1);
    switch (line.charAt(0)) {
      case 'd':
        await mkdir(this.#at(value), { recursive: true });
        return;
      case 'f':
        return this.#begin(this.#at(value));
      case '+':
        this.#content.push(Buffer.from(value, 'base64'));
        return;
      case '=':
        return this.#finish(value);
      case '.':
        this.isWhole = true;
        return;
      default:
    }
  }

  async drop(): Promise<void> {
    if (this.#path !== undefined) await rm(this.#path + this.#suffix);
  }

  #at(name: string): string {
    return join(this.#root, Buffer.from(name, 'base64').toString().replaceAll('\\', '/'));
  }

  async #begin(path: string): Promise<void> {
    if (await isFolder(path)) throw new Error(`There is a folder at ${path}`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path + this.#suffix, '');
    this.#path = path;
    this.#content = [];
  }

  async #finish(hash: string): Promise<void> {
    const path = this.#path ?? '';
    const content = Buffer.concat(this.#content);
    if (sha256(content) !== hash) throw new Error(`Damaged on the way: ${path}`);
    await writeFile(path + this.#suffix, content);
    await rename(path + this.#suffix, path);
    this.#path = undefined;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

async function giveFile(path: string, name: string, { write }: ScriptWorld): Promise<void> {
  const file = await open(path);
  const hash = createHash('sha256');
  try {
    write('stdout', `f${Buffer.from(name).toString('base64')}\r\n`);
    for await (const chunk of file.createReadStream() as AsyncIterable<Buffer>) {
      hash.update(chunk);
      write('stdout', `+${chunk.toString('base64')}\r\n`);
    }
    write('stdout', `=${hash.digest('hex').toUpperCase()}\r\n`);
  } finally {
    await file.close();
  }
}

async function giveTree(root: string, world: ScriptWorld): Promise<void> {
  await access(root);
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(root, path).replaceAll('/', '\\');
    if (entry.isDirectory()) world.write('stdout', `d${Buffer.from(name).toString('base64')}\r\n`);
    else await giveFile(path, name, world);
  }
}

function done({ write }: ScriptWorld): number {
  write('stdout', '.\r\n');
  return 0;
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex').toUpperCase();
}

function typeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'FileNotFoundException';
  return code === 'EISDIR' ? 'UnauthorizedAccessException' : 'RuntimeException';
}
