import { describe, expect, test } from '@jest/globals';
import { isSynSent } from '../src/machine/await-banner.ts';
import { addressIn, hardwareAddress, hostOnBridge } from '../src/machine/guest-address.ts';

const table = `IP address       HW type     Flags       HW address            Mask     Device
192.168.121.1    0x1         0x0         52:54:00:12:34:56     *        virbr0
192.168.121.111  0x1         0x2         52:54:00:12:34:56     *        virbr0
192.168.121.112  0x1         0x2         52:54:00:12:34:57     *        virbr0
10.0.0.7         0x1         0x2         52:54:00:12:34:56     *        eth0
`;

describe('addresses of machines on bridges', () => {
  test.each([
    ['virbr0', '52:54:00:12:34:56', '192.168.121.111'],
    ['eth0', '52:54:00:12:34:56', '10.0.0.7'],
    ['virbr0', '52:54:00:12:34:58', undefined],
    ['virbr1', '52:54:00:12:34:56', undefined],
  ])('on %s, %s has %s', (bridge, hardware, address) => {
    expect(addressIn(table, bridge, hardware)).toBe(address);
  });

  test('the hardware address is that of the device on the network', () => {
    const listing = [
      'net1: index=0,type=nic,model=e1000,macaddr=52:54:00:00:00:01',
      ' \\ other.0: index=0,type=user,net=10.0.2.0,restrict=off',
      'virtio-net-pci.0: index=0,type=nic,model=virtio-net-pci,macaddr=52:54:00:12:34:AB',
      ' \\ user.0: index=0,type=bridge,helper=/usr/lib/qemu/qemu-bridge-helper,br=virbr0',
      '',
    ].join('\r\n');
    expect(hardwareAddress(listing)).toBe('52:54:00:12:34:ab');
    expect(hardwareAddress('')).toBeUndefined();
  });

  test('this computer must have an address there', () => {
    expect(hostOnBridge('lo')).toBe('127.0.0.1');
    expect(() => hostOnBridge('no-such-bridge')).toThrow('has no IPv4 address');
  });
});

test('connections that the machine has not taken are told by QEMU', () => {
  const listing = [
    'Hub 0 (user.0):',
    '  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ',
    '  TCP[SYN_SENT]      24       127.0.0.1  2222       10.0.2.15    22     0     0',
    '  TCP[ESTABLISHED]   25       127.0.0.1  2223       10.0.2.15    22     0     0',
    '  TCP[HOST_FORWARD]  12       127.0.0.1  2222       10.0.2.15    22     0     0',
  ].join('\r\n');
  expect(isSynSent(listing, 2222)).toBe(true);
  expect(isSynSent(listing, 2223)).toBe(false);
  expect(isSynSent('', 2222)).toBe(false);
});
