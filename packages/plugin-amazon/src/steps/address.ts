import { setTimeout as sleep } from 'node:timers/promises';
import type { Instance } from '@aws-sdk/client-ec2';
import { defineStep } from '@bake/plugin-sdk';
import type { Ec2 } from '../aws/ec2.ts';
import type { Pace } from '../aws/wait.ts';
import * as messages from '../messages.ts';
import type { RunConfig } from '../options/run.ts';
import { describeInstance } from './run-instance.ts';

/** Whose address. */
export interface AddressWish {
  readonly ec2: Ec2;
  readonly instance: Instance;
  readonly config: RunConfig;
  readonly pace: Pace;
}

/** Finds the address to connect to. A public one may come some seconds after the instance runs. */
export const findAddress = defineStep<AddressWish, string>({
  name: 'address',
  async run({ ec2, instance, config, pace }, { signal }) {
    const { InstanceId: id = '' } = instance;
    const kind = config.ssh_interface;
    const isPrivate = kind === undefined && config.associate_public_ip_address === false;
    let current = instance;
    for (let left = isPrivate ? 0 : 4; ; left -= 1) {
      const address = addressOf(current, kind);
      if (address) return address;
      if (left === 0) break;
      await sleep(Math.min(pace.delay ?? 1500, 1500), undefined, { signal });
      current = (await describeInstance(ec2, id, signal)) ?? current;
    }
    if (kind === undefined && current.PrivateIpAddress) return current.PrivateIpAddress;
    throw messages.noAddress(id, kind ?? 'address');
  },
});

function addressOf(instance: Instance, kind: RunConfig['ssh_interface']): string | undefined {
  switch (kind) {
    case 'private_ip':
      return instance.PrivateIpAddress;
    case 'public_dns':
      return instance.PublicDnsName;
    case 'private_dns':
      return instance.PrivateDnsName;
    case 'ipv6':
      return instance.NetworkInterfaces?.[0]?.Ipv6Addresses?.[0]?.Ipv6Address;
    case 'public_ip':
      return instance.PublicIpAddress;
    default:
      return instance.PublicIpAddress || instance.PublicDnsName;
  }
}
