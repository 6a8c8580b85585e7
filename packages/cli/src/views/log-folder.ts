import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BakeEvent, Listener } from '@bake/core';
import { systemReason } from '@bake/plugin-sdk';
import { ArgumentError } from '../arguments/flags.ts';
import { fileWriter } from '../log/file-writer.ts';
import { logListener } from '../log/log-listener.ts';
import { type DiagnosticsView, diagnosticsView } from './diagnostics.ts';
import { runView } from './run-view.ts';
import type { Screen } from './screen.ts';
import { plainTheme } from './theme.ts';

/** The log of the whole run, in a folder of logs. */
const runLog = 'bake';

/**
 * Keeps what a run says in a folder, with the time of every line and where steps begin and end: a file for each
 * build, named after it, and `bake.log` for all of it. Files of an earlier run are begun anew.
 */
export class LogFolder {
  readonly diagnostics: DiagnosticsView;
  readonly #folder: string;
  readonly #run: Listener;
  readonly #builds = new Map<string, Listener>();
  readonly #names = new Set<string>([runLog]);

  /** Throws an `ArgumentError` when the folder cannot be written to. */
  constructor(folder: string) {
    this.#folder = folder;
    const write = this.#open(runLog);
    this.#run = listenerOf(write);
    this.diagnostics = diagnosticsView({ write, writeError: write }, plainTheme);
  }

  readonly listener: Listener = (event) => {
    this.#run(event);
    if (event.type === 'run-start') this.#startBuilds(event);
    if ('build' in event && event.build !== undefined) this.#builds.get(event.build)?.(event);
  };

  #startBuilds(event: Extract<BakeEvent, { type: 'run-start' }>): void {
    for (const build of event.builds) {
      const listener = listenerOf(this.#open(this.#nameFor(build)));
      this.#builds.set(build, listener);
      listener({ ...event, builds: [build] });
    }
  }

  /** A name that every file system takes, and that no other log has even where case does not count. */
  #nameFor(build: string): string {
    const plain = build
      .replace(/[^\w.-]+/g, '_')
      .replace(/^[.-]+|[.-]+$/g, '')
      .slice(0, 100);
    const isReserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(plain);
    const wanted = isReserved || plain === '' ? `_${plain}` : plain;
    let name = wanted;
    for (let count = 2; this.#names.has(name.toLowerCase()); count += 1)
      name = `${wanted}-${count}`;
    this.#names.add(name.toLowerCase());
    return name;
  }

  #open(name: string): (text: string) => void {
    try {
      mkdirSync(this.#folder, { recursive: true });
      return fileWriter(join(this.#folder, `${name}.log`));
    } catch (error) {
      throw new ArgumentError(`-log-dir cannot be written to: ${systemReason(error)}`);
    }
  }
}

function listenerOf(write: (text: string) => void): Listener {
  const line = (text: string): void => write(`${text}\n`);
  const screen: Screen = {
    print: (_, text) => line(text),
    explain: line,
    prompt: line,
    endPrompt() {},
    record() {},
  };
  const view = runView(screen, plainTheme, { timestamps: true });
  const steps = logListener((text) => line(`-- ${text}`));
  return (event) => {
    view(event);
    steps(event);
  };
}
