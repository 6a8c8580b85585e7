import { interruptSignal } from './signals.ts';

/** Where a command's words go and what it knows of its surroundings: injected, so that tests need no process. */
export interface Terminal {
  /** Writes text as it is; the caller adds line breaks. Packer says everything, errors too, on stdout. */
  write(text: string): void;
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
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  let signal: AbortSignal | undefined;
  return {
    write: (text) => process.stdout.write(text),
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
      signal ??= interruptSignal();
      return signal;
    },
  };
}
