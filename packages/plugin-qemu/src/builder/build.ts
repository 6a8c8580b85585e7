import {
  type Artifact,
  type BuildContext,
  clearAuthorizedKeys,
  type Machine,
  messageOf,
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
import {
  dropSnapshot,
  keepFinished,
  MachineCheckpoints,
  setClock,
  snapshotName,
} from '../machine/checkpoints.ts';
import { copyVariables } from '../machine/firmware.ts';
import { hostOnBridge } from '../machine/guest-address.ts';
import { keyboardOf, meansOf } from '../machine/keyboard.ts';
import { makePrivateFolder } from '../machine/private-folder.ts';
import { endMachine } from '../machine/shut-down.ts';
import { type StartedMachine, startMachine } from '../machine/start-machine.ts';
import { startTpm } from '../machine/start-tpm.ts';
import type { VirtualMachine } from '../machine/virtual-machine.ts';
import { withEvidence } from '../machine/with-evidence.ts';
import { noKvm } from '../messages.ts';
import { requireProgram } from '../program.ts';
import { type Settings, settingsOf } from '../settings.ts';
import type { QemuConfig } from './component.ts';
import { makeTemporaryKey, reach, type TemporaryKey } from './connect.ts';
import { findSource } from './find-source.ts';
import { askCache, type FromCache, takeDisk } from './resume.ts';

/** Starts a machine, has it provisioned, turns it off, and gives its disk. */
export async function build(config: QemuConfig, context: BuildContext): Promise<Artifact> {
  const settings = await settingsOf(config, context.build);
  await requirePrograms(config, settings, context);
  const source = await context.step(findSource, config);
  const cached = await askCache(config, settings, source, context);
  await context.step(makeOutputDirectory, settings.folder);
  if (cached.finished !== undefined) return reuse(cached.finished, config, settings, context);
  const floppy = await context.step(makeFloppy, config);
  const cd = await context.step(makeCd, config);
  const key = await context.step(makeTemporaryKey, config);
  const guestHost = config.net_bridge ? hostOnBridge(config.net_bridge) : '10.0.2.2';
  const http = await context.step(serveHttp, { options: config, guestHost });
  const privateFolder = await context.step(makePrivateFolder, undefined);
  const parts: Omit<Parts, 'hostPort' | 'vncPort' | 'control' | 'console'> = {
    disks: await disksOf(cached, config, settings, source, context),
    cds: [...(config.disk_image ? [] : [source]), ...(cd === undefined ? [] : [cd])],
    floppy,
    efiVariables: await context.step(copyVariables, settings),
    tpmSocket: await context.step(startTpm, { config, privateFolder }),
    http: { ip: guestHost, port: http.data.HTTPPort },
  };
  const isGoingOn = cached.disk !== undefined;
  const snapshot = isGoingOn ? snapshotName : undefined;
  const wish = { config, settings, parts, privateFolder, snapshot };
  const started = await context.step(startMachine, wish);
  const { machine } = started;
  const evidence = { requests: http.requests };
  if (isGoingOn) await dropSnapshot(machine, context.signal);
  else {
    await withEvidence(machine, context, evidence, () =>
      typeBoot(started, { config, settings, guestHost, http: http.data, key }, context),
    );
  }
  const reached = await reach({ config, machine, key, evidence }, context);
  const generated = { ...http.generated, ID: settings.name };
  if (isGoingOn) await setClock(reached.communicator, context);
  const checkpoints =
    cached.place === undefined ? undefined : new MachineCheckpoints(machine, cached.place);
  await provision(machine, { ...reached, ...(checkpoints && { checkpoints }) }, generated, context);
  if (key !== undefined && config.ssh_clear_authorized_keys) {
    await clearAuthorizedKeys(reached.communicator, key.comment, context.signal);
  }
  await endMachine({ config, machine, reached, evidence }, context);
  if (settings.compacts) await context.step(compactDisk, settings);
  await keep(checkpoints?.last ?? completeFolder(cached), settings, context);
  return machineArtifact(config, settings, generated);
}

/** Of a checkpoint after the last provisioner. */
function completeFolder({ isComplete, folder }: FromCache): string | undefined {
  return isComplete ? folder : undefined;
}

/** Disks as the template wants them, or that of the checkpoint. */
function disksOf(
  { disk }: FromCache,
  config: QemuConfig,
  settings: Settings,
  source: string,
  context: BuildContext,
): Promise<readonly string[]> {
  if (disk !== undefined) return context.step(takeDisk, { from: disk, settings });
  const image = config.disk_image ? source : undefined;
  return context.step(makeDisks, { settings, image });
}

/** What the boot command may refer to. */
interface BootFacts {
  readonly config: QemuConfig;
  readonly settings: Settings;
  readonly guestHost: string;
  readonly http: { readonly HTTPPort: number };
  readonly key: TemporaryKey | undefined;
}

function typeBoot(
  started: StartedMachine,
  { config, settings, guestHost, http, key }: BootFacts,
  context: BuildContext,
): Promise<void> {
  return context.step(typeBootCommand, {
    options: config,
    data: {
      HTTPIP: guestHost,
      HTTPPort: http.HTTPPort,
      Name: settings.name,
      SSHPublicKey: key?.publicKey ?? '',
    },
    means: meansOf(config),
    connect: (signal) => keyboardOf(started, config, signal),
  });
}

/** Takes the disk of an earlier build, when nothing has changed. */
async function reuse(
  disk: string,
  config: QemuConfig,
  settings: Settings,
  context: BuildContext,
): Promise<Artifact> {
  await context.step(takeDisk, { from: disk, settings });
  const { communicator, facts } = await context.connect({ ...config, communicator: 'none' });
  const generated = { ID: settings.name };
  await context.provision({ communicator, facts: { ...facts, ConnType: 'ssh' } }, generated);
  return machineArtifact(config, settings, generated);
}

/** That the cache has no room for the disk is no matter to the build. */
async function keep(
  folder: string | undefined,
  { disks: [{ path }] }: Settings,
  { ui }: BuildContext,
): Promise<void> {
  if (folder === undefined) return;
  await keepFinished(folder, path).catch((error: unknown) =>
    ui.error(`The finished disk could not be kept: ${messageOf(error)}`),
  );
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
