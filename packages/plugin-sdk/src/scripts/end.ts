import { Failure } from '../failure.ts';

/** How a script ended, here or on a machine. */
export interface ScriptEnd {
  /** `undefined` when it was ended by a signal or the connection went away. */
  readonly exitCode: number | undefined;
  readonly signal?: string;
  /** The connection to the machine went away while it ran. */
  readonly disconnected?: boolean;
}

/** What Packer has in place of an exit code when the connection went away; templates may allow it. */
const disconnectCode = 2300218;

/**
 * Throws a `Failure` unless the script ended with one of the codes that count as success (0 if there are
 * none). `advice` says what to do about a connection that the script ended on purpose.
 */
export function requireSuccess(
  end: ScriptEnd,
  allowed: readonly number[],
  advice = `If the script is meant to do that, for instance by a reboot, add ${disconnectCode} to "valid_exit_codes".`,
): void {
  const codes = allowed.length === 0 ? [0] : allowed;
  const code = end.disconnected ? disconnectCode : end.exitCode;
  if (code !== undefined && codes.includes(code)) {
    return;
  }
  throw new Failure(
    end.disconnected
      ? {
          summary: 'Script disconnected unexpectedly',
          detail: `The connection to the machine went away while the script ran. ${advice}`,
        }
      : {
          summary: `${howItEnded(end)}. Allowed exit codes are: [${codes.join(' ')}]`,
          detail:
            'The script\'s own output is above. If this exit code is no failure, add it to "valid_exit_codes".',
        },
  );
}

function howItEnded({ exitCode, signal }: ScriptEnd): string {
  return exitCode === undefined
    ? `Script was ended by signal ${signal ?? '(unknown)'}`
    : `Script exited with non-zero exit status: ${exitCode}`;
}
