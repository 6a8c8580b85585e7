import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import type { Artifact, BuildContext, Machine, Undo } from '@bake/plugin-sdk';
import { makeOutputDirectory } from '@bake/plugin-sdk/vm';
import { addBox } from './add-box.ts';
import { boxArtifact } from './artifact.ts';
import { bringUp, type UpMachine } from './bring-up.ts';
import type { VagrantConfig } from './component.ts';
import { packageBox } from './package-box.ts';
import { refuseWhileMachine, tracesOf } from './place.ts';
import { requireVagrant } from './requirements.ts';
import { Vagrant } from './vagrant.ts';
import { writeVagrantfile } from './vagrantfile.ts';

/** Milliseconds that Packer's plugin waits for SSH. */
const sshPatience = 600_000;

/** Brings a machine up, has it provisioned, and packs it as a new box. */
export async function build(config: VagrantConfig, context: BuildContext): Promise<Artifact> {
  const output = config.output_dir || `output-${context.build.sourceName}`;
  const folder = resolve(output);
  await requireVagrant(config, new Vagrant(tmpdir()), context.signal);
  const vagrant = new Vagrant(folder);
  const mayGo = (): Promise<void> => refuseWhileMachine(tracesOf(folder));
  const folders = await context.step(makeOutputDirectory, { path: output, mayGo });
  let removeBox: Undo | undefined;
  if (!config.global_id) {
    await context.step(writeVagrantfile, { config, folder });
    removeBox = await context.step(addBox, { config, vagrant, folder });
  }
  const up = await context.step(bringUp, { config, vagrant, folder });
  const machine = await connect(config, up, context);
  const generated = { ID: up.name };
  await context.provision(machine, generated);
  await machine.communicator.close();
  if (config.skip_package) {
    context.ui.say('skip_package flag set; not going to call Vagrant package on this box.');
  } else {
    const { name, provider } = up;
    await context.step(packageBox, { config, vagrant, folder, machine: name, provider });
  }
  await up.tearDown();
  const left = {
    destroyMachine: up.destroy,
    removeBox,
    folders,
    hasVagrantfile: !config.global_id,
  };
  return boxArtifact({ config, output, provider: up.provider, generated, left });
}

/** What the template says counts; a user name in it means that Vagrant's key is not meant. */
async function connect(
  config: VagrantConfig,
  { access }: UpMachine,
  context: BuildContext,
): Promise<Machine> {
  const { ssh_username: username, ssh_timeout, ssh_wait_timeout } = config;
  const port = config.ssh_port || access.port;
  const isVagrants = !username;
  const options = {
    ...config,
    ssh_port: port,
    ssh_timeout: ssh_timeout || ssh_wait_timeout || sshPatience,
    ssh_username: username || access.username,
    ...(isVagrants && access.keyFile ? { ssh_private_key_file: access.keyFile } : {}),
  };
  const target = { host: config.ssh_host || access.host, port };
  return context.connect(options, target);
}
