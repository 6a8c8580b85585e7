/** What a script made of `inline` consists of. */
export interface InlineScript {
  /** Statements that set its variables. */
  readonly variables: string;
  readonly commands: readonly string[];
  /** Level of `Set-PSDebug`; 0 is none. */
  readonly debugMode: number;
}

/**
 * The commands as a script whose exit code tells how they went: 1 when one of them threw, otherwise that
 * of the last program that they ran. They may have turned on strict mode, which forbids to read a
 * variable that was never set.
 */
export function inlineScript({ variables, commands, debugMode }: InlineScript): string {
  return [
    "$global:ProgressPreference = 'SilentlyContinue'",
    ...(debugMode === 0 ? [] : [`Set-PSDebug -Trace ${debugMode}`]),
    'try {',
    ...(variables === '' ? [] : [variables]),
    ...commands,
    '} catch {',
    '  Write-Error -ErrorRecord $_ -ErrorAction Continue',
    '  exit 1',
    '}',
    'if (Test-Path variable:LASTEXITCODE) { exit $LASTEXITCODE }',
    'exit 0',
    '',
  ].join('\n');
}
