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
import { goOn, MachineCheckpoints, setClock } from '../checkpoint/checkpoints.ts';
import type { KeptFolder } from '../checkpoint/kept-folder.ts';
import { compactDisk } from '../disk/compact-disk.ts';
import { makeDisks } from '../disk/make-disks.ts';
import { whyNoKvm } from '../machine/accelerator.ts';
import type { Parts } from '../machine/arguments.ts';
import { copyVariables, variablesName } from '../machine/firmware.ts';
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
import { reach } from './connect.ts';
import { findSource } from './find-source.ts';
import { findLoginKey, type LoginKey } from './login-key.ts';
import { askCache, type FromCache, takeFiles } from './resume.ts';

/** Starts a machine, has it provisioned, turns it off, and gives its disk. */
export async function build(config: QemuConfig, context: BuildContext): Promise<Artifact> {
  const settings = await settingsOf(config, context.build);
  await requirePrograms(config, settings, context);
  const source = await context.step(findSource, config);
  const cached = await askCache(config, settings, source, context);
  const madeFolders = await context.step(makeOutputDirectory, settings.folder);
  if (cached.finished !== undefined) {
    return reuse({ files: cached.finished, madeFolders }, config, settings, context);
  }
  const floppy = await context.step(makeFloppy, config);
  const cd = await context.step(makeCd, config);
  const key = await context.step(findLoginKey, { config, kept: cached.key });
  const guestHost = config.net_bridge ? hostOnBridge(config.net_bridge) : '10.0.2.2';
  const http = await context.step(serveHttp, { options: config, guestHost, ...listening(config) });
  const privateFolder = await context.step(makePrivateFolder, undefined);
  const parts: Omit<Parts, 'hostPort' | 'vncPort' | 'control' | 'console'> = {
    disks: await disksOf(cached, config, settings, source, context),
    cds: [...(config.disk_image ? [] : [source]), ...(cd === undefined ? [] : [cd])],
    floppy,
    efiVariables: await context.step(copyVariables, {
      settings,
      kept: cached.folder?.at(variablesName),
    }),
    tpmSocket: await context.step(startTpm, { config, privateFolder }),
    http: { ip: guestHost, port: http.data.HTTPPort },
  };
  const { folder } = cached;
  const wish = { config, settings, parts, privateFolder, isAwaited: folder !== undefined };
  const started = await context.step(startMachine, wish);
  const { machine } = started;
  const evidence = { requests: http.requests };
  if (folder !== undefined) await goOn(machine, folder, context.signal);
  else {
    await withEvidence(machine, context, evidence, () =>
      typeBoot(started, { config, settings, guestHost, http: http.data, key }, context),
    );
  }
  const reached = await reach(
    { config, machine, key, evidence, isUp: folder !== undefined },
    context,
  );
  const generated = { ...http.generated, ID: settings.name };
  if (folder !== undefined) await setClock(reached.communicator, context);
  const checkpoints =
    cached.place === undefined ? undefined : new MachineCheckpoints(machine, cached.place, key);
  await provision(machine, { ...reached, ...(checkpoints && { checkpoints }) }, generated, context);
  if (key?.temporary !== undefined && config.ssh_clear_authorized_keys) {
    await clearAuthorizedKeys(reached.communicator, key.temporary.comment, context.signal);
  }
  await endMachine({ config, machine, reached, evidence }, context);
  if (settings.compacts) await context.step(compactDisk, settings);
  const artifact = await machineArtifact(config, settings, madeFolders, generated);
  await keep(checkpoints?.last ?? completeFolder(cached), artifact.files, context);
  return artifact;
}

/**
 * In QEMU's own network the guest's 10.0.2.2 leads to this computer's loopback, so that nobody else need reach the server; a network
 * of the template's leads wherever it does.
 */
function listening({ net_bridge, qemuargs = [] }: QemuConfig): { readonly bindAddress?: string } {
  const isOwn =
    !net_bridge && qemuargs.every(([flag]) => !/^-(?:netdev|net|nic)$/.test(flag ?? ''));
  return isOwn ? { bindAddress: '127.0.0.1' } : {};
}

/** Of a checkpoint after the last provisioner. */
function completeFolder({ isComplete, folder }: FromCache): KeptFolder | undefined {
  return isComplete ? folder : undefined;
}

/** Disks as the template wants them, or those of the checkpoint. Gives their paths, the one to boot from first. */
async function disksOf(
  { folder }: FromCache,
  config: QemuConfig,
  settings: Settings,
  source: string,
  context: BuildContext,
): Promise<readonly string[]> {
  const image = config.disk_image ? source : undefined;
  if (folder === undefined) return context.step(makeDisks, { settings, image });
  const paths = settings.disks.map(({ path }) => path);
  await context.step(takeFiles, { files: paths.map((path) => folder.at(path)), settings });
  return paths;
}

/** What the boot command may refer to. */
interface BootFacts {
  readonly config: QemuConfig;
  readonly settings: Settings;
  readonly guestHost: string;
  readonly http: { readonly HTTPPort: number };
  readonly key: LoginKey | undefined;
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

/** Takes what an earlier build has come to, when nothing has changed. */
async function reuse(
  {
    files,
    madeFolders,
  }: { readonly files: readonly string[]; readonly madeFolders: readonly string[] },
  config: QemuConfig,
  settings: Settings,
  context: BuildContext,
): Promise<Artifact> {
  await context.step(takeFiles, { files, settings });
  const { communicator, facts } = await context.connect({ ...config, communicator: 'none' });
  const generated = { ID: settings.name };
  await context.provision({ communicator, facts: { ...facts, ConnType: 'ssh' } }, generated);
  return machineArtifact(config, settings, madeFolders, generated);
}

/** That the cache has no room for it is no matter to the build. */
async function keep(
  folder: KeptFolder | undefined,
  files: readonly string[],
  { cache, ui }: BuildContext,
): Promise<void> {
  if (folder === undefined) return;
  try {
    await folder.keepFinished(files);
    cache?.resized({ folder: folder.path }, await folder.size());
  } catch (error) {
    ui.error(`What was built could not be kept: ${messageOf(error)}`);
  }
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
