import { Failure } from '@bake/plugin-sdk';

/** Throws a `Failure` unless the script ended with one of the codes that count as success. */
export function requireSuccess(
  end: { readonly exitCode: number | undefined; readonly signal?: string },
  allowed: readonly number[],
): void {
  const codes = allowed.length === 0 ? [0] : allowed;
  if (end.exitCode !== undefined && codes.includes(end.exitCode)) {
    return;
  }
  const how =
    end.exitCode === undefined
      ? `Script was ended by signal ${end.signal ?? '(unknown)'}`
      : `Script exited with non-zero exit status: ${end.exitCode}`;
  throw new Failure({
    summary: `${how}. Allowed exit codes are: [${codes.join(' ')}]`,
    detail:
      'The script\'s own output is above. If this exit code is no failure, add it to "valid_exit_codes".',
  });
}
