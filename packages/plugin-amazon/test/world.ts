import { constants, generateKeyPairSync, publicEncrypt } from 'node:crypto';
import type { Call } from './ec2-server.ts';
import type { Xml } from './xml.ts';

/** The content of an answer. */
export type Answer = { readonly [name: string]: Xml };

/** An error in AWS's form. */
export class Fault extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

interface Thing {
  readonly [name: string]: Xml;
}

/** Source images that anybody may use. */
const sources: readonly Thing[] = [
  source('ami-old', 'ubuntu-1', '2024-01-01T00:00:00.000Z'),
  source('ami-new', 'ubuntu-2', '2025-01-01T00:00:00.000Z'),
];

function source(imageId: string, name: string, creationDate: string): Thing {
  return {
    imageId,
    name,
    creationDate,
    imageState: 'available',
    imageOwnerId: '099720109477',
    imageOwnerAlias: 'amazon',
    rootDeviceType: 'ebs',
    rootDeviceName: '/dev/sda1',
    architecture: 'x86_64',
    enaSupport: true,
    blockDeviceMapping: [
      {
        deviceName: '/dev/sda1',
        ebs: { snapshotId: 'snap-source', volumeSize: 8, volumeType: 'gp3', iops: 3000 },
      },
      { deviceName: '/dev/sdb', virtualName: 'ephemeral0' },
    ],
    virtualizationType: 'hvm',
    tagSet: [{ key: 'Release', value: name }],
  };
}

/** A pair that all temporary key pairs are. */
export const pair = generateKeyPairSync('rsa', {
  modulusLength: 1024,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});

/** A cloud as small as can be: what was made in it and not removed. */
export class World {
  readonly keyPairs = new Set<string>();
  readonly groups = new Map<string, string>();
  /** Instance profiles, roles, and what connects them. */
  readonly identities = new Set<string>();
  /** What was asked for launch templates with, by name. */
  readonly templates = new Map<string, Call['params']>();
  readonly instances = new Map<string, Instance>();
  readonly images = new Map<string, Image>();
  /** Copies of images by the token that they were asked for with. */
  readonly copies = new Map<string, string>();
  readonly volumes = new Set<string>();
  /** Instances by the volumes that they have. */
  readonly attachments = new Map<string, string>();
  /** Volumes by the token that they were asked for with. */
  readonly marks = new Map<string, string>();
  readonly snapshots = new Set<string>();
  /** Objects in buckets of S3, and what is uploaded in parts. */
  readonly objects = new Set<string>();
  readonly imports = new Map<string, Import>();
  /** What AWS says of snapshots that it makes itself. */
  readonly descriptions = new Map<string, string>();
  /** Volumes that snapshots were made of. */
  readonly snapshotVolumes = new Map<string, string>();
  /** Calls after which a thing is what it is to become. */
  slowness = 0;
  /** What images are of: `windows`. */
  platform: string | undefined;
  #count = 0;

  /** Names of all that is left, but for terminated instances. */
  get left(): readonly string[] {
    const running = [...this.instances].filter(([, { state }]) => state !== 'terminated');
    return [
      ...this.keyPairs,
      ...this.groups.keys(),
      ...this.templates.keys(),
      ...this.identities,
      ...running.map(([id]) => id),
      ...this.images.keys(),
      ...this.volumes,
      ...this.snapshots,
      ...this.objects,
      ...[...this.imports].filter(([, { state }]) => state === 'active').map(([id]) => id),
    ];
  }

  answer(call: Call): Answer {
    const act = actions[call.action];
    if (act === undefined) throw new Fault('InvalidAction', call.action);
    return act(call, this);
  }

  id(kind: string): string {
    this.#count += 1;
    return `${kind}-${this.#count}`;
  }
}

interface Instance {
  readonly token: string;
  state: string;
  looks: number;
  next: string;
  readonly volumes: (readonly [device: string, volume: string, goes: boolean])[];
}

interface Import {
  readonly mark: string;
  state: 'active' | 'completed' | 'deleted';
  looks: number;
  image?: string;
}

interface Image {
  readonly name: string;
  readonly region: string;
  readonly origin: readonly [kind: 'sourceInstanceId' | 'sourceImageId', id: string] | undefined;
  readonly snapshots: string[];
  looks: number;
}

type Act = (call: Call, world: World) => Answer;

const vpcs: readonly Thing[] = [
  { vpcId: 'vpc-1', isDefault: true },
  { vpcId: 'vpc-2', isDefault: false },
];

