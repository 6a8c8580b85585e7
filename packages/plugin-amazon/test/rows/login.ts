import { existsSync, readFileSync, statSync } from 'node:fs';
import { expect } from '@jest/globals';
import { pair } from '../world/key-pairs.ts';
import { expectCall, type Row } from './row.ts';

/** Options of the communicator that this builder does something with itself. */
export const login: readonly Row[] = [
  {
    shows: 'temporary_key_pair_type',
    set: { temporary_key_pair_type: 'ed25519' },
    effect: ['CreateKeyPair', { KeyType: 'ed25519' }],
  },
  {
    shows: 'temporary_key_pair_name',
    set: { temporary_key_pair_name: 'mine' },
    effect: ['CreateKeyPair', { KeyName: 'mine' }],
  },
  {
    shows: 'ssh_keypair_name',
    set: { ssh_keypair_name: 'there' },
    effect: (seen) => {
      expectCall(seen, 'RunInstances', { KeyName: 'there' });
      expect(seen.server.of('CreateKeyPair')).toEqual([]);
    },
  },
  {
    shows: 'ssh_password',
    set: { ssh_password: 'x' },
    effect: ({ server }) => expect(server.of('CreateKeyPair')).toEqual([]),
  },
  {
    shows: 'ssh_private_key_file',
    set: { ssh_private_key_file: 'x' },
    effect: ({ server }) => expect(server.of('CreateKeyPair')).toEqual([]),
  },
  {
    shows: 'ssh_host',
    set: { ssh_host: 'there.example' },
    effect: ({ target }) => expect(target).not.toHaveProperty('host'),
  },
  {
    shows: 'ssh_port',
    set: { ssh_port: 2222 },
    effect: ['AuthorizeSecurityGroupIngress', { 'IpPermissions.1.FromPort': '2222' }],
  },
  {
    shows: 'ssh_clear_authorized_keys',
    set: { ssh_clear_authorized_keys: true },
    effect: ({ machine }) => expect(machine.commands.join()).toMatch(/authorized_keys[\s\S]*bake_/),
  },
  {
    shows: 'communicator',
    set: { communicator: 'none' },
    effect: ({ server }) => expect(server.of('AuthorizeSecurityGroupIngress')).toEqual([]),
  },
  {
    shows: 'communicator',
    set: { communicator: 'winrm' },
    effect: (seen) => {
      expect(seen.target).toEqual({ host: '198.51.100.7', password: 'Pa55word!' });
      expect(seen.test.secrets).toEqual(expect.arrayContaining(['Pa55word!', pair.privateKey]));
      expectCall(seen, 'AuthorizeSecurityGroupIngress', { 'IpPermissions.1.FromPort': '5985' });
    },
  },
  {
    shows: 'temporary_key_pair_type',
    set: {},
    settings: {
      debug: true,
      provision: async () => {
        expect(readFileSync('ec2_example.pem', 'utf8')).toBe(pair.privateKey);
        expect(statSync('ec2_example.pem').mode & 0o777).toBe(0o600);
      },
    },
    effect: () => expect(existsSync('ec2_example.pem')).toBe(false),
  },
];
