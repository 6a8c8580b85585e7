import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** How a command is to be started. */
export interface CommandPlace {
  /** Folder that the shell lives in. */
  readonly root: string;
  readonly chroot: boolean;
  /** Variables beside PATH, HOME and the locale. */
  readonly env: Readonly<Record<string, string>>;
}

/** A running shell that leads a process group of its own, so that all it started can be signalled. */
export interface ShellProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when the shell itself has ended; output may still come. */
  readonly ended: Promise<ShellEnd>;
  /** Signals the whole group, also when the shell has ended and others of the group live on. */
  kill(signal: NodeJS.Signals): void;
  /** False once the shell has ended and left no one behind in its group. */
  isAlive(): boolean;
}

/** How a shell ended: by exit or by a signal. */
export interface ShellEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Starts `/bin/sh -c COMMAND` in its place. */
export function startShell(command: string, place: CommandPlace): ShellProcess {
  const { root, chroot } = place;
  const { PATH = systemPath, LANG = 'C.UTF-8' } = process.env;
  const [program, ...args] = chroot
    ? ['chroot', root, '/bin/sh', '-c', command]
    : ['/bin/sh', '-c', command];
  const child = spawn(program as string, args, {
    cwd: root,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: chroot ? systemPath : PATH,
      HOME: chroot ? '/' : root,
      LANG,
      ...place.env,
    },
  });
  // A command that does not read its input closes the pipe: that is its right.
  child.stdin.on('error', () => undefined);
  const group = new ProcessGroup(child.pid);
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended: ended(child).finally(() => group.isAlive()),
    kill: (signal) => group.kill(signal),
    isAlive: () => group.isAlive(),
  };
}

function ended(child: ChildProcess): Promise<ShellEnd> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    // 127 is what a shell says of a program that it can't start.
    child.once('error', () => resolve({ code: 127, signal: null }));
  });
}

/**
 * The system keeps a group's id from new processes as long as the group has members. Once it has none,
 * the id may become a stranger's, so it is never signalled again.
 */
class ProcessGroup {
  #id: number | undefined;

  constructor(id: number | undefined) {
    this.#id = id;
  }

  kill(signal: NodeJS.Signals): void {
    this.#signal(signal);
  }

  isAlive(): boolean {
    this.#signal(0);
    return this.#id !== undefined;
  }

  #signal(signal: NodeJS.Signals | 0): void {
    if (this.#id === undefined) return;
    try {
      process.kill(-this.#id, signal);
    } catch {
      this.#id = undefined;
    }
  }
}
