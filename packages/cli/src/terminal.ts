/** Where a command's words go and what it knows of its surroundings: injected, so that tests need no process. */
export interface Terminal {
  /** Writes text as it is; the caller adds line breaks. Packer says everything, errors too, on stdout. */
  write(text: string): void;
  /** Resolves when all that was written has been handed to the system. */
  flush(): Promise<void>;
  /** Whether a person watches. */
  readonly isTty: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDir: string;
  /** Aborts with the first interrupt. */
  readonly signal: AbortSignal;
}

/** The terminal of this process. */
export function processTerminal(signal: AbortSignal): Terminal {
  return {
    write: (text) => process.stdout.write(text),
    flush: () => new Promise((resolve) => process.stdout.write('', () => resolve())),
    isTty: process.stdout.isTTY === true,
    environment: process.env,
    workingDir: process.cwd(),
    signal,
  };
}
