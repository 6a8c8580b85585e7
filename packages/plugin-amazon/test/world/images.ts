import type { Call } from '../ec2-server.ts';
import type { World } from '../world.ts';
import { type Acts, type Answer, Fault, filterOf, type Thing } from './act.ts';

/** An import of an image, with the token that it was asked for with. */
export interface Import {
  readonly mark: string;
  state: 'active' | 'completed' | 'deleted';
  looks: number;
  image?: string;
}

/** An image of the account. */
export interface Image {
  readonly name: string;
  readonly region: string;
  readonly origin: readonly [kind: 'sourceInstanceId' | 'sourceImageId', id: string] | undefined;
  readonly snapshots: string[];
  looks: number;
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

/** Images, and imports that come to one. */
export const imageActs: Acts = {
  DescribeImages: describeImages,
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
  ModifyImageAttribute: () => ({ return: true }),
  EnableImageDeprecation: () => ({ return: true }),
  EnableImageDeregistrationProtection: () => ({ return: 'true' }),
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
  EnableFastLaunch: () => ({ state: 'enabling' }),
  DisableFastLaunch: () => ({ state: 'disabling' }),
  DescribeFastLaunchImages: () => ({ fastLaunchImageSet: [{ state: 'enabled' }] }),
};

function describeImages({ params, region }: Call, world: World): Answer {
  const { images, slowness } = world;
  const platform = world.platform === undefined ? {} : { platform: world.platform };
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
        ...platform,
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
  return { imagesSet: [...own, ...others.map((one) => ({ ...one, ...platform }))] };
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
