import type { Image, Instance, Tag } from '@aws-sdk/client-ec2';
import {
  type BuildContext,
  type CommunicatorConfig,
  type ConnectTarget,
  clearAuthorizedKeys,
  type Machine,
} from '@bake/plugin-sdk';
import type { Ec2 } from '../aws/ec2.ts';
import { renderTags } from '../aws/tags.ts';
import type { Pace } from '../aws/wait.ts';
import type { BlockDevice } from '../options/block-devices.ts';
import { portOf, type RunConfig, usesSession } from '../options/run.ts';
import { findAddress } from './address.ts';
import { instanceProfile } from './instance-profile.ts';
import { type KeyPair, keyPair } from './key-pair.ts';
import { findNetwork } from './network.ts';
import { type RunningInstance, runInstance } from './run-instance.ts';
import { securityGroups } from './security-group.ts';
import { sourceFacts, tagFacts } from './source-image.ts';
import { windowsPassword } from './windows-password.ts';

/** What instance to start and have provisioned. */
export interface InstanceWish {
  readonly ec2: Ec2;
  readonly config: RunConfig;
  readonly pace: Pace;
  readonly source: Image;
  readonly devices: readonly BlockDevice[];
  readonly noEphemeral: boolean;
  readonly volumeTags: Tag[];
  /** Is called when the instance runs, before it is connected to. */
  readonly onRunning?: (instance: Instance) => Promise<void>;
}

/** An instance that runs and is provisioned. */
export interface Provisioned extends RunningInstance {
  readonly machine: Machine;
}

/** Starts an instance of the source with all that it needs, and has it provisioned. It still runs then. */
export async function provisionInstance(
  wish: InstanceWish,
  context: BuildContext,
): Promise<Provisioned> {
  const { ec2, config, pace, source } = wish;
  const facts = tagFacts(source, ec2.region);
  const tags = renderTags(config.run_tags, config.run_tag, facts, context);
  const network = await context.step(findNetwork, { ec2, config });
  const profile = await context.step(instanceProfile, { ec2, config, tags, pace });
  const key = await context.step(keyPair, { ec2, config, tags, pace });
  const groups = await context.step(securityGroups, { ec2, config, tags, pace, vpc: network.vpc });
  const running = await context.step(runInstance, {
    ...wish,
    image: source,
    network,
    groups,
    key: key.name,
    profile,
    tags,
    spotTags: renderTags(config.spot_tags, config.spot_tag, facts, context),
    fleetTags: renderTags(config.fleet_tags, config.fleet_tag, facts, context),
  });
  const { instance } = running;
  await wish.onRunning?.(instance);
  const machine = await reached(wish, instance, key, context);
  const generated = { ...sourceFacts(source, ec2.region), ID: instance.InstanceId ?? '' };
  await context.provision(machine, generated);
  await forgetKey(config, machine, key, context);
  return { ...running, machine };
}

async function reached(
  { ec2, config, pace }: InstanceWish,
  instance: Instance,
  { privateKey }: KeyPair,
  context: BuildContext,
): Promise<Machine> {
  const isWindows = config.communicator === 'winrm';
  const given = isWindows ? config.winrm_host : config.ssh_host;
  const needsAddress = !given && config.communicator !== 'none';
  const place = needsAddress ? await placeOf(config, { ec2, instance, pace }, context) : {};
  const wish = { ec2, instance: instance.InstanceId ?? '', config, privateKey, pace };
  const password =
    isWindows && !config.winrm_password ? await context.step(windowsPassword, wish) : undefined;
  return context.connect(config as CommunicatorConfig, {
    ...place,
    ...(privateKey === undefined || isWindows ? {} : { privateKey }),
    ...(password === undefined ? {} : { password }),
  });
}

async function placeOf(
  config: RunConfig,
  { ec2, instance, pace }: Pick<InstanceWish, 'ec2' | 'pace'> & { readonly instance: Instance },
  context: BuildContext,
): Promise<ConnectTarget> {
  if (!usesSession(config)) {
    return { host: await context.step(findAddress, { ec2, instance, config, pace }) };
  }
  const { openSession } = await import('./session.ts');
  const port = portOf(config) ?? 22;
  return context.step(openSession, {
    ec2,
    instance: instance.InstanceId ?? '',
    config,
    port,
    pace,
  });
}

/** AWS writes the name of the key pair behind the key in `authorized_keys`. */
async function forgetKey(
  config: RunConfig,
  machine: Machine,
  key: KeyPair,
  context: BuildContext,
): Promise<void> {
  if (!config.ssh_clear_authorized_keys || key.privateKey === undefined) return;
  const { communicator } = machine;
  const left = await clearAuthorizedKeys(communicator, key.name ?? '', context.signal);
  if (left.length > 0) context.ui.error(`The temporary key is still in ${left.join(', ')}`);
}
