import {
  type Artifact,
  type BuildContext,
  clearAuthorizedKeys,
  type Machine,
} from '@bake/plugin-sdk';
import {
  makeCd,
  makeFloppy,
  makeOutputDirectory,
  requireCdProgram,
  serveHttp,
  typeBootCommand,
} from '@bake/plugin-sdk/vm';
import { machineArtifact } from '../artifact.ts';
import { compactDisk } from '../disk/compact-disk.ts';
import { makeDisks } from '../disk/make-disks.ts';
import { whyNoKvm } from '../machine/accelerator.ts';
import type { Parts } from '../machine/arguments.ts';
import { copyVariables } from '../machine/firmware.ts';
import { hostOnBridge } from '../machine/guest-address.ts';
import { keyboardOf, meansOf } from '../machine/keyboard.ts';
import { makePrivateFolder } from '../machine/private-folder.ts';
import { endMachine } from '../machine/shut-down.ts';
import { startMachine } from '../machine/start-machine.ts';
import { startTpm } from '../machine/start-tpm.ts';
import type { VirtualMachine } from '../machine/virtual-machine.ts';
import { withEvidence } from '../machine/with-evidence.ts';
import { noKvm } from '../messages.ts';
import { requireProgram } from '../program.ts';
import { type Settings, settingsOf } from '../settings.ts';
import type { QemuConfig } from './component.ts';
import { makeTemporaryKey, reach } from './connect.ts';
import { findSource } from './find-source.ts';

/** Starts a machine, has it provisioned, turns it off, and gives its disk. */
export async function build(config: QemuConfig, context: BuildContext): Promise<Artifact> {
  const settings = await settingsOf(config, context.build);
  await requirePrograms(config, settings, context);
  const source = await context.step(findSource, config);
  await context.step(makeOutputDirectory, settings.folder);
  const floppy = await context.step(makeFloppy, config);
  const cd = await context.step(makeCd, config);
  const key = await context.step(makeTemporaryKey, config);
  const guestHost = config.net_bridge ? hostOnBridge(config.net_bridge) : '10.0.2.2';
  const http = await context.step(serveHttp, { options: config, guestHost });
  const privateFolder = await context.step(makePrivateFolder, undefined);
  const parts: Omit<Parts, 'hostPort' | 'vncPort' | 'control' | 'console'> = {
    disks: await context.step(makeDisks, {
      settings,
      image: config.disk_image ? source : undefined,
    }),
    cds: [...(config.disk_image ? [] : [source]), ...(cd === undefined ? [] : [cd])],
    floppy,
    efiVariables: await context.step(copyVariables, settings),
    tpmSocket: await context.step(startTpm, { config, privateFolder }),
    http: { ip: guestHost, port: http.data.HTTPPort },
  };
  const started = await context.step(startMachine, { config, settings, parts, privateFolder });
  const { machine } = started;
  const evidence = { requests: http.requests };
  await withEvidence(machine, context, evidence, () =>
    context.step(typeBootCommand, {
      options: config,
      data: {
        HTTPIP: guestHost,
        HTTPPort: http.data.HTTPPort,
        Name: settings.name,
        SSHPublicKey: key?.publicKey ?? '',
      },
      means: meansOf(config),
      connect: (signal) => keyboardOf(started, config, signal),
    }),
  );
  const reached = await reach({ config, machine, key, evidence }, context);
  const generated = { ...http.generated, ID: settings.name };
  await provision(machine, reached, generated, context);
  if (key !== undefined && config.ssh_clear_authorized_keys) {
    await clearAuthorizedKeys(reached.communicator, key.comment, context.signal);
  }
  await endMachine({ config, machine, reached, evidence }, context);
  if (settings.compacts) await context.step(compactDisk, settings);
  return machineArtifact(config, settings, generated);
}

async function requirePrograms(
  config: QemuConfig,
  { program, accelerator }: Settings,
  { ui }: BuildContext,
): Promise<void> {
  await requireProgram(program, 'qemu-system-x86');
  await requireProgram('qemu-img', 'qemu-utils');
  if (config.vtpm) await requireProgram('swtpm', 'swtpm');
  await requireCdProgram(config);
  const reason = accelerator === 'kvm' ? await whyNoKvm() : undefined;
  if (reason?.startsWith('/dev/kvm')) throw noKvm(reason);
  if (reason !== undefined) ui.error(`KVM may not work: ${reason}`);
}

/** What the provisioners say counts, unless the machine went away under them. */
async function provision(
  machine: VirtualMachine,
  reached: Machine,
  generated: Readonly<Record<string, unknown>>,
  context: BuildContext,
): Promise<void> {
  try {
    await context.provision(reached, generated);
  } catch (error) {
    throw context.signal.aborted ? error : await machine.explain(error);
  }
}
