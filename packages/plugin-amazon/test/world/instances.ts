import { constants, publicEncrypt } from 'node:crypto';
import type { Call } from '../ec2-server.ts';
import type { World } from '../world.ts';
import { type Acts, type Answer, Fault, filterOf } from './act.ts';
import { pair } from './key-pairs.ts';

/** An instance, with the token that it was asked for with. */
export interface Instance {
  readonly token: string;
  state: string;
  looks: number;
  next: string;
  readonly volumes: (readonly [device: string, volume: string, goes: boolean])[];
}

/** Instances, and how they are launched and reached. */
export const instanceActs: Acts = {
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
  DescribeLaunchTemplates: () => ({ launchTemplates: [{ latestVersionNumber: 7 }] }),
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
  StartSession: () => ({ SessionId: 's-1', TokenValue: 'session-token', StreamUrl: 'wss://x' }),
  TerminateSession: () => ({ SessionId: 's-1' }),
};

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
