import { expect } from '@jest/globals';
import type { Ec2Server } from '../ec2-server.ts';
import { expectAny, expectCall, file, type Given, type Params, type Row } from './row.ts';

/** A file to import; the post-processor finds it by its ending. */
export const ova = (): string => file('disk.ova', 'x'.repeat(1000));

/** What `amazon-import` cannot do without. */
export const bucket = { s3_bucket_name: 'images', ami_name: undefined };

const imports = (set: Given, params: Params): Omit<Row, 'shows'> => ({
  set,
  effect: ['ImportImage', params],
});
const sets = (set: Given, params: Params): Omit<Row, 'shows'> => ({
  set,
  effect: ['ModifyImageAttribute', params],
});

/** Imports take longer than a build waits. */
const slow = (server: Ec2Server): void => {
  server.world.slowness = 1000;
};

/** What `amazon-import` has beside the shared options. */
export const ofImports: readonly Row[] = [
  {
    shows: 's3_bucket_name',
    set: {},
    effect: (seen) => {
      expectCall(seen, 'PutObject', { bucket: 'images' });
      const key = seen.server.of('PutObject')[0]?.params['key'];
      expect(key).toMatch(/^bake-import-[\da-f-]{36}\.ova$/);
      expectCall(seen, 'ImportImage', {
        'DiskContainer.1.Format': 'OVA',
        'DiskContainer.1.UserBucket.S3Bucket': 'images',
        'DiskContainer.1.UserBucket.S3Key': key,
        'TagSpecification.1.ResourceType': 'import-image-task',
      });
      expectCall(seen, 'DeleteObject', { bucket: 'images', key });
      expect(seen.artifact).toMatchObject({
        builderId: 'packer.post-processor.amazon-import',
        id: expect.stringMatching(/^eu-central-1:ami-\d+$/),
      });
      expect(seen.server.of('CopyImage')).toEqual([]);
      expect(seen.server.world.objects.size).toBe(0);
    },
  },
  {
    shows: 's3_key_name',
    set: { s3_key_name: 'a/b c.ova' },
    effect: ['PutObject', { key: 'a/b c.ova' }],
  },
  {
    shows: ['s3_encryption', 's3_encryption_key'],
    set: { s3_encryption: 'aws:kms', s3_encryption_key: 'k' },
    effect: [
      'PutObject',
      {
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id': 'k',
      },
    ],
  },
  {
    shows: 'skip_clean',
    set: { skip_clean: true },
    effect: ({ server }) => expect(server.world.objects.size).toBe(1),
  },
  {
    shows: 'format',
    set: { format: 'vhdx' },
    fails: /The artifact has no file that ends with "\.vhdx"/,
    effect: ({ server }) => expect(server.calls).toEqual([]),
  },
  {
    shows: 'architecture',
    ...imports({ architecture: 'arm64' }, { Architecture: 'arm64', BootMode: 'uefi' }),
  },
  { shows: 'boot_mode', ...imports({ boot_mode: 'uefi' }, { BootMode: 'uefi' }) },
  { shows: 'platform', ...imports({ platform: 'windows' }, { Platform: 'Windows' }) },
  { shows: 'license_type', ...imports({ license_type: 'BYOL' }, { LicenseType: 'BYOL' }) },
  { shows: 'role_name', ...imports({ role_name: 'importer' }, { RoleName: 'importer' }) },
  {
    shows: ['ami_encrypt', 'ami_kms_key'],
    ...imports(
      { ami_encrypt: true, ami_kms_key: 'alias/a' },
      { Encrypted: 'true', KmsKeyId: 'alias/a' },
    ),
  },
  {
    shows: ['ami_name', 'ami_encrypt', 'ami_kms_key'],
    set: { ami_name: 'web-1', ami_encrypt: true, ami_kms_key: 'alias/a' },
    effect: (seen) => {
      expectCall(seen, 'CopyImage', { Name: 'web-1', Encrypted: 'true', KmsKeyId: 'alias/a' });
      const names = [...seen.server.world.images.values()].map(({ name }) => name);
      expect(names).toEqual(['web-1']);
      expect(seen.server.world.left).toHaveLength(2);
    },
  },
  { shows: 'ami_description', ...sets({ ami_description: 'Web' }, { 'Description.Value': 'Web' }) },
  { shows: 'ami_users', ...sets({ ami_users: ['1'] }, { 'LaunchPermission.Add.1.UserId': '1' }) },
  {
    shows: 'ami_groups',
    ...sets({ ami_groups: ['all'] }, { 'LaunchPermission.Add.1.Group': 'all' }),
  },
  {
    shows: 'ami_org_arns',
    ...sets({ ami_org_arns: ['arn:o'] }, { 'LaunchPermission.Add.1.OrganizationArn': 'arn:o' }),
  },
  {
    shows: 'ami_ou_arns',
    ...sets(
      { ami_ou_arns: ['arn:u'] },
      { 'LaunchPermission.Add.1.OrganizationalUnitArn': 'arn:u' },
    ),
  },
  { shows: 'imds_support', ...sets({ imds_support: 'v2.0' }, { 'ImdsSupport.Value': 'v2.0' }) },
  {
    shows: 'tags',
    set: { tags: { A: 'b' } },
    effect: [
      'CreateTags',
      { 'ResourceId.1': expectAny('ami'), 'ResourceId.2': expectAny('snap'), 'Tag.1.Value': 'b' },
    ],
  },
  {
    shows: ['aws_polling.max_attempts', 'aws_polling.delay_seconds'],
    set: { aws_polling: { max_attempts: 3, delay_seconds: 0.01 } },
    prepare: (server) => {
      slow(server);
      server.conduct = ({ action }) => {
        if (action === 'CancelImportTask') server.world.slowness = 0;
        return 'normal';
      };
    },
    fails: /Import import-ami-\d+ is still active/,
    effect: ({ server }) => {
      expect(server.of('DescribeImportImageTasks').length).toBeGreaterThanOrEqual(3);
      expect(server.world.left).toEqual([]);
    },
  },
];