const subnets: readonly Thing[] = [
  {
    subnetId: 'subnet-1',
    vpcId: 'vpc-1',
    availabilityZone: 'eu-central-1a',
    availableIpAddressCount: 5,
  },
  {
    subnetId: 'subnet-2',
    vpcId: 'vpc-1',
    availabilityZone: 'eu-central-1b',
    availableIpAddressCount: 9,
  },
];

const actions: Readonly<Record<string, Act>> = {
  DescribeRegions: () => ({
    regionInfo: ['eu-central-1', 'eu-west-1', 'us-east-1'].map((regionName) => ({ regionName })),
  }),
  DescribeVpcs: ({ params }) => ({
    vpcSet: vpcs.filter(
      (one) =>
        (params['VpcId.1'] ?? one['vpcId']) === one['vpcId'] &&
        (filterOf(params, 'is-default') ?? String(one['isDefault'])) === String(one['isDefault']) &&
        (filterOf(params, 'tag:Net') ?? one['vpcId']) === one['vpcId'],
    ),
  }),
  DescribeSubnets: ({ params }) => ({
    subnetSet: subnets.filter(
      (one) =>
        (params['SubnetId.1'] ?? one['subnetId']) === one['subnetId'] &&
        (filterOf(params, 'vpc-id') ?? one['vpcId']) === one['vpcId'] &&
        (filterOf(params, 'availability-zone') ?? one['availabilityZone']) ===
          one['availabilityZone'],
    ),
  }),
  CreateVolume: ({ params }, world) => {
    const mark = params['ClientToken'] ?? '';
    const known = world.marks.get(mark);
    if (known !== undefined) return { volumeId: known };
    const volumeId = world.id('vol');
    world.marks.set(mark, volumeId);
    world.volumes.add(volumeId);
    return { volumeId };
  },
  DescribeVolumes: ({ params }, { attachments, marks, volumes }) => {
    const id = params['VolumeId.1'] ?? marks.get(filterOf(params, 'tag:bake-mark') ?? '');
    if (id === undefined || !volumes.has(id)) return { volumeSet: [] };
    const at = attachments.get(id);
    const attachmentSet = at === undefined ? [] : [{ instanceId: at, status: 'attached' }];
    return { volumeSet: [{ volumeId: id, status: 'available', attachmentSet }] };
  },
  AttachVolume: ({ params }, { attachments }) => {
    const id = params['VolumeId'] ?? '';
    if (attachments.has(id)) throw new Fault('VolumeInUse', id);
    attachments.set(id, params['InstanceId'] ?? '');
    return { status: 'attaching' };
  },
  DetachVolume: ({ params }, { attachments }) => {
    if (!attachments.delete(params['VolumeId'] ?? '')) throw new Fault('IncorrectState', 'free');
    return { status: 'detaching' };
  },
  ListObjectsV2: ({ params: { bucket, prefix } }, { objects }) => {
    const start = `${bucket}/${prefix}`;
    const keys = [...objects].filter((one) => one.startsWith(start));
    return keys.length === 0
      ? { Name: bucket }
      : { Contents: { Key: keys[0]?.slice(String(bucket).length + 1) } };
  },
  PutObject: ({ params: { bucket, key } }, { objects }) => {
    objects.add(`${bucket}/${key}`);
    return {};
  },
  CreateMultipartUpload: ({ params: { bucket, key } }, { objects }) => {
    objects.add(`parts of ${bucket}/${key}`);
    return { UploadId: 'u-1' };
  },
  UploadPart: () => ({}),
  CompleteMultipartUpload: ({ params: { bucket, key } }, { objects }) => {
    objects.delete(`parts of ${bucket}/${key}`);
    objects.add(`${bucket}/${key}`);
    return { Location: `${bucket}/${key}` };
  },
  ListMultipartUploads: ({ params: { bucket } }, { objects }) => {
    const start = `parts of ${bucket}/`;
    const keys = [...objects].filter((one) => one.startsWith(start));
    const [Key] = keys.map((one) => one.slice(start.length));
    return Key === undefined ? { Bucket: bucket } : { Upload: { Key, UploadId: 'u-1' } };
  },
  AbortMultipartUpload: ({ params: { bucket, key } }, { objects }) => {
    objects.delete(`parts of ${bucket}/${key}`);
    return {};
  },
  DeleteObject: ({ params: { bucket, key } }, { objects }) => {
    objects.delete(`${bucket}/${key}`);
    return {};
  },
  ImportImage: ({ params }, world) => {
    const mark = params['ClientToken'] ?? '';
    const known = [...world.imports].find(([, one]) => one.mark === mark)?.[0];
    const importTaskId = known ?? world.id('import-ami');
    if (known === undefined) world.imports.set(importTaskId, { mark, state: 'active', looks: 0 });
    return { importTaskId };
  },
  DescribeImportImageTasks: ({ params, region }, world) => {
    const id = params['ImportTaskId.1'];
    const mark = filterOf(params, 'tag:bake-mark');
    const found = [...world.imports].filter(([one, its]) =>
      id === undefined ? its.mark === mark : one === id,
    );
    return { importImageTaskSet: found.map(([one, its]) => seenImport(world, region, one, its)) };
  },
  CancelImportTask: ({ params }, { imports }) => {
    const task = imports.get(params['ImportTaskId'] ?? '');
    if (task?.state !== 'active') throw new Fault('IncorrectState', 'over');
    task.state = 'deleted';
    return {};
  },
  DescribeLaunchTemplates: () => ({ launchTemplates: [{ latestVersionNumber: 7 }] }),
  EnableFastLaunch: () => ({ state: 'enabling' }),
  DisableFastLaunch: () => ({ state: 'disabling' }),
  DescribeFastLaunchImages: () => ({ fastLaunchImageSet: [{ state: 'enabled' }] }),
  GetParameter: () => ({ Parameter: { Value: 'ami-new', Version: 3, ARN: 'arn:p' } }),
  GetSecretValue: () => ({ SecretString: '{"user":"ada","port":5432}', VersionId: 'v1' }),
  StartSession: () => ({ SessionId: 's-1', TokenValue: 'session-token', StreamUrl: 'wss://x' }),
  TerminateSession: () => ({ SessionId: 's-1' }),
  DescribeInstanceTypeOfferings: () => ({
    instanceTypeOfferingSet: [{ instanceType: 't3.micro', location: 'eu-central-1a' }],
  }),
  DescribeImages: describeImages,
  DescribeKeyPairs: ({ params }, { keyPairs }) => {
    const name = params['KeyName.1'] ?? '';
    if (!keyPairs.has(name)) throw new Fault('InvalidKeyPair.NotFound', name);
    return { keySet: [{ keyName: name }] };
  },
  CreateKeyPair: ({ params }, { keyPairs }) => {
    const name = params['KeyName'] ?? '';
    if (keyPairs.has(name)) throw new Fault('InvalidKeyPair.Duplicate', name);
    keyPairs.add(name);
    return { keyName: name, keyPairId: `id-${name}`, keyMaterial: pair.privateKey };
  },
  DeleteKeyPair: ({ params }, { keyPairs }) => ({
    return: keyPairs.delete(params['KeyName'] ?? ''),
  }),
  DescribeSecurityGroups: ({ params }, { groups }) => {
    const name = filterOf(params, 'group-name');
    const found = [...groups].filter(([, one]) => one === name).map(([groupId]) => ({ groupId }));
    const known = filterOf(params, 'tag:Class') === 'build' ? [{ groupId: 'sg-found' }] : [];
    return { securityGroupInfo: [...found, ...known] };
  },
  CreateSecurityGroup: ({ params }, world) => {
    const name = params['GroupName'] ?? '';
    if ([...world.groups.values()].includes(name)) throw new Fault('InvalidGroup.Duplicate', name);
    const groupId = world.id('sg');
    world.groups.set(groupId, name);
    return { groupId };
  },
  AuthorizeSecurityGroupIngress: () => ({ return: true }),
  DeleteSecurityGroup: ({ params }, { groups, instances }) => {
    const isUsed = [...instances.values()].some(({ state }) => state !== 'terminated');
    if (isUsed) throw new Fault('DependencyViolation', 'in use');
    if (!groups.delete(params['GroupId'] ?? '')) throw new Fault('InvalidGroup.NotFound', 'gone');
    return { return: true };
  },
  CreateLaunchTemplate: ({ params }, { templates }) => {
    const name = params['LaunchTemplateName'] ?? '';
    templates.set(name, params);
    return { launchTemplate: { launchTemplateId: `lt-${name}`, launchTemplateName: name } };
  },
  DeleteLaunchTemplate: ({ params }, { templates }) => {
    const name = params['LaunchTemplateName'] ?? '';
    if (!templates.delete(name))
      throw new Fault('InvalidLaunchTemplateName.NotFoundException', name);
    return {};
  },
  CreateFleet: ({ params }, world) => {
    const name = params['LaunchTemplateConfigs.1.LaunchTemplateSpecification.LaunchTemplateName'];
    const { ...template } = world.templates.get(name ?? '');
    const prefix = 'LaunchTemplateData.';
    const data = Object.fromEntries(
      Object.entries(template).map(([key, value]) => [key.slice(prefix.length), value]),
    );
    const mark = Object.keys(data).find((key) => data[key] === 'bake-mark');
    const token = data[mark?.replace(/Key$/, 'Value') ?? ''] ?? '';
    const id = newInstance(world, token, data);
    return { fleetId: 'fleet-1', fleetInstanceSet: [{ instanceIds: [id] }] };
  },
  RunInstances: runInstances,
  DescribeInstances: describeInstances,
  StopInstances: ({ params }, { instances }) =>
    turn(instances, params['InstanceId.1'], 'stopping', 'stopped'),
  TerminateInstances: ({ params }, world) => {
    const id = params['InstanceId.1'] ?? '';
    for (const [, volume, goes] of world.instances.get(id)?.volumes ?? []) {
      if (goes) world.volumes.delete(volume);
    }
    return turn(world.instances, id, 'shutting-down', 'terminated');
  },
  ModifyInstanceAttribute: ({ params }, { instances }) => {
    const instance = instances.get(params['InstanceId'] ?? '');
    for (const [index, volume] of (instance?.volumes ?? []).entries()) {
      const name = Object.keys(params).find((key) => params[key] === volume[0]);
      const goes = params[name?.replace('DeviceName', 'Ebs.DeleteOnTermination') ?? ''];
      if (goes === 'true' && instance !== undefined) {
        instance.volumes[index] = [volume[0], volume[1], true];
      }
    }
    return { return: true };
  },
  GetPasswordData: () => ({
    passwordData: publicEncrypt(
      { key: pair.publicKey, padding: constants.RSA_PKCS1_PADDING },
      Buffer.from('Pa55word!'),
    ).toString('base64'),
  }),
  CreateImage: ({ params, region }, world) => {
    const id = params['InstanceId'] ?? '';
    const answer = newImage(world, region, params['Name'] ?? '', ['sourceInstanceId', id]);
    const image = world.images.get(String(answer['imageId']));
    const named = Object.keys(params).filter((name) => name.endsWith('.SnapshotId'));
    image?.snapshots.push(...named.map((name) => params[name] ?? ''));
    return answer;
  },
  RegisterImage: ({ params, region }, world) => {
    const snapshots = Object.keys(params).filter((name) => name.endsWith('.SnapshotId'));
    const given = snapshots.map((name) => params[name] ?? '');
    return newImage(world, region, params['Name'] ?? '', undefined, given);
  },
  CopyImage: ({ params, region }, world) => {
    const id = params['SourceImageId'] ?? '';
    const token = params['ClientToken'] ?? '';
    const known = world.copies.get(token);
    if (known !== undefined) return { imageId: known };
    const made = newImage(world, region, params['Name'] ?? '', ['sourceImageId', id]);
    world.copies.set(token, String(made['imageId']));
    return made;
  },
  DeregisterImage: ({ params }, { images }) => {
    const id = params['ImageId'] ?? '';
    if (!images.delete(id)) throw new Fault('InvalidAMIID.NotFound', id);
    return { return: true };
  },
  CreateSnapshot: ({ params }, world) => {
    const snapshotId = world.id('snap');
    world.snapshots.add(snapshotId);
    world.snapshotVolumes.set(snapshotId, params['VolumeId'] ?? '');
    return { snapshotId };
  },
  DescribeSnapshots: ({ params }, { snapshots, snapshotVolumes, descriptions }) => {
    const id = params['SnapshotId.1'];
    const volume = filterOf(params, 'volume-id');
    const patterns = Object.entries(params)
      .filter(([name, value]) => name.startsWith('Filter.') && value.includes('ami-'))
      .map(([, value]) => new RegExp(`^${value.replace(/[().]/g, '\\$&').replaceAll('*', '.*')}$`));
    const found = [...snapshots].filter((one) =>
      id === undefined
        ? patterns.some((pattern) => pattern.test(descriptions.get(one) ?? '')) ||
          (volume !== undefined && snapshotVolumes.get(one) === volume)
        : one === id,
    );
    const progress = id === undefined ? '40%' : '100%';
    return {
      snapshotSet: found.map((snapshotId) => ({ snapshotId, status: 'completed', progress })),
    };
  },
  DeleteSnapshot: ({ params }, { snapshots, images }) => {
    const id = params['SnapshotId'] ?? '';
    const isUsed = [...images.values()].some((one) => one.snapshots.includes(id));
    if (isUsed) throw new Fault('InvalidSnapshot.InUse', id);
    if (!snapshots.delete(id)) throw new Fault('InvalidSnapshot.NotFound', id);
    return { return: true };
  },
  DeleteVolume: ({ params }, { volumes }) => {
    const id = params['VolumeId'] ?? '';
    if (!volumes.delete(id)) throw new Fault('InvalidVolume.NotFound', id);
    return { return: true };
  },
  ModifyImageAttribute: () => ({ return: true }),
  ModifySnapshotAttribute: () => ({ return: true }),
  CreateTags: () => ({ return: true }),
  DeleteTags: () => ({ return: true }),
  EnableImageDeprecation: () => ({ return: true }),
  EnableImageDeregistrationProtection: () => ({ return: 'true' }),
  GetCallerIdentity: () => ({ Arn: 'arn:aws:iam::123456789012:user/ada' }),
  DecodeAuthorizationMessage: () => ({
    DecodedMessage: '{"allowed":false,"missing":"ec2:RunInstances"}',
  }),
  AssumeRole: () => ({
    Credentials: {
      AccessKeyId: 'role-key',
      SecretAccessKey: 'role-secret',
      SessionToken: 'role-token',
      Expiration: '2999-01-01T00:00:00Z',
    },
  }),
  CreateInstanceProfile: identity('add', 'InstanceProfileName'),
  CreateRole: identity('add', 'RoleName'),
  PutRolePolicy: identity('put', 'PolicyName'),
  AddRoleToInstanceProfile: identity('add', 'link'),
  RemoveRoleFromInstanceProfile: identity('delete', 'link'),
  DeleteRolePolicy: identity('delete', 'PolicyName'),
  DeleteRole: identity('delete', 'RoleName'),
  DeleteInstanceProfile: identity('delete', 'InstanceProfileName'),
  GetInstanceProfile: ({ params }) => {
    if (params['InstanceProfileName'] === 'gone') throw new Fault('NoSuchEntity', 'not there', 404);
    return { InstanceProfile: { InstanceProfileName: params['InstanceProfileName'] } };
  },
};

