import type { Machine } from '../communicator.ts';
import type { RunContext } from '../context.ts';
import { elevatedScript } from './elevated-script.ts';
import { scriptFile } from './powershell-text.ts';
import { RemoteFiles } from './remote-files.ts';

/** A command that runs as another user of Windows with the highest rights. */
export interface Elevated {
  /** Runs it, once `upload` is done. */
  readonly command: string;
  /** Puts what `command` needs on the machine. Rejects with a `Failure`. */
  upload(): Promise<void>;
  /** Takes away what was left when the command was cut off; it holds a password. */
  remove(): Promise<void>;
}

/** Who is to run a command. */
export interface ElevatedUser {
  readonly user: string;
  /** Empty for accounts that have none, such as `SYSTEM`. */
  readonly password: string;
}

/** Wraps a command in a task of the scheduler. `program` is the PowerShell that the machine has. */
export function elevate(
  command: string,
  { user, password }: ElevatedUser,
  machine: Machine,
  context: RunContext,
  program: 'powershell' | 'pwsh' = 'powershell',
): Elevated {
  const { randomUUID } = process.getBuiltinModule('node:crypto');
  const task = `packer-${randomUUID()}`;
  const wrapper = `C:/Windows/Temp/packer-elevated-shell-${randomUUID()}.ps1`;
  const text = elevatedScript({ command, user, password, task });
  const files = new RemoteFiles(machine, context, program);
  files.add(wrapper);
  files.addTask(task);
  return {
    command: `powershell -executionpolicy bypass -file "${wrapper}"`,
    upload: () =>
      machine.communicator.upload({ data: scriptFile(text), mode: 0o600 }, wrapper, context.signal),
    remove: () => files.remove(),
  };
}
