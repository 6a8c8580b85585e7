import type { Reclaimed, Remnant, RunRemains, UnclearJournal } from '@bake/core';
import type { Terminal } from '../terminal.ts';

/** Says what runs have left, and what became of it. */
export interface RemainsView {
  /** What removing something says meanwhile. */
  readonly say: (text: string) => void;
  nothing(): void;
  unclear(journal: UnclearJournal): void;
  run(run: RunRemains): void;
  /** Lines of its journal cannot be read. */
  damaged(run: RunRemains): void;
  left(run: RunRemains, remnant: Remnant): void;
  reclaimed(run: RunRemains, reclaimed: Reclaimed): void;
}

/** For people, or one JSON object a line. */
export function remainsView(terminal: Pick<Terminal, 'write'>, isJson: boolean): RemainsView {
  return isJson ? jsonView(terminal) : textView(terminal);
}

function textView(terminal: Pick<Terminal, 'write'>): RemainsView {
  return {
    say: (text) => terminal.write(`  ${text.trimEnd()}\n`),
    nothing: () => terminal.write('Nothing was left behind.\n'),
    unclear: ({ path, problem, advice }) =>
      terminal.write(`Left alone: ${path}: ${problem}. ${advice}\n`),
    run: ({ run: { time, templateFolder } }) =>
      terminal.write(`Run of ${time.replace('T', ' ').slice(0, 19)} UTC, ${templateFolder}:\n`),
    damaged: ({ path, damaged }) =>
      terminal.write(
        `  damaged: ${damaged.length} of the lines in ${path}, which may tell of more. Look into it, remove what it names; "bake cleanup -forget" then takes it off the list.\n`,
      ),
    left: (_, remnant) => terminal.write(`  left: ${described(remnant)}\n`),
    reclaimed: (_, { remnant, problem }) =>
      terminal.write(
        problem === undefined
          ? `  removed: ${described(remnant)}\n`
          : `  could not remove: ${described(remnant)}: ${problem}\n`,
      ),
  };
}

function described({ label, build }: Remnant): string {
  return build === undefined ? label : `${label} (build ${build})`;
}

function jsonView(terminal: Pick<Terminal, 'write'>): RemainsView {
  const print = ({ run: { run, time } }: RunRemains, remnant: Remnant, more: object): void => {
    const { build, owner, kind, label, traces } = remnant;
    const record = { type: 'remnant', run, time, build, owner, kind, label, traces, ...more };
    terminal.write(`${JSON.stringify(record)}\n`);
  };
  return {
    say() {},
    nothing() {},
    unclear: ({ path, problem, advice, host }) =>
      terminal.write(`${JSON.stringify({ type: 'unclear', path, host, problem, advice })}\n`),
    run() {},
    damaged: ({ run: { run, time }, path, damaged }) =>
      terminal.write(`${JSON.stringify({ type: 'damaged', run, time, path, lines: damaged })}\n`),
    left: (run, remnant) => print(run, remnant, { state: 'left' }),
    reclaimed: (run, { remnant, problem }) =>
      print(
        run,
        remnant,
        problem === undefined ? { state: 'removed' } : { state: 'left', problem },
      ),
  };
}
