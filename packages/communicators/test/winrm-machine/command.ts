import { type ChildProcess, spawn } from 'node:child_process';
import { PassThrough, type Writable } from 'node:stream';
import { runScript, scriptIn } from './powershell.ts';

/** Some output of a command. */
export interface Output {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}

/** Where commands run. */
export interface CommandWorld {
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What PowerShell says to every script. */
  readonly says: (script: string) => string | undefined;
}

/** A command that runs, or has run, in a shell. */
export class Command {
  readonly #output: Output[] = [];
  #wake: () => void = () => undefined;
  #stdin: Writable | undefined;
  #child: ChildProcess | undefined;
  #exitCode: number | undefined;

  /** Starts it. Without input it has nothing to read. */
  constructor(command: string, isFed: boolean, world: CommandWorld) {
    const script = scriptIn(command);
    if (script === undefined) this.#spawn(command, isFed, world);
    else this.#interpret(script, world);
  }

  /** Feeds it. Throws when it reads no more. */
  feed(bytes: Buffer, isEnd: boolean): void {
    if (this.#exitCode !== undefined) throw new Error('it has ended');
    this.#stdin?.write(bytes);
    if (isEnd) this.#stdin?.end();
  }

  /** Output that is there, waited for up to so many milliseconds, and the exit code behind the last of it. */
  async receive(
    patience: number,
  ): Promise<{ readonly output: readonly Output[]; readonly exitCode: number | undefined }> {
    if (this.#output.length === 0 && this.#exitCode === undefined) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, patience);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const output: Output[] = [];
    for (let size = 0; size < 100_000 && this.#output.length > 0; ) {
      const next = this.#output.shift() as Output;
      output.push(next);
      size += next.bytes.length;
    }
    return { output, exitCode: this.#output.length === 0 ? this.#exitCode : undefined };
  }

  kill(): void {
    if (this.#exitCode !== undefined) return;
    this.#stdin?.destroy();
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  }

  #spawn(command: string, isFed: boolean, { root, environment }: CommandWorld): void {
    const child = spawn('/bin/sh', ['-c', command], {
      cwd: root,
      env: { ...process.env, ...environment },
      detached: true,
      stdio: [isFed ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    });
    child.stdin?.on('error', () => undefined);
    child.stdout?.on('data', (bytes: Buffer) => this.#add('stdout', bytes));
    child.stderr?.on('data', (bytes: Buffer) => this.#add('stderr', bytes));
    child.once('close', (code) => this.#end(code ?? 1));
    this.#child = child;
    this.#stdin = child.stdin ?? undefined;
  }

  #interpret(script: string, world: CommandWorld): void {
    const stdin = new PassThrough();
    const write = (stream: Output['stream'], text: string): void =>
      this.#add(stream, Buffer.from(text));
    this.#stdin = stdin;
    stdin.on('error', () => undefined);
    runScript(script, { ...world, stdin, write }).then(
      (code) => this.#end(code),
      () => this.#end(1),
    );
  }

  #add(stream: Output['stream'], bytes: Buffer): void {
    // In pieces that end in the middle of letters and lines.
    for (let at = 0; at < bytes.length; at += 32_767) {
      this.#output.push({ stream, bytes: bytes.subarray(at, at + 32_767) });
    }
    this.#wake();
  }

  #end(code: number): void {
    this.#exitCode = code;
    this.#wake();
  }
}
