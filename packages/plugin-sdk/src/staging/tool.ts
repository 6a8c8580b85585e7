import type { CommandResult, Machine } from '../communicator.ts';
import type { RunContext } from '../context.ts';
import { Failure } from '../failure.ts';

/** Runs a command on the machine and shows what it prints as it comes. */
export function runShown(
  command: string,
  { communicator }: Machine,
  { signal, ui }: Pick<RunContext, 'signal' | 'ui'>,
): Promise<CommandResult> {
  return communicator.run({
    command,
    onStdout: (chunk) => ui.output('stdout', chunk),
    onStderr: (chunk) => ui.output('stderr', chunk),
    signal,
  });
}

/** How to judge the end of a tool. */
export interface ToolEnd {
  /** As in "Puppet exited with a non-zero exit status: 4". */
  readonly tool: string;
  /** Exit codes of success; 0 alone if left out. */
  readonly allowed?: readonly number[];
  /** What other exit codes mean and what to do, in full sentences. */
  readonly meanings?: Readonly<Record<number, string>>;
}

/** Throws a `Failure` that explains the exit code unless it is one of success. */
export function requireToolSuccess(
  end: Pick<CommandResult, 'exitCode' | 'signal'> & { readonly disconnected?: boolean },
  { tool, allowed = [0], meanings = {} }: ToolEnd,
): void {
  if (end.disconnected) {
    throw new Failure({
      summary: `${tool} was cut off: the connection to the machine went away`,
      detail: 'If it restarts the machine or the network, do that in a provisioner of its own.',
    });
  }
  const { exitCode } = end;
  if (exitCode === undefined) {
    throw new Failure({ summary: `${tool} was ended by signal ${end.signal ?? '(unknown)'}` });
  }
  if (allowed.includes(exitCode)) return;
  throw new Failure({
    summary: `${tool} exited with a non-zero exit status: ${exitCode}`,
    detail: meanings[exitCode] ?? general[exitCode] ?? 'What it printed is above.',
  });
}

/** Of shells: POSIX, and `cmd`. */
const notThere =
  'The shell did not find the program, or not "sudo". Install it before, or name the folder that it is in; where there is no sudo, do without it.';
const general: Readonly<Record<number, string>> = {
  126: 'The shell was not allowed to run the program.',
  127: notThere,
  9009: notThere,
};
