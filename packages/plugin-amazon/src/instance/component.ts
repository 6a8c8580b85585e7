import {
  type Builder,
  bool,
  type ConfigSchema,
  defineBuilder,
  type Infer,
  string,
} from '@bake/plugin-sdk';
import { generatedNames } from '../generated-names.ts';
import { accessOptions, pollingOptions } from '../options/access.ts';
import { amiOptions } from '../options/ami.ts';
import { deviceBlocks } from '../options/block-devices.ts';
import { runOptions } from '../options/run.ts';
import { remains } from '../remains.ts';
import { templateFunctions } from '../template-functions.ts';
import { checkInstanceBuilder } from './check.ts';

const config = {
  ...accessOptions,
  ...pollingOptions,
  ...amiOptions,
  ...runOptions,
  disable_stop_instance: bool('Of no meaning here.', {
    default: false,
    deprecated: 'It has no effect: the instance is not stopped to be bundled. Leave it out.',
  }),
  ami_block_device_mappings: deviceBlocks('Block devices of the image.'),
  launch_block_device_mappings: deviceBlocks('Block devices of the instance.'),
  account_id: string('ID of the account of AWS, with or without dashes.', { required: true }),
  s3_bucket: string('Bucket of S3 for the bundle, which may end with a folder in it.', {
    required: true,
  }),
  x509_cert_path: string('File with the X.509 certificate of the account.', { required: true }),
  x509_key_path: string('File with its private key.', { required: true }),
  x509_upload_path: string('Folder of the instance to put them into for the bundling.', {
    default: '/tmp',
  }),
  bundle_destination: string('Folder of the instance for the bundle.', { default: '/tmp' }),
  bundle_prefix: string(
    'Name of the bundle; `image-TIME-` and eight characters of its own without.',
  ),
  bundle_vol_command: string('Command that makes the bundle.', {
    default:
      'sudo -i -n ec2-bundle-vol -k {{.KeyPath}} -u {{.AccountId}} -c {{.CertPath}} -r {{.Architecture}} -e {{.PrivatePath}}/* -d {{.Destination}} -p {{.Prefix}} --batch --no-filter',
    templating: 'component',
    fields: [
      'AccountId',
      'Architecture',
      'CertPath',
      'Destination',
      'KeyPath',
      'Prefix',
      'PrivatePath',
    ],
  }),
  bundle_upload_command: string(
    'Command that uploads the bundle; `ec2-upload-bundle` without, with the keys of the build unless the instance has an instance profile.',
    {
      templating: 'component',
      fields: [
        'AccessKey',
        'BucketName',
        'BundleDirectory',
        'ManifestPath',
        'Region',
        'SecretKey',
        'Token',
      ],
    },
  ),
  tpm_support: string('`v2.0` gives instances a TPM.', { oneOf: ['v2.0'] }),
} satisfies ConfigSchema;

/** Decoded options of the builder. */
export type InstanceConfig = Infer<typeof config>;

const instance: Builder<typeof config> = defineBuilder({
  name: 'amazon-instance',
  doc: 'Starts an instance of an image, provisions it, bundles its root into S3, and makes an image of the bundle.',
  config,
  communicates: true,
  provides: generatedNames,
  remains,
  templateFunctions,
  check: checkInstanceBuilder,
  async build(given, context) {
    const { build } = await import('./build.ts');
    return build(given, context);
  },
});
export default instance;
