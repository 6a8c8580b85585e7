import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Builder, ConfigSchema, Infer } from '@bake/plugin-sdk';
import { recordUi } from '@bake/plugin-sdk/testing';
import { afterAll, expect } from '@jest/globals';
import chroot from '../src/chroot/component.ts';
import type { EbsConfig } from '../src/ebs/component.ts';
import surrogate from '../src/ebssurrogate/component.ts';
import ebsvolume from '../src/ebsvolume/component.ts';
import amazonImport from '../src/import/component.ts';
import instance from '../src/instance/component.ts';
import { decoded } from './decode.ts';
import type { Ec2Server } from './ec2-server.ts';
import { bundled } from './rows/instances.ts';
import type { Given } from './rows/row.ts';
import {
  type BuildSettings,
  config,
  type Outcome,
  runBuild,
  runBuilder,
  runProcessor,
} from './test-build.ts';

/** Calls that make something, by what they make. */
const making = ['CreateKeyPair', 'CreateSecurityGroup', 'RunInstances', 'CreateImage', 'CopyImage'];
const makingSpot = ['CreateLaunchTemplate', 'CreateFleet'];
const makingProfiles = [
  'CreateInstanceProfile',
  'CreateRole',
  'PutRolePolicy',
  'AddRoleToInstanceProfile',
];
const policy = { Version: '', Statement: [{ Effect: 'Allow', Action: ['*'], Resource: ['*'] }] };

/** A build that makes all kinds of things. */
export const full: Partial<EbsConfig> = {
  ami_regions: ['eu-west-1'],
  launch_block_device_mappings: [{ ...nothing(), device_name: '/dev/sdf', volume_size: 1 }],
};

function nothing(): EbsConfig['launch_block_device_mappings'][number] {
  return {
    device_name: '',
    volume_type: undefined,
    volume_size: undefined,
    delete_on_termination: undefined,
    encrypted: undefined,
    kms_key_id: undefined,
    iops: undefined,
    throughput: undefined,
    snapshot_id: undefined,
    virtual_name: undefined,
    no_device: false,
  };
}

/** Options that have an action happen. */
export function setFor(action: string): Partial<EbsConfig> {
  if (makingProfiles.includes(action)) {
    return { ...full, temporary_iam_instance_profile_policy_document: policy };
  }
  return makingSpot.includes(action) ? { ...full, spot_price: 'auto' } : full;
}

const makingSurrogates = ['CreateSnapshot', 'RegisterImage'];
const makingImports = [
  ...['PutObject', 'CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload'],
  'ImportImage',
];
const makingChroots = ['CreateVolume', 'AttachVolume', 'DetachVolume'];

/** All of them. */
export const all: readonly string[] = [
  ...making,
  ...makingSpot,
  ...makingProfiles,
  ...makingSurrogates,
  ...makingImports,
  ...makingChroots,
];

const folder = mkdtempSync(join(tmpdir(), 'bake-faults-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Fills a volume at this machine, whose commands only come to `echo`. */
function runChroot(given: EbsConfig, settings: BuildSettings): Promise<Outcome> {
  const shared = Object.entries(given).filter(([name]) => name in chroot.config);
  const own = decoded(chroot.config, {
    device_path: folder,
    mount_partition: '0',
    mount_path: '/mnt/{{.Device}}',
    command_wrapper: 'echo {{.Command}} > /dev/null',
    chroot_mounts: [],
    copy_files: [],
    ami_name: 'web-1',
  });
  const devices = { ami_block_device_mappings: [], device_path: folder };
  return runBuilder(chroot, { ...own, ...Object.fromEntries(shared), ...devices }, settings);
}

/** Imports a file, in parts if it is large. */
function runImport(size: number, given: EbsConfig, settings: BuildSettings): Promise<Outcome> {
  const path = join(folder, `${size}.ova`);
  if (!existsSync(path)) writeFileSync(path, Buffer.alloc(size));
  const shared = Object.entries(given).filter(([name]) => name in amazonImport.config);
  const own = { s3_bucket_name: 'images', ami_name: 'web-1' };
  const config = decoded(amazonImport.config, { ...Object.fromEntries(shared), ...own });
  return runProcessor(amazonImport, config, [path], settings);
}

/** Options of ours that another builder has as well, over those that it cannot do without. */
function decodedFor<S extends ConfigSchema>(
  { config }: Builder<S>,
  given: EbsConfig,
  own: Given,
): Infer<S> {
  const shared = Object.entries(given).filter(([name]) => name in config && !(name in own));
  return { ...decoded(config, own), ...Object.fromEntries(shared) };
}

/** Fills two volumes, of one of which a snapshot stays, too. */
function runVolumes(given: EbsConfig, settings: BuildSettings): Promise<Outcome> {
  const volume = { volume_size: 1, delete_on_termination: false };
  const ebs_volumes = [
    { ...volume, device_name: '/dev/sdf' },
    { ...volume, device_name: '/dev/sdg', snapshot_volume: true },
  ];
  return runBuilder(ebsvolume, decodedFor(ebsvolume, given, { ebs_volumes }), settings);
}

/** Makes an image of a bundle; what the machine says of it does not matter here. */
function runBundle(given: EbsConfig, settings: BuildSettings): Promise<Outcome> {
  const none = { launch_block_device_mappings: [], ami_block_device_mappings: [] };
  const own = { ...bundled, ...none, ami_name: 'web-1' };
  return runBuilder(instance, decodedFor(instance, given, own), settings);
}

/** Builds what has an action happen, or by the builder of that name. */
export function run(
  server: Ec2Server,
  action: string,
  set: Partial<EbsConfig> = {},
  settings: BuildSettings = {},
): Promise<Outcome> {
  const given = config(server.address, { ...setFor(action), ...set });
  if (action === 'ebsvolume') return runVolumes(given, settings);
  if (action === 'instance') return runBundle(given, settings);
  if (makingChroots.includes(action)) {
    process.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] ??= server.address;
    return runChroot(given, settings);
  }
  if (makingImports.includes(action)) {
    return runImport(/Multi|Part/.test(action) ? 9 * 1024 * 1024 : 1000, given, settings);
  }
  if (!makingSurrogates.includes(action)) return runBuild(given, settings);
  const shared = Object.entries(given).filter(([name]) => name in surrogate.config);
  const own = decoded(surrogate.config, {
    ami_virtualization_type: 'hvm',
    launch_block_device_mappings: [{ device_name: '/dev/sdf' }, { device_name: '/dev/sdg' }],
    ami_root_device: { source_device_name: '/dev/sdf', device_name: '/dev/xvda' },
  });
  const devices = own.launch_block_device_mappings;
  const merged = { ...own, ...Object.fromEntries(shared), launch_block_device_mappings: devices };
  return runBuilder(surrogate, { ...merged, ami_virtualization_type: 'hvm' }, settings);
}

/** What `bake cleanup` does with what a killed run has left. */
export async function reclaim({ test: { journaled } }: Outcome): Promise<void> {
  const ui = recordUi();
  const { signal } = new AbortController();
  for (const { kind, traces } of journaled.toReversed()) {
    await chroot.remains?.[kind]?.remove(traces, { ui, signal });
  }
}

/** Nothing but the images of a success may be there. */
export function expectNothingLeft(server: Ec2Server, { artifact }: Outcome): void {
  const kept = artifact?.id.split(',').map((pair) => pair.split(':')[1] ?? '') ?? [];
  const snapshots = kept.flatMap((id) => server.world.images.get(id)?.snapshots ?? []);
  expect(server.world.left.toSorted()).toEqual([...kept, ...snapshots].toSorted());
}
