import type { Machine } from '../communicator.ts';
import type { Cleanup, RunContext } from '../context.ts';
import { Failure, messageOf } from '../failure.ts';
import type { JournalEntry } from '../journal.ts';
import { noteElsewhere } from '../scripts/note-elsewhere.ts';
import { tryFor } from '../scripts/retry.ts';
import { encodedCommand, singleQuoted } from './powershell-text.ts';

/** How long to go on trying to remove files, in milliseconds: the last script may have restarted the machine. */
const patience = 60_000;

/** What a provisioner puts on the machine and takes away again: files, and a task of the scheduler. */
export class RemoteFiles {
  readonly #machine: Machine;
  readonly #context: RunContext;
  readonly #program: string;
  /** With what the journal says of each. */
  readonly #paths = new Map<string, JournalEntry | undefined>();
  readonly #cleanup: Cleanup;
  #task: string | undefined;

  /** `program` is the PowerShell that the machine has. */
  constructor(machine: Machine, context: RunContext, program: 'powershell' | 'pwsh') {
    this.#machine = machine;
    this.#context = context;
    this.#program = program;
    const undo = (signal: AbortSignal): Promise<void> => this.#remove(signal);
    this.#cleanup = context.onCleanup('remove scripts', undo, { always: true });
  }

  /** Another file that is about to be uploaded. */
  add(path: string): void {
    this.#paths.set(path, noteElsewhere(path, this.#machine, this.#context));
  }

  /** A task that is about to be registered; it goes away with its command, this is for when that was cut off. */
  addTask(name: string): void {
    this.#task = name;
  }

  /** Removes all of it now. What can not be removed is said, and the build goes on. */
  async remove(): Promise<void> {
    const { signal, ui } = this.#context;
    try {
      await tryFor(patience, signal, () => this.#remove(signal));
    } catch (error) {
      signal.throwIfAborted();
      ui.error(`Could not remove ${[...this.#paths.keys()].join(', ')}: ${messageOf(error)}`);
    }
    this.#cleanup.dismiss();
  }

  async #remove(signal: AbortSignal): Promise<void> {
    const paths = [...this.#paths.keys()];
    if (paths.length === 0 && this.#task === undefined) return;
    const command = encodedCommand(this.#program, removal(paths, this.#task));
    const { exitCode, disconnected } = await this.#machine.communicator.run({ command, signal });
    if (exitCode !== 0) {
      const how = disconnected ? 'the connection went away' : `exit code ${exitCode}`;
      throw new Failure({ summary: `PowerShell could not remove them: ${how}` });
    }
    for (const entry of this.#paths.values()) entry?.close();
  }
}

function removal(paths: readonly string[], task: string | undefined): string {
  const ofTask =
    task === undefined
      ? []
      : [
          `schtasks.exe /end /tn ${singleQuoted(task)} 2>&1 | Out-Null`,
          `schtasks.exe /delete /f /tn ${singleQuoted(task)} 2>&1 | Out-Null`,
        ];
  const files = paths.map(singleQuoted).join(', ');
  const ofFiles =
    paths.length === 0
      ? []
      : [
          `Remove-Item -LiteralPath ${files} -Force -ErrorAction SilentlyContinue`,
          `if (Test-Path -LiteralPath ${files}) { exit 1 }`,
        ];
  return [...ofTask, ...ofFiles, 'exit 0'].join('; ');
}