/** Makes or removes something of IAM. */
function identity(verb: 'add' | 'put' | 'delete', what: string): Act {
  return ({ params }, { identities }) => {
    const name = `${what} ${params[what] ?? params['RoleName']}`;
    if (verb === 'delete') {
      if (!identities.delete(name)) throw new Fault('NoSuchEntity', name, 404);
    } else {
      if (verb === 'add' && identities.has(name)) throw new Fault('EntityAlreadyExists', name, 409);
      identities.add(name);
    }
    return {};
  };
}

function filterOf(params: Call['params'], name: string): string | undefined {
  const entry = Object.entries(params).find(
    ([key, value]) => /^Filters?\.\d+\.Name$/.test(key) && value === name,
  );
  return entry && params[entry[0].replace(/Name$/, 'Value.1')];
}

function describeImages({ params, region }: Call, world: World): Answer {
  const { images, slowness } = world;
  const id = params['ImageId.1'];
  const name = filterOf(params, 'name');
  const own = [...images].flatMap(([imageId, image]) => {
    const isAsked =
      id === undefined ? name === image.name && params['Owner.1'] === 'self' : id === imageId;
    if (!isAsked || image.region !== region) return [];
    image.looks += 1;
    return [
      {
        imageId,
        name: image.name,
        imageState: image.looks > slowness ? 'available' : 'pending',
        ...(world.platform === undefined ? {} : { platform: world.platform }),
        ...(image.origin === undefined ? {} : { [image.origin[0]]: image.origin[1] }),
        blockDeviceMapping: image.snapshots.map((snapshotId) => ({
          deviceName: '/dev/sda1',
          ebs: { snapshotId },
        })),
      },
    ];
  });
  const others = sources.filter((one) =>
    id === undefined ? params['Owner.1'] === '099720109477' : one['imageId'] === id,
  );
  if (id !== undefined && own.length + others.length === 0)
    throw new Fault('InvalidAMIID.NotFound', id);
  return { imagesSet: [...own, ...others] };
}

