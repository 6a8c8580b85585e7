import { Failure } from '@bake/plugin-sdk';
import { runProcess } from '@bake/plugin-sdk/process';

/** Where npm runs, and how it is stopped. */
export interface NpmRun {
  /** The folder of the npm project. */
  readonly cwd?: string;
  readonly signal: AbortSignal;
}

/**
 * Runs npm, which knows the user's registries, proxies and tokens, and gives what it printed. Rejects with a `Failure`
 * that says what npm said when it fails, and when there is no npm.
 */
export async function runNpm(args: readonly string[], { cwd, signal }: NpmRun): Promise<string> {
  const output = { stdout: '', stderr: '' };
  const { exitCode } = await runProcess({
    program: 'npm',
    args: [...args, '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'],
    ...(cwd !== undefined && { cwd }),
    signal,
    onStdout: (chunk) => {
      output.stdout += Buffer.from(chunk).toString('utf8');
    },
    onStderr: (chunk) => {
      output.stderr += Buffer.from(chunk).toString('utf8');
    },
  });
  if (exitCode === 0) return output.stdout;
  throw new Failure({
    summary: `"npm ${args[0]}" failed: ${reasonIn(output.stderr)}`,
    detail:
      'Registries, proxies and logins are taken from the settings of npm: "npm config list" shows them.',
  });
}

/** npm says most things twice, and where its log is. */
function reasonIn(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.replace(/^npm (?:error|ERR!)\s*/, '').trim())
    .filter((line) => line !== '' && !/^(?:code |errno |A complete log|\/.*\.log$)/.test(line));
  return lines.slice(0, 3).join(' ') || 'it said nothing';
}
