import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Installs in a second what takes pip a minute of the processor. */
const installer = 'uv==0.9.11';
/** Milliseconds that a step of an installation may take on a busy machine. */
const patience = 300_000;

/** What to install from PyPI. */
export interface PythonPackage {
  /** With its exact version, as in `moto[server]==5.1.22`. */
  readonly requirement: string;
  /** A program of it, by which it is known to be there. */
  readonly program: string;
  /** Packages that it asks for and gets along without, since they would have to be compiled here. */
  readonly without?: readonly string[];
}

/** A folder with programs in it, or why it cannot be had. */
export type PythonPrograms =
  | { readonly folder: string; readonly reason?: undefined }
  | { readonly folder?: undefined; readonly reason: string };

/**
 * The programs of a Python package, in an environment of their own below `node_modules/.cache`, which is
 * made when it is not there yet; of several processes that want it one makes it, and the others wait.
 */
export function pythonPrograms(wanted: PythonPackage): PythonPrograms {
  const { requirement, program } = wanted;
  const place = join(modules(), '.cache', requirement.replace(/[^\w.-]+/g, '-'));
  const folder = join(place, 'bin');
  const path = join(folder, program);
  if (existsSync(path)) return { folder };
  mkdirSync(dirname(place), { recursive: true });
  const unlock = lock(`${place}.lock`);
  try {
    const reason = existsSync(path) ? undefined : install(place, wanted);
    if (reason === undefined) return { folder };
    rmSync(place, { recursive: true, force: true });
    return { reason };
  } finally {
    unlock();
  }
}

/** Why the installation failed, if it did. */
function install(place: string, { requirement, without = [] }: PythonPackage): string | undefined {
  const python = join(place, 'bin', 'python');
  const overrides = `${place}.overrides`;
  const pip = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '--retries=1'];
  const steps: readonly (readonly [string, ...string[]])[] = [
    ['python3', '-m', 'venv', place],
    [python, ...pip, '--timeout=15', installer],
    [
      join(place, 'bin', 'uv'),
      ...['pip', 'install', '-q', '--python', python, '--override', overrides, requirement],
    ],
  ];
  // An override that holds nowhere takes a package out of all requirements.
  const never = without.map((name) => `${name} ; sys_platform == 'never'\n`);
  writeFileSync(overrides, never.join(''));
  for (const [command, ...args] of steps) {
    const { status, error, stderr } = spawnSync(command, args, {
      encoding: 'utf8',
      timeout: patience,
    });
    if (status === 0) continue;
    const reason = error?.message ?? stderr.trim().split('\n').at(-1);
    return `${requirement} from PyPI: ${command}: ${reason}`;
  }
  return undefined;
}

/** Waits until nobody else holds the lock, and holds it; gives how to let go. */
function lock(path: string): () => void {
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch {
      if (!isHeld(path)) rmSync(path, { force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
}

function isHeld(path: string): boolean {
  try {
    const holder = Number(readFileSync(path, 'utf8'));
    // It is empty for a moment when it is new.
    if (holder > 0) process.kill(holder, 0);
    return true;
  } catch {
    return false;
  }
}

/** The nearest folder above with packages in it. */
function modules(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules');
    if (existsSync(join(path, 'jest')) || folder === dirname(folder)) return path;
  }
}