function seenImport(world: World, region: string, importTaskId: string, task: Import): Answer {
  task.looks += 1;
  if (task.state === 'active' && task.looks > world.slowness) {
    task.state = 'completed';
    const origin = ['sourceInstanceId', importTaskId] as const;
    task.image = String(newImage(world, region, importTaskId, origin)['imageId']);
  }
  const { state, image } = task;
  return { importTaskId, status: state, progress: '42', ...(image ? { imageId: image } : {}) };
}

function newImage(
  world: World,
  region: string,
  name: string,
  origin: Image['origin'],
  given?: readonly string[],
): Answer {
  const isTaken = [...world.images.values()].some(
    (one) => one.name === name && one.region === region,
  );
  if (isTaken) throw new Fault('InvalidAMIName.Duplicate', name);
  const imageId = world.id('ami');
  const snapshots = [...(given ?? [world.id('snap')])];
  for (const one of snapshots) world.snapshots.add(one);
  const [kind, source] = origin ?? [];
  const description =
    kind === 'sourceImageId'
      ? `Copied for DestinationAmi ${imageId} from SourceAmi ${source} for SourceSnapshot snap-0.`
      : `Created by CreateImage(${source}) for ${imageId}`;
  if (given === undefined) for (const one of snapshots) world.descriptions.set(one, description);
  world.images.set(imageId, { name, region, origin, snapshots, looks: 0 });
  return { imageId };
}

