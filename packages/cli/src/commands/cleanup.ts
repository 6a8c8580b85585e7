import { findRemains, type Reclaimed, type RunRemains, reclaim } from '@bake/core';
import { ArgumentError, parseFlags } from '../arguments/flags.ts';
import { registryFor } from '../plugin-places.ts';
import { stateFolder } from '../state-folder.ts';
import type { Terminal } from '../terminal.ts';
import { type RemainsView, remainsView } from '../views/remains-view.ts';
import type { Command } from './command.ts';

const flags = {
  forget: { kind: 'bool', help: 'Take what cannot be removed off the list, too.' },
  host: { kind: 'string', help: 'See to the runs of this other host, too: it is gone for good.' },
  list: { kind: 'bool', help: 'Only say what is there.' },
  json: { kind: 'bool', help: 'Print one JSON object for each thing, for programs.' },
} as const;

/** `bake cleanup`: removes what runs left behind that crashed or were killed. */
export const cleanupCommand: Command = {
  name: 'cleanup',
  summary: 'Removes what a crashed or killed run left behind.',
  operands: '',
  flags,
  async run(argv, terminal) {
    const { flags: given, operands } = parseFlags(argv, flags);
    if (operands[0] !== undefined) {
      throw new ArgumentError(`"${operands[0]}" means nothing here: cleanup sees to all runs.`);
    }
    const view = remainsView(terminal, given.json === true);
    const { runs, unclear } = findRemains(stateFolder(terminal.environment), given.host);
    if (runs.length + unclear.length === 0) view.nothing();
    for (const journal of unclear) view.unclear(journal);
    // What is of another host is that host's business.
    let isAllGone = unclear.every(({ host }) => host !== undefined);
    for (const run of runs) {
      view.run(run);
      if (run.damaged.length > 0) {
        view.damaged(run);
        isAllGone &&= given.forget === true;
      }
      if (given.list === true) for (const remnant of run.remnants) view.left(run, remnant);
      else isAllGone = (await remove(run, view, terminal, given.forget === true)) && isAllGone;
    }
    return isAllGone ? 0 : 1;
  },
};

/** Whether all of it is gone. */
async function remove(
  run: RunRemains,
  view: RemainsView,
  terminal: Terminal,
  forget: boolean,
): Promise<boolean> {
  const { signal } = terminal;
  const options = {
    registry: registryFor(run.run.templateFolder, terminal),
    context: { signal, ui: { say: view.say, error: view.say, output() {}, progress() {} } },
    forget,
  };
  const done: Reclaimed[] = [];
  for await (const reclaimed of reclaim(run, options)) {
    view.reclaimed(run, reclaimed);
    done.push(reclaimed);
  }
  return done.length === run.remnants.length && done.every(({ problem }) => problem === undefined);
}
