import { type Cleanup, Failure, type Machine, type RunContext } from '@bake/plugin-sdk';
import { renderForBuild } from '@bake/plugin-sdk/go-template';
import { runShown } from '@bake/plugin-sdk/staging';
import { usesSudo } from '../chef-run.ts';
import type { ClientConfig } from './component.ts';

/** What a run of Chef makes on the server. */
export type EntryKind = 'node' | 'client';

/**
 * Has what Chef is about to make on the server removed at the end, by `knife` on the machine, also when the run fails: the
 * machine is but a mould, and the server is not to know it.
 */
export function removeFromServer(
  kind: EntryKind,
  name: string,
  knifeConfig: string,
  chef: ClientConfig,
  machine: Machine,
  context: RunContext,
): Cleanup {
  const label = `${kind} ${name} on ${chef.server_url}`;
  const traces = { place: chef.server_url, kind, name };
  const entry = context.journal({ kind: 'elsewhere', label, traces });
  const undo = async (signal: AbortSignal): Promise<void> => {
    const template = chef.knife_command || knifeCommand[chef.guest_os_type];
    const command = renderForBuild(template, context, {
      Args: `${kind} delete ${name}`,
      Flags: `-y -c ${knifeConfig}`,
      Sudo: usesSudo(chef),
    });
    context.ui.say(`Removing the ${kind} from the Chef server: ${command}`);
    const end = await runShown(command, machine, { signal, ui: context.ui });
    if (end.exitCode === 0) return;
    throw new Failure({
      summary: `Could not remove the ${label}: knife ended with ${end.exitCode ?? 'no exit code'}`,
      detail: `Remove it by hand, or set "skip_clean_${kind} = true" if it is to stay.`,
    });
  };
  return context.onCleanup('clean up the Chef server', undo, { always: true, entry });
}

const knifeCommand = {
  unix: '{{if .Sudo}}sudo {{end}}knife {{.Args}} {{.Flags}}',
  windows: 'c:/opscode/chef/bin/knife.bat {{.Args}} {{.Flags}}',
} as const;