function runInstances({ params }: Call, world: World): Answer {
  return {
    instancesSet: [{ instanceId: newInstance(world, params['ClientToken'] ?? '', params) }],
  };
}

/** One for each token, however often it is asked for. */
function newInstance(world: World, token: string, params: Call['params']): string {
  const known = [...world.instances].find(([, one]) => one.token === token)?.[0];
  if (known !== undefined) return known;
  const instanceId = world.id('i');
  const volumes = [1, 2, 3].flatMap((index) => {
    const device = params[`BlockDeviceMapping.${index}.DeviceName`];
    const goes = params[`BlockDeviceMapping.${index}.Ebs.DeleteOnTermination`] === 'true';
    return device === undefined ? [] : [[device, world.id('vol'), goes] as const];
  });
  for (const [, volume] of volumes) {
    world.volumes.add(volume);
    world.attachments.set(volume, instanceId);
  }
  world.instances.set(instanceId, { token, state: 'pending', looks: 0, next: 'running', volumes });
  return instanceId;
}

function turn(instances: World['instances'], id = '', state: string, next: string): Answer {
  const instance = instances.get(id);
  if (instance === undefined) throw new Fault('InvalidInstanceID.NotFound', id);
  Object.assign(instance, { state, next, looks: 0 });
  return { instancesSet: [{ instanceId: id }] };
}

