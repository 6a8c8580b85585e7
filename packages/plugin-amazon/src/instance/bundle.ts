import { randomUUID } from 'node:crypto';
import { posix } from 'node:path';
import type { Instance } from '@aws-sdk/client-ec2';
import {
  type BuildContext,
  defineStep,
  Failure,
  type Machine,
  openLocalFile,
} from '@bake/plugin-sdk';
import { bundleObjects } from '../aws/bundle-objects.ts';
import type { Cloud } from '../aws/cloud.ts';
import { make } from '../aws/make.ts';
import type { Pace } from '../aws/wait.ts';
import { render } from '../render.ts';
import type { InstanceConfig } from './component.ts';

/** What to bundle, and where to. */
export interface BundleWish {
  readonly cloud: Cloud;
  readonly config: InstanceConfig;
  readonly instance: Instance;
  readonly machine: Machine;
  readonly pace: Pace;
}

/** Has the instance bundle its root volume and upload it into S3. Gives where the manifest is. */
export const bundle = defineStep<BundleWish, string>({
  name: 'bundle',
  async run(wish, context) {
    const { config, machine } = wish;
    const { x509_upload_path: folder } = config;
    const prefix = config.bundle_prefix || newName(context);
    const paths = { cert: posix.join(folder, 'cert.pem'), key: posix.join(folder, 'key.pem') };
    context.ui.say('Uploading the certificate and its key');
    await send(machine, config.x509_cert_path, paths.cert, context);
    await send(machine, config.x509_key_path, paths.key, context);
    context.ui.say('Bundling the volume');
    const facts = {
      AccountId: config.account_id.replaceAll('-', ''),
      Architecture: wish.instance.Architecture ?? 'x86_64',
      CertPath: paths.cert,
      Destination: config.bundle_destination,
      KeyPath: paths.key,
      Prefix: prefix,
      PrivatePath: folder,
    };
    await execute(machine, render(config.bundle_vol_command, context, facts), context);
    await upload(wish, prefix, context);
    return `${config.s3_bucket}/${prefix}.manifest.xml`;
  },
});

/** The time is that of the run, which several builds may share. */
function newName(context: BuildContext): string {
  return `${render('image-{{timestamp}}', context)}-${randomUUID().slice(0, 8)}`;
}

async function send(
  { communicator }: Machine,
  from: string,
  to: string,
  { signal }: BuildContext,
): Promise<void> {
  const file = await openLocalFile(
    from,
    'Check that the file is still there and that you may read it.',
  );
  await communicator.upload({ ...file, mode: 0o600 }, to, signal);
}

async function upload(wish: BundleWish, name: string, context: BuildContext): Promise<void> {
  const { cloud, config, instance, machine, pace } = wish;
  const ec2 = cloud.ec2();
  const [bucket = '', ...folder] = config.s3_bucket.split('/');
  const prefix = [...folder, name].join('/');
  const facts = await uploadFacts(wish, name);
  const command = render(uploadCommand(config, facts.Token), context, facts);
  context.ui.say(`Uploading the bundle to ${config.s3_bucket}`);
  const run = async (): Promise<string> => {
    await execute(machine, command, context);
    return prefix;
  };
  // A bundle that is there belongs to an earlier image: it is written over, but not removed.
  const others = await bundleObjects(ec2, { bucket, prefix }, context.signal);
  if (others.length > 0) return void (await run());
  const label = `bundle s3://${bucket}/${prefix}`;
  const traces = { bucket, prefix, uploader: instance.InstanceId ?? '' };
  const making = { kind: 'bundle', label, traces, isKept: true, pace, make: run } as const;
  await make(ec2, making, context);
  return undefined;
}

async function uploadFacts({ cloud, config }: BundleWish, name: string) {
  const keys = await cloud.settings.credentials();
  const { bundle_destination: directory } = config;
  return {
    AccessKey: keys.accessKeyId,
    BucketName: config.s3_bucket,
    BundleDirectory: directory,
    ManifestPath: posix.join(directory, `${name}.manifest.xml`),
    Region: cloud.region,
    SecretKey: keys.secretAccessKey,
    Token: keys.sessionToken ?? '',
  };
}

/** An instance with an instance profile needs no keys. */
function uploadCommand(config: InstanceConfig, token: string): string {
  if (config.bundle_upload_command) return config.bundle_upload_command;
  const keys = config.iam_instance_profile
    ? ''
    : ` -a {{.AccessKey}} -s {{.SecretKey}}${token ? ' -t {{.Token}}' : ''}`;
  return `sudo -i -n ec2-upload-bundle -b {{.BucketName}} -m {{.ManifestPath}}${keys} -d {{.BundleDirectory}} --batch --region {{.Region}} --retry`;
}

async function execute(
  { communicator }: Machine,
  command: string,
  { ui, signal }: BuildContext,
): Promise<void> {
  const { exitCode } = await communicator.run({
    command,
    signal,
    onStdout: (chunk) => ui.output('stdout', chunk),
    onStderr: (chunk) => ui.output('stderr', chunk),
  });
  if (exitCode === 0) return;
  const program = /ec2-\S+/.exec(command)?.[0] ?? 'The command';
  throw new Failure({
    summary: `${program} has failed on the instance with exit code ${exitCode ?? 'unknown'}`,
    detail:
      'What it said stands above. The instance needs the Amazon EC2 AMI tools; "bundle_vol_command" and "bundle_upload_command" say how they are called.',
  });
}
