import type { Machine } from '../communicator.ts';
import type { Cleanup, RunContext } from '../context.ts';
import { Failure, messageOf } from '../failure.ts';
import { openLocalFile } from '../open-local-file.ts';
import { noteElsewhere } from '../scripts/note-elsewhere.ts';
import { type Guest, makeFolderCommand, removeFolderCommand, shellQuoted } from './guest.ts';

/** What a staging folder is like. */
export interface StagingSettings extends Guest {
  /** It goes away when the tool has run, and also when the build fails or is cancelled before. */
  readonly isRemoved: boolean;
  /** On `unix`: the folder in which all of its kind are. It goes with the last of them. */
  readonly parent?: string;
}

/** The folder on the machine that a tool finds its files in: manifests, playbooks, cookbooks. */
export class StagingFolder {
  readonly path: string;
  readonly #machine: Machine;
  readonly #context: RunContext;
  readonly #settings: StagingSettings;
  readonly #cleanup: Cleanup | undefined;
  readonly #made = new Set<string>();

  /** Does not make it: what undoes it has to be there before. */
  constructor(path: string, settings: StagingSettings, machine: Machine, context: RunContext) {
    this.path = path.length > 1 ? path.replace(/\/+$/, '') : path;
    this.#machine = machine;
    this.#context = context;
    this.#settings = settings;
    if (settings.isRemoved) {
      const entry = noteElsewhere(this.path, machine, context);
      const undo = (signal: AbortSignal): Promise<void> => this.#remove(signal);
      this.#cleanup = context.onCleanup('remove the staging folder', undo, {
        always: true,
        ...(entry && { entry }),
      });
    }
  }

  /** A path below it. */
  at(name: string): string {
    return `${this.path}/${name}`;
  }

  /** Makes it, or a folder below it. Rejects with a `Failure`. */
  async make(name?: string): Promise<string> {
    const path = name === undefined ? this.path : this.at(name);
    if (this.#made.has(path)) return path;
    await this.#run(makeFolderCommand(path, this.#settings), `Could not make the folder ${path}`, {
      detail:
        'The user that bake logs in as has to be allowed to. Name another folder as staging folder, or make this one before.',
    });
    this.#made.add(path);
    return path;
  }

  /** Uploads a file of this computer and gives its path on the machine; the folder it goes to exists. */
  async upload(localPath: string, name: string, mode?: number): Promise<string> {
    const file = await openLocalFile(
      localPath,
      'The file was there when the template was checked. Check that you may read it, and do not move files while a build runs.',
    );
    const content = mode === undefined ? file : { ...file, mode };
    await this.#machine.communicator.upload(content, this.at(name), this.#context.signal);
    return this.at(name);
  }

  /** Writes a file with such a text and gives its path on the machine. */
  async write(text: string, name: string, mode = 0o644): Promise<string> {
    const content = { data: text, size: Buffer.byteLength(text), label: name, mode };
    await this.#machine.communicator.upload(content, this.at(name), this.#context.signal);
    return this.at(name);
  }

  /** Copies what is in a folder of this computer into one below this, which is made, and gives its path on the machine. */
  async uploadDir(localDir: string, name?: string): Promise<string> {
    const path = await this.make(name);
    const source = localDir.replace(/\/*$/, '/');
    await this.#machine.communicator.uploadDir(source, path, this.#context.signal);
    return path;
  }

  /** Removes it now, if it is to be. Rejects with a `Failure`. */
  async remove(): Promise<void> {
    if (this.#cleanup === undefined) return;
    this.#context.ui.say(`Removing ${this.path} from the machine`);
    await this.#cleanup.now();
  }

  async #remove(signal: AbortSignal): Promise<void> {
    const { parent } = this.#settings;
    const removal = removeFolderCommand(this.path, this.#settings);
    const command =
      parent === undefined
        ? removal
        : `${removal} && { rmdir ${shellQuoted(parent)} 2>/dev/null || :; }`;
    await this.#run(command, `Could not remove the folder ${this.path}`, {}, signal);
  }

  async #run(
    command: string,
    summary: string,
    more: { readonly detail?: string },
    signal: AbortSignal = this.#context.signal,
  ): Promise<void> {
    const said: Uint8Array[] = [];
    const keep = (chunk: Uint8Array): void => void said.push(chunk);
    const end = await this.#machine.communicator
      .run({ command, signal, onStdout: keep, onStderr: keep })
      .catch((error: unknown) => {
        signal.throwIfAborted();
        throw new Failure({ summary: `${summary}: ${messageOf(error)}`, cause: error, ...more });
      });
    if (end.exitCode === 0) return;
    const text = Buffer.concat(said).toString().trim();
    const why = end.disconnected ? 'the connection went away' : text || `exit code ${end.exitCode}`;
    throw new Failure({ summary: `${summary}: ${why}`, ...more });
  }
}