/** The instance that the tests of amazon-chroot run on. */
const host: Instance = {
  token: '',
  state: 'running',
  looks: 0,
  next: 'running',
  volumes: [['/dev/sdf', 'vol-other', false]],
};

function describeInstances({ params }: Call, { instances, slowness }: World): Answer {
  const id = params['InstanceId.1'];
  const token = filterOf(params, 'client-token') ?? filterOf(params, 'tag:bake-mark');
  if (id === 'i-host') return { reservationSet: [{ instancesSet: [seen(id, host, 0)] }] };
  const found = [...instances].filter(([one, { token: its }]) =>
    id === undefined ? its === token : one === id,
  );
  if (id !== undefined && found.length === 0) throw new Fault('InvalidInstanceID.NotFound', id);
  return {
    reservationSet: found.map(([one, instance]) => ({
      instancesSet: [seen(one, instance, slowness)],
    })),
  };
}

function seen(instanceId: string, instance: Instance, slowness: number): Answer {
  instance.looks += 1;
  if (instance.looks > slowness) instance.state = instance.next;
  return {
    instanceId,
    instanceState: { code: 0, name: instance.state },
    ipAddress: '198.51.100.7',
    dnsName: 'public.example',
    privateIpAddress: '10.0.0.7',
    privateDnsName: 'private.example',
    rootDeviceName: '/dev/xvda',
    architecture: 'arm64',
    placement: { availabilityZone: 'eu-central-1a' },
    vpcId: 'vpc-1',
    networkInterfaceSet: [{ ipv6AddressesSet: [{ ipv6Address: '2001:db8::7' }] }],
    blockDeviceMapping:
      instance.state === 'terminated'
        ? []
        : instance.volumes.map(([deviceName, volumeId]) => ({ deviceName, ebs: { volumeId } })),
  };
}
