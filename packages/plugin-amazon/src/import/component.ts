import {
  bool,
  type ConfigSchema,
  definePostProcessor,
  type Infer,
  type PostProcessor,
  string,
  stringMap,
  strings,
} from '@bake/plugin-sdk';
import { accessOptions, pollingOptions } from '../options/access.ts';
import { remains } from '../remains.ts';
import { templateFunctions } from '../template-functions.ts';
import { checkImport } from './check.ts';

const config = {
  ...accessOptions,
  ...pollingOptions,
  s3_bucket_name: string('Bucket of S3 to put the file into; AWS reads it from there.', {
    required: true,
  }),
  s3_key_name: string('Name of the object in it; `bake-import-UUID.FORMAT` without.', {
    example: '"imports/web-{{timestamp}}.ova"',
  }),
  s3_encryption: string('How S3 encrypts it.', { oneOf: ['AES256', 'aws:kms'] }),
  s3_encryption_key: string('KMS key for `aws:kms`.'),
  skip_clean: bool('Leave the file in the bucket.', { default: false }),
  format: string('Format of the file, which is also the ending of its name.', {
    oneOf: ['ova', 'raw', 'vmdk', 'vhd', 'vhdx'],
    default: 'ova',
  }),
  architecture: string('Architecture of the image.', {
    oneOf: ['i386', 'x86_64', 'arm64'],
    default: 'x86_64',
  }),
  boot_mode: string('How the image boots; `uefi` for arm64 and `legacy-bios` for others without.', {
    oneOf: ['legacy-bios', 'uefi'],
  }),
  platform: string('Kind of system in it; AWS finds out without.', { oneOf: ['windows', 'linux'] }),
  license_type: string('Whose licence of Windows it has.', { oneOf: ['AWS', 'BYOL'] }),
  role_name: string('Role that lets AWS read the bucket; `vmimport` without.'),
  ami_name: string('Name of the image, which is then copied to have it; AWS chooses one without.'),
  ami_description: string('Description of the image.'),
  ami_encrypt: bool('Encrypt the image.', { default: false }),
  ami_kms_key: string('Key to encrypt it with; that of EBS without.'),
  ami_users: strings('Accounts that may start instances of the image.'),
  ami_groups: strings('Groups that may; `all` makes the image public.'),
  ami_org_arns: strings('Organisations that may, as ARNs.'),
  ami_ou_arns: strings('Organisational units that may, as ARNs.'),
  imds_support: string('`v2.0` makes instances of the image insist on version 2 of the metadata.'),
  tags: stringMap('Tags of the image and its snapshots.'),
} satisfies ConfigSchema;

/** Decoded options of the post-processor. */
export type ImportConfig = Infer<typeof config>;

const amazonImport: PostProcessor<typeof config> = definePostProcessor({
  name: 'amazon-import',
  doc: 'Makes a machine image of Amazon of a disk image or virtual machine, by way of S3.',
  config,
  remains,
  templateFunctions,
  check: checkImport,
  async process(given, input, context) {
    const { importImage } = await import('./import-image.ts');
    return { artifact: await importImage(given, input, context), keepInput: false };
  },
});
export default amazonImport;
