import { Failure, type Machine } from '@bake/plugin-sdk';

/** Something on the machine that a pattern stands for. */
export interface Match {
  readonly path: string;
  readonly isFolder: boolean;
}

/** Lets the machine's shell say which files and folders a pattern stands for. Throws a `Failure` for none. */
export async function expandRemote(
  pattern: string,
  { communicator }: Machine,
  signal: AbortSignal,
): Promise<readonly Match[]> {
  const each =
    'if [ -d "$f" ]; then printf \'d%s\\0\' "$f"; elif [ -e "$f" ]; then printf \'f%s\\0\' "$f"; fi';
  const output: Uint8Array[] = [];
  const errors: Uint8Array[] = [];
  const { exitCode } = await communicator.run({
    command: `for f in ${escapePattern(pattern)}; do ${each}; done`,
    onStdout: (chunk) => output.push(chunk),
    onStderr: (chunk) => errors.push(chunk),
    signal,
  });
  const matches = Buffer.concat(output)
    .toString()
    .split('\0')
    .slice(0, -1)
    .map((line) => ({ path: line.slice(1), isFolder: line.startsWith('d') }));
  if (exitCode === 0 && matches.length > 0) {
    return matches;
  }
  const said = Buffer.concat(errors).toString().trim();
  throw new Failure({
    summary: `Nothing on the machine matches "${pattern}"`,
    detail: `Check "source": it is expanded by the machine's shell, as the user that bake logs in as.${said === '' ? '' : ` The shell said: ${said}`}`,
  });
}

/** Escapes for the shell all but what makes a pattern, and `~` for the home folder. */
function escapePattern(pattern: string): string {
  return pattern.replace(/[^\w./*?[\]!^~\-\u0080-\uffff]/g, (char) => `\\${char}`);
}
