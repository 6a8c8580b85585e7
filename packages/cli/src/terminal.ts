import type { LogLevel } from './log/log.ts';
import { interrupts } from './signals.ts';

/** Where a command's words go and what it knows of its surroundings: injected, so that tests need no process. */
export interface Terminal {
  /** Says something, as it is; the caller adds line breaks. Packer says everything, errors too, on stdout. */
  write(text: string): void;
  /** Says what is wrong. To people it looks the same; programs are told the difference. */
  writeError(text: string): void;
  /** Puts out what was asked for, such as a formatted file: it looks the same in every mode. */
  writeData(text: string): void;
  /** Tells programs a fact (`-machine-readable`) that people learn from the words around it. */
  record(type: string, args: readonly string[], target?: string): void;
  /** Writes to the log, if there is one. */
  log(level: LogLevel, text: string): void;
  /** Whether a program reads: no colours, no questions. */
  readonly isMachineReadable: boolean;
  /** Resolves when all that was written has been handed to the system. */
  flush(): Promise<void>;
  /** Whether a person watches. */
  readonly isTty: boolean;
  /** What is typed (then `isTTY`) or piped in. */
  readonly input: NodeJS.ReadStream;
  /** The same place that `write` writes to, for those who edit lines on it. */
  readonly output: NodeJS.WriteStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDir: string;
  /**
   * Aborts with the first interrupt. Asking for it is what makes bake catch interrupts: until then there is
   * nothing to undo, and an interrupt ends the process at once, whatever it is busy with.
   */
  readonly signal: AbortSignal;
  /** Aborts with the second interrupt: the process ends as soon as all listeners were told. */
  readonly abandon: AbortSignal;
  /** Has something done just before the process ends, however it does. */
  atExit(act: () => void): void;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  let caught: ReturnType<typeof interrupts> | undefined;
  const write = (text: string): void => void process.stdout.write(text);
  return {
    write,
    writeError: write,
    writeData: write,
    record() {},
    log() {},
    isMachineReadable: false,
    flush: () => new Promise((resolve) => process.stdout.write('', () => resolve())),
    isTty: process.stdout.isTTY === true,
    // Asking for it opens it, which commands that read nothing should not do.
    get input() {
      return process.stdin;
    },
    output: process.stdout,
    environment: process.env,
    workingDir: process.cwd(),
    get signal() {
      caught ??= interrupts();
      return caught.first;
    },
    get abandon() {
      caught ??= interrupts();
      return caught.second;
    },
    atExit: (act) => void process.once('exit', act),
  };
}

/** The same terminal with some of its parts replaced. */
export function withParts(terminal: Terminal, parts: Partial<Terminal>): Terminal {
  // Spreading would ask for `input` and `signal`, and asking has effects.
  return Object.assign(Object.create(terminal) as Terminal, parts);
}
