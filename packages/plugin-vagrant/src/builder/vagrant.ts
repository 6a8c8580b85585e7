import { randomUUID } from 'node:crypto';
import type { RunContext } from '@bake/plugin-sdk';
import { runProcess } from '@bake/plugin-sdk/process';
import { commandFailure } from '../messages.ts';
import { type MachineLine, parseMachineLine, spokenText } from './machine-lines.ts';

/** How a call of Vagrant is made. */
export interface VagrantCall {
  readonly signal: AbortSignal;
  /** Hears what Vagrant says to people, as it says it. */
  readonly onText?: (text: string) => void;
  /** `NAME=value`, put into its environment, by which `bake cleanup` finds it. */
  readonly mark?: string;
}

/** What a call gave. */
export interface VagrantAnswer {
  readonly lines: readonly MachineLine[];
}

/** Characters of complaints that are kept: what matters stands at the end. */
const complaintLength = 4000;

/** The program, working in one folder. */
export class Vagrant {
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string>>;

  /** `environment` is set on top of this process's own. */
  constructor(folder: string, environment: Readonly<Record<string, string>> = {}) {
    this.#folder = folder;
    this.#environment = environment;
  }

  /** Calls Vagrant to its end. Throws a `Failure` with its own words when it does not end well. */
  async run(args: readonly string[], call: VagrantCall): Promise<VagrantAnswer> {
    const { signal, onText, mark = '' } = call;
    const [name, value = ''] = mark.split('=');
    const lines: MachineLine[] = [];
    // What Vagrant says to its end counts more than warnings of Ruby and of other programs.
    let error = '';
    let complaint = '';
    const complain = (text: string): void => {
      complaint = `${complaint}${text}\n`.slice(-complaintLength);
    };
    const read = byLine((text) => {
      const line = parseMachineLine(text);
      if (line === undefined) return text.trim() === '' ? undefined : onText?.(text);
      lines.push(line);
      if (line.type === 'error-exit') error = line.data.slice(1).join(' ');
      const spoken = spokenText(line);
      if (spoken !== undefined) onText?.(spoken);
    });
    const end = await runProcess({
      program: 'vagrant',
      args: ['--machine-readable', ...args],
      cwd: this.#folder,
      env: {
        VAGRANT_CWD: this.#folder,
        // Another name than the one that we write.
        VAGRANT_VAGRANTFILE: undefined,
        ...this.#environment,
        ...(name ? { [name]: value } : {}),
      },
      signal,
      // Then Vagrant ends what it is at. Ended otherwise, vagrant-libvirt leaves half of a box's disk, and later takes it for the whole.
      endSignal: 'SIGINT',
      gracePeriod: 30_000,
      onStdout: read,
      onStderr: byLine(complain),
    });
    if (end.exitCode !== 0) {
      throw commandFailure(`vagrant ${args[0]}`, end, (error || complaint).trim());
    }
    return { lines };
  }

  /** A call that takes long and would go on if bake were killed: it is noted in the journal. */
  async runLong(
    args: readonly string[],
    { journal, signal, ui }: Pick<RunContext, 'journal' | 'signal' | 'ui'>,
  ): Promise<VagrantAnswer> {
    const mark = `BAKE_VAGRANT=${randomUUID()}`;
    const label = `vagrant ${args[0]}`;
    const entry = journal({ kind: 'processes', label, traces: { mark } });
    try {
      return await this.run(args, { signal, mark, onText: (text) => ui.say(text) });
    } finally {
      entry.close();
    }
  }
}

/** Cuts what comes in pieces into lines. A last line without an end is lost: Vagrant ends each. */
function byLine(take: (line: string) => void): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder();
  let rest = '';
  return (chunk) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  };
}
