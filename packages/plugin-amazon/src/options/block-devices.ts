import { blocks, bool, type Complain, type Infer, number, string } from '@bake/plugin-sdk';
import { isKmsKey } from './kms-key.ts';

/** Options of a block device. */
export const deviceOptions = {
  device_name: string('Name of the device.', { required: true, example: '"/dev/sda1"' }),
  volume_type: string('Kind of volume.', { example: '"gp3"' }),
  volume_size: number('Size of the volume.', { unit: 'GiB' }),
  delete_on_termination: bool('The volume goes with the instance.'),
  encrypted: bool('Encrypt the volume; as the snapshot is without.'),
  kms_key_id: string('Key to encrypt it with.'),
  iops: number('Operations per second, for `io1`, `io2` and `gp3`.'),
  throughput: number('Throughput, for `gp3`.', { unit: 'MiB/s' }),
  snapshot_id: string('Snapshot to make the volume of.'),
  virtual_name: string('Instance store volume to map there.', { example: '"ephemeral0"' }),
  no_device: bool('Leave out a device that the source image has.', { default: false }),
};

/** Block devices, as repeatable blocks. */
export const deviceBlocks = (doc: string) => blocks(doc, deviceOptions);

/** A decoded block device. */
export type BlockDevice = Infer<typeof deviceOptions>;

/** Snapshots that a template names: they are there before the build, and stay. */
export function givenSnapshots(devices: readonly BlockDevice[]): readonly string[] {
  return devices.flatMap((one) => (one.snapshot_id ? [one.snapshot_id] : []));
}

/** Limits that AWS sets ("Amazon EBS volume types"): operations per second in all and for each GiB. */
const iopsLimits: Readonly<Record<string, readonly [least: number, most: number, each?: number]>> =
  { io1: [100, 64_000, 50], io2: [100, 256_000, 500], gp3: [3000, 80_000] };

const throughputLimits = [125, 2000] as const;

/** Names of the devices whose volumes are to stay when their instance is terminated. */
export function keptDevices(devices: readonly BlockDevice[]): readonly string[] {
  return devices.filter((one) => one.delete_on_termination === false).map((one) => one.device_name);
}

/** Checks each device by itself. */
export function checkDevices(
  option: string,
  devices: readonly BlockDevice[],
  complain: Complain,
): void {
  for (const [index, each] of devices.entries()) {
    for (const [field, detail] of mistakesIn(each)) {
      const summary = `Block device "${each.device_name}"`;
      complain(`${option}.${index}.${field}`, { summary, detail });
    }
  }
}

function* mistakesIn(given: BlockDevice): Generator<readonly [keyof BlockDevice, string]> {
  if (given.device_name === '') yield ['device_name', '"device_name" must be set.'];
  if (given.kms_key_id && given.encrypted === false) {
    yield ['kms_key_id', 'With "kms_key_id", "encrypted" must not be false.'];
  }
  if (given.kms_key_id && !isKmsKey(given.kms_key_id)) {
    yield ['kms_key_id', `"${given.kms_key_id}" is not the ID, alias or ARN of a KMS key.`];
  }
  yield* performanceMistakes(given);
}

function* performanceMistakes({
  volume_type: type = '',
  volume_size: size = 0,
  iops,
  throughput,
}: BlockDevice): Generator<readonly [keyof BlockDevice, string]> {
  const limits = iopsLimits[type];
  if (iops !== undefined && limits !== undefined) {
    const [least, most, each] = limits;
    if (iops < least || iops > most) {
      yield ['iops', `"iops" of ${type} volumes must be between ${least} and ${most}.`];
    }
    if (each !== undefined && size > 0 && iops > each * size) {
      yield ['iops', `"iops" of ${type} volumes is at most ${each} for each GiB of the volume.`];
    }
  }
  if (throughput === undefined) return;
  const [least, most] = throughputLimits;
  if (type !== 'gp3') yield ['throughput', 'Only gp3 volumes have a "throughput" of their own.'];
  else if (throughput < least || throughput > most) {
    yield ['throughput', `"throughput" must be between ${least} and ${most}.`];
  }
}
