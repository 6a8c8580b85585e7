import { expect } from '@jest/globals';
import { expectCall, file, type Given, type Params, type Row } from './row.ts';

/** What `amazon-instance` cannot do without. */
export const bundled = {
  account_id: '1234-5678-9012',
  s3_bucket: 'bundles/web',
  x509_cert_path: file('cert.pem', 'certificate'),
  x509_key_path: file('key.pem', 'private key'),
  bundle_prefix: 'web',
  // Such images have no snapshots but for those of further devices.
  ami_block_device_mappings: [{ device_name: '/dev/sdz', snapshot_id: 'snap-data' }],
};

const runs = (set: Given, command: string): Omit<Row, 'shows'> => ({
  set,
  effect: ({ machine }) => expect(machine.commands).toContain(command),
});
const registers = (set: Given, params: Params): Omit<Row, 'shows'> => ({
  set,
  effect: ['RegisterImage', params],
});

/** What `amazon-instance` has beside the shared options. */
export const ofInstances: readonly Row[] = [
  {
    shows: ['account_id', 's3_bucket', 'x509_cert_path', 'x509_key_path', 'bundle_prefix'],
    set: {},
    effect: (seen) => {
      expect(seen.machine.uploaded('/tmp/cert.pem')).toBe('certificate');
      expect(seen.machine.uploaded('/tmp/key.pem')).toBe('private key');
      expect(seen.machine.commands).toEqual([
        'sudo -i -n ec2-bundle-vol -k /tmp/key.pem -u 123456789012 -c /tmp/cert.pem -r arm64 -e /tmp/* -d /tmp -p web --batch --no-filter',
        'sudo -i -n ec2-upload-bundle -b bundles/web -m /tmp/web.manifest.xml -a key -s secret -d /tmp --batch --region eu-central-1 --retry',
      ]);
      expectCall(seen, 'RegisterImage', {
        Name: 'web-1',
        ImageLocation: 'bundles/web/web.manifest.xml',
      });
      expect(seen.artifact).toMatchObject({ builderId: 'mitchellh.amazon.instance' });
    },
  },
  {
    shows: 'bundle_prefix',
    set: { bundle_prefix: undefined },
    effect: ({ machine }) =>
      expect(machine.commands[0]).toMatch(/ -p image-\d+-[\da-f]{8} --batch/),
  },
  {
    shows: 'bundle_upload_command',
    ...runs(
      { iam_instance_profile: 'p', skip_profile_validation: true },
      'sudo -i -n ec2-upload-bundle -b bundles/web -m /tmp/web.manifest.xml -d /tmp --batch --region eu-central-1 --retry',
    ),
  },
  {
    shows: 'token',
    ...runs(
      { token: 'tok' },
      'sudo -i -n ec2-upload-bundle -b bundles/web -m /tmp/web.manifest.xml -a key -s secret -t tok -d /tmp --batch --region eu-central-1 --retry',
    ),
  },
  {
    shows: ['x509_upload_path', 'bundle_vol_command', 'bundle_destination'],
    ...runs(
      {
        x509_upload_path: '/x',
        bundle_destination: '/b',
        bundle_vol_command:
          'vol {{.KeyPath}} {{.CertPath}} {{.PrivatePath}} {{.AccountId}} {{.Architecture}} {{.Destination}} {{.Prefix}}',
      },
      'vol /x/key.pem /x/cert.pem /x 123456789012 arm64 /b web',
    ),
  },
  {
    shows: 'bundle_upload_command',
    ...runs(
      {
        bundle_upload_command:
          'up {{.AccessKey}} {{.SecretKey}} {{.Token}} {{.BucketName}} {{.BundleDirectory}} {{.ManifestPath}} {{.Region}}',
      },
      'up key secret  bundles/web /tmp /tmp/web.manifest.xml eu-central-1',
    ),
  },
  {
    shows: 'bundle_upload_command',
    set: { tags: { A: 'b' } },
    prepare: (server) => {
      server.world.objects.add('bundles/web/web.part.0');
      server.conduct = ({ action }) => (action === 'RegisterImage' ? 'cut-before' : 'normal');
    },
    fails: /AWS cannot be reached for RegisterImage/,
    // It was there before.
    effect: ({ server }) => expect(server.world.left).toEqual(['bundles/web/web.part.0']),
  },
  {
    shows: 'bundle_upload_command',
    set: {},
    prepare: (server) => {
      server.conduct = ({ action }) => {
        if (action === 'RegisterImage') server.world.objects.add('bundles/web/web.part.0');
        return action === 'RegisterImage' ? 'cut-before' : 'normal';
      };
    },
    fails: /AWS cannot be reached for RegisterImage/,
    effect: ({ server }) => expect(server.world.left).toEqual([]),
  },
  {
    shows: 'bundle_upload_command',
    set: {},
    prepare: (server) => {
      server.conduct = ({ action }) => {
        // What runs on the instance goes on until then.
        const isUp = [...server.world.instances.values()].some(({ state }) => state === 'running');
        if (action === 'TerminateInstances' && isUp) {
          server.world.objects.add('bundles/web/web.part.1');
        }
        return action === 'RegisterImage' ? 'cut-before' : 'normal';
      };
    },
    fails: /AWS cannot be reached for RegisterImage/,
    effect: ({ server }) => expect(server.world.left).toEqual([]),
  },
  {
    shows: 'launch_block_device_mappings.delete_on_termination',
    set: {
      launch_block_device_mappings: [
        { device_name: '/dev/sdf', delete_on_termination: false },
        { device_name: '/dev/sdg' },
      ],
    },
    effect: ({ server: { world } }) => expect(world.volumes.size).toBe(1),
  },
  { shows: 'tpm_support', ...registers({ tpm_support: 'v2.0' }, { TpmSupport: 'v2.0' }) },
  { shows: 'ena_support', ...registers({ ena_support: true }, { EnaSupport: 'true' }) },
  { shows: 'sriov_support', ...registers({ sriov_support: true }, { SriovNetSupport: 'simple' }) },
];
