import { defineStep, isFailure, type Traces, type Undo } from '@bake/plugin-sdk';
import { download } from '@bake/plugin-sdk/vm';
import { addedBoxes, boxesOf, removeAdded } from './added-boxes.ts';
import type { VagrantConfig } from './component.ts';
import { tracesOf } from './place.ts';
import {
  boxNameOf,
  checksumForVagrant,
  isBoxFile,
  isCatalogFile,
  isDownloadedByVagrant,
  localPath,
} from './source.ts';
import type { Vagrant } from './vagrant.ts';

/** What to add, and by what. */
export interface BoxWish {
  readonly config: VagrantConfig;
  readonly vagrant: Vagrant;
  /** Absolute. */
  readonly folder: string;
}

/**
 * Has Vagrant add the box. A version that was not there before goes away again if the build fails; after a good one it stays, as
 * with Packer. Gives what removes it then, if one was to be added.
 */
export const addBox = defineStep<BoxWish, Undo | undefined>({
  name: 'add-box',
  async run({ config, vagrant, folder }, context) {
    const { build, journal, onCleanup, ui } = context;
    if (config.skip_add) {
      ui.say('skip_add was set so we assume the box is already in Vagrant...');
      return undefined;
    }
    const { source_path: source = '' } = config;
    const isFetched = isBoxFile(source) && !isDownloadedByVagrant(config);
    const given = isFetched
      ? (await context.step(download, boxDownload(config, source))).path
      : (localFile(source) ?? source);
    const name = boxNameOf(config, build);
    const label = `Vagrant box ${name}`;
    const place = tracesOf(folder);
    let traces: Traces = { ...place, box: name, before: await boxesOf(name, place) };
    const entry = journal({ kind: 'box', label, traces });
    const remove: Undo = (signal) =>
      removeAdded(traces, { signal, onText: (text) => ui.say(text) });
    const cleanup = onCleanup(`remove ${label}`, remove, { onFailureOnly: true, entry });
    ui.say('Adding box using vagrant box add ...');
    try {
      await vagrant.runLong(['box', 'add', ...addArguments(config, name, given)], context);
    } catch (error) {
      // Then nothing was added: what is there by now is of another build.
      if (isFailure(error)) cleanup.dismiss();
      throw error;
    }
    // What comes under that name from now on is of somebody else.
    const known = { added: await addedBoxes(traces) };
    entry.learn(known);
    traces = { ...traces, ...known };
    return remove;
  },
});

function boxDownload({ checksum }: VagrantConfig, source: string) {
  const local = localPath(source);
  return {
    label: 'Box',
    sources: [local ?? source],
    checksum: checksum || 'none',
    extension: 'box',
  };
}

/** A catalogue on this computer: Vagrant works in another folder. */
function localFile(source: string): string | undefined {
  return isCatalogFile(source) ? localPath(source) : undefined;
}

function addArguments(config: VagrantConfig, name: string, place: string): readonly string[] {
  const { source_path: source = '' } = config;
  const values = [
    ['--box-version', config.box_version],
    ['--cacert', config.add_cacert],
    ['--capath', config.add_capath],
    ['--cert', config.add_cert],
    ['--provider', config.provider],
    ...(isDownloadedByVagrant(config) ? checksumArguments(config.checksum) : []),
  ] as const;
  const switches = [
    ['--clean', config.add_clean],
    ['--force', config.add_force],
    ['--insecure', config.add_insecure],
  ] as const;
  return [
    ...(isBoxFile(source) ? [name] : []),
    place,
    ...values.flatMap(([flag, value]) => (value ? [flag, value] : [])),
    ...switches.flatMap(([flag, isSet]) => (isSet ? [flag] : [])),
  ];
}

/** For a file that Vagrant downloads itself. */
function checksumArguments(checksum = ''): readonly (readonly [string, string])[] {
  const [type, digits] = checksumForVagrant(checksum) ?? [];
  if (type === undefined || digits === undefined) return [];
  return [
    ['--checksum-type', type],
    ['--checksum', digits],
  ];
}
