import { basename, join } from 'node:path';
import type { BuildContext, Cleanup } from '@bake/plugin-sdk';
import { defineStep } from '@bake/plugin-sdk';
import { render } from '../render.ts';
import { partitionOf } from './attach.ts';
import type { ChrootConfig } from './component.ts';
import { mount } from './mount.ts';
import { quoted, type Shell } from './shell.ts';

/** What to mount. */
export interface PrepareWish {
  readonly config: ChrootConfig;
  readonly shell: Shell;
  readonly device: string;
  /** The device has no partitions, as those of paravirtual images. */
  readonly isWhole: boolean;
}

/** Where the volume is mounted, and how to undo that. */
export interface Prepared {
  readonly path: string;
  /** In the order in which they were made. */
  readonly mounts: readonly Cleanup[];
  /** Paths of the files that were copied into it, as this machine sees them. */
  readonly copies: readonly string[];
}

const usual: readonly (readonly string[])[] = [
  ['proc', 'proc', '/proc'],
  ['sysfs', 'sysfs', '/sys'],
  ['bind', '/dev', '/dev'],
  ['devpts', 'devpts', '/dev/pts'],
  ['binfmt_misc', 'binfmt_misc', '/proc/sys/fs/binfmt_misc'],
];

/** Mounts the volume and all that a system in it needs, and copies files into it. */
export const prepare = defineStep<PrepareWish, Prepared>({
  name: 'mount',
  async run({ config, shell, device, isWhole }, context) {
    const facts = { Device: device };
    await runAll(shell, config.pre_mount_commands, facts, context);
    const name = { Device: basename(device) };
    const path = render(config.mount_path, context, name);
    const source = await partitionOf(device, isWhole ? '0' : config.mount_partition);
    const options = (config.mount_options ?? []).map((one) => `-o ${quoted(one)}`).join(' ');
    context.ui.say(`Mounting ${source} on ${path}`);
    const mounts = [await mount(shell, { options, source, path }, context)];
    await runAll(shell, config.post_mount_commands, { ...facts, MountPath: path }, context);
    for (const [type = '', from = '', place = ''] of config.chroot_mounts ?? usual) {
      const kind = type === 'bind' ? '--bind' : `-t ${quoted(type)}`;
      const what = { options: kind, source: from, path: join(path, place) };
      mounts.push(await mount(shell, what, context));
    }
    const files = config.copy_files ?? (config.from_scratch ? [] : ['/etc/resolv.conf']);
    const copies: string[] = [];
    for (const file of files) {
      context.ui.say(`Copying ${file}`);
      const copy = join(path, file);
      // In the place of what is there, which may be a link to somewhere on this machine.
      const command = `cp --remove-destination ${quoted(file)} ${quoted(copy)}`;
      await shell.must(command, { signal: context.signal });
      copies.push(copy);
    }
    return { path, mounts, copies };
  },
});

/** Removes what was copied: it says something of this machine, not of the image. */
export async function removeCopies(
  { copies }: Prepared,
  shell: Shell,
  signal: AbortSignal,
): Promise<void> {
  for (const copy of copies) await shell.must(`rm -f ${quoted(copy)}`, { signal });
}

async function runAll(
  shell: Shell,
  commands: readonly string[] | undefined,
  facts: Readonly<Record<string, string>>,
  context: BuildContext,
): Promise<void> {
  const { ui, signal } = context;
  for (const template of commands ?? []) {
    const command = render(template, context, facts);
    ui.say(`Running on this machine: ${command}`);
    await shell.must(command, {
      signal,
      onStdout: (chunk) => ui.output('stdout', chunk),
      onStderr: (chunk) => ui.output('stderr', chunk),
    });
  }
}
