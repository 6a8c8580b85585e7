import { Failure, isFailure, messageOf } from '@bake/plugin-sdk';
import { networkProblem } from '@bake/plugin-sdk/http';

interface AwsError {
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** What AWS refuses a call for, and what can be done about it. The first that fits counts. */
const advice: readonly (readonly [RegExp, string])[] = [
  [
    /^(UnauthorizedOperation|AccessDenied)/,
    'The credentials lack a permission. docs/builders/amazon.md has the policy that a build needs; "decode_authorization_messages = true" shows what AWS missed.',
  ],
  [
    /^(AuthFailure|InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch)$/,
    'AWS does not know these credentials, or the clock of this machine is wrong. Check access key, secret key and profile.',
  ],
  [
    /^(ExpiredToken|RequestExpired)/,
    'The session of these credentials is over. Log in again, for instance by `aws sso login`.',
  ],
  [
    /^OptInRequired$/,
    'The account is not ready for this: switch the region on, or subscribe to the image in the AWS Marketplace.',
  ],
  [
    /LimitExceeded|^RequestLimitExceeded|^Throttling/,
    'The account is at a limit of AWS. Try later, have the limit raised, or set a larger "max_retries" for calls that are throttled.',
  ],
  [
    /^(InsufficientInstanceCapacity|Unsupported)$/,
    'Try another "availability_zone", "subnet_id" or "instance_type".',
  ],
  [/^VPCIdNotSpecified$/, 'The account has no default VPC. Set "subnet_id" or "subnet_filter".'],
  [
    /^(ResourceNotFoundException|ParameterNotFound|ParameterVersionNotFound)$/,
    'Check its name and version, and that it belongs to this region and account.',
  ],
  [/NotFound$/, 'Check the ID and that it belongs to this region and account.'],
];

/** A call that AWS refused, or that did not reach it. `decoded` is what it meant by an encoded message. */
export function refused(action: string, region: string, error: unknown, decoded?: string): Failure {
  const { name = '', $metadata } = error as AwsError;
  if ($metadata?.httpStatusCode === undefined) {
    if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
      return noCredentials(error);
    }
    return new Failure({
      summary: `AWS cannot be reached for ${action} in ${region}: ${networkProblem(error)}`,
      detail: 'Check the region, "custom_endpoint_ec2" and the proxy in HTTPS_PROXY.',
      cause: error,
    });
  }
  const known = advice.find(([pattern]) => pattern.test(name))?.[1];
  const lines = [
    ...(decoded === undefined ? [] : [decoded]),
    ...(known === undefined ? [] : [known]),
  ];
  const reason = messageOf(error).replace(/ ?Encoded authorization failure message: \S+/, '');
  return new Failure({
    summary: `AWS refused ${action} in ${region}: ${name}: ${reason}`,
    ...(lines.length > 0 ? { detail: lines.join('\n') } : {}),
    cause: error,
  });
}

/** An error of a call of any service; what is a failure already stays as it is. */
export function asFailure(action: string, region: string, error: unknown): Failure {
  return isFailure(error) ? error : refused(action, region, error);
}

/** The secret has no such key, or not with a text. */
export function noSecretKey(name: string, key: string, keys: readonly string[]): Failure {
  return new Failure({
    summary: `The secret "${name}" has no text with the key "${key}"`,
    detail: `Its keys are ${keys.map((one) => `"${one}"`).join(', ')}.`,
  });
}

/** Nobody gave credentials. `profile` is the one that was named. */
export function noCredentials(error: unknown, profile?: string): Failure {
  const named = profile
    ? `The profile "${profile}" gives none: check that it is in the config and credentials files. `
    : '';
  return new Failure({
    summary: `There are no credentials for AWS: ${messageOf(error)}`,
    detail: `${named}Set AWS_PROFILE or "profile" to a profile (\`aws configure\`, \`aws sso login\`), AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to a pair of keys, or run bake on an instance with a role.`,
    cause: error,
  });
}

/** AWS does not take the credentials. */
export function unknownCredentials(error: unknown): Failure {
  const { detail } = refused('GetCallerIdentity', 'STS', error);
  return new Failure({
    summary: `AWS does not take the credentials: ${(error as AwsError).name}: ${messageOf(error)}`,
    detail: `${detail ?? 'Check access key, secret key and profile.'} "skip_credential_validation = true" leaves out this question.`,
    cause: error,
  });
}

/** The role could not be taken on. */
export function cannotAssume(arn: string, error: unknown): Failure {
  return new Failure({
    summary: `Cannot assume the role ${arn}: ${(error as AwsError).name}: ${messageOf(error)}`,
    detail:
      'The role must trust the credentials at hand, and they must be allowed sts:AssumeRole on it. Check "role_arn" and "external_id".',
    cause: error,
  });
}

/** Nobody named a region. */
export function noRegion(): Failure {
  return new Failure({
    summary: 'In which region of AWS to build is not known',
    detail: 'Set "region", AWS_REGION, or the region of the profile.',
  });
}

/** Regions that AWS does not have, or not for this account. */
export function unknownRegions(regions: readonly string[], known: readonly string[]): Failure {
  return new Failure({
    summary: `AWS has no region ${regions.map((one) => `"${one}"`).join(', ')} for this account`,
    detail: `It has ${known.join(', ')}. "skip_region_validation = true" leaves out this check.`,
  });
}

/** The name of the image is in use. */
export function nameTaken(name: string, id: string, region: string): Failure {
  return new Failure({
    summary: `The AMI name "${name}" is used by ${id} in ${region}`,
    detail:
      'Choose another "ami_name", for instance with {{timestamp}} in it, or replace the image: "force_deregister = true" or `bake build -force`.',
  });
}

/** A VPC that is not the default one does not say where in it. */
export function noSubnet(vpc: string): Failure {
  return new Failure({
    summary: `subnet_id or subnet_filter must be provided for non-default VPCs (${vpc})`,
    detail: 'Say in which subnet of it the instance is to run.',
  });
}

/** Not the number of things that there must be. */
export function wrongNumber(what: string, count: number, advised: string): Failure {
  return new Failure({
    summary: count === 0 ? `No ${what} matches` : `${count} ${what}s match`,
    detail: advised,
  });
}

/** The source image cannot be used for that. */
export function unfitSource(image: string, reason: string): Failure {
  return new Failure({
    summary: `The source image ${image} does not fit: ${reason}`,
    detail: 'Choose another "source_ami" or "source_ami_filter".',
  });
}

/** The key pair of that name is somebody's. */
export function keyPairTaken(name: string): Failure {
  return new Failure({
    summary: `There is a key pair "${name}" already`,
    detail: 'Choose another "temporary_key_pair_name", or leave it out.',
  });
}

/** The instance profile is not there, or may not be looked at. */
export function noProfile(name: string, error: unknown): Failure {
  return new Failure({
    summary: `The instance profile "${name}" cannot be used: ${messageOf(error)}`,
    detail: 'Check "iam_instance_profile". "skip_profile_validation = true" leaves out this check.',
    cause: error,
  });
}

/** It went another way than awaited. */
export function wentWrong(what: string, state: string, reason: string | undefined): Failure {
  return new Failure({
    summary: `${what} is ${state}${reason ? `: ${reason}` : ''}`,
    detail: 'AWS gives the reason, if it knows one. What the build made is removed again.',
  });
}

/** It took too long. */
export function tookTooLong(what: string, state: string): Failure {
  return new Failure({
    summary: `${what} is still ${state}`,
    detail: 'To wait longer, set "max_attempts" and "delay_seconds" in the block "aws_polling".',
  });
}

/** The instance has no address of the kind that is wanted. */
export function noAddress(instance: string, kind: string): Failure {
  return new Failure({
    summary: `The instance ${instance} has no ${kind}`,
    detail:
      'Set "associate_public_ip_address = true", choose another "ssh_interface", or name the address in "ssh_host".',
  });
}

/** The file with the key that decrypts the password of Windows. */
export function noPassword(reason: string): Failure {
  return new Failure({
    summary: `The password of Windows cannot be had: ${reason}`,
    detail:
      'The image must be one of Windows that makes a password at its start. Otherwise set "winrm_password" and user data that sets it.',
  });
}

/** AWS has no instance to spare. */
export function noSpot(code: string, reason: string): Failure {
  return new Failure({
    summary: `There is no spot instance to be had: ${code}${reason ? `: ${reason}` : ''}`,
    detail:
      'Name more types in "spot_instance_types", leave out "availability_zone", raise "spot_price", or leave it out to start on demand.',
    cause: { name: code, $metadata: { httpStatusCode: 400, attempts: 1 } },
  });
}

/** The parameter does not name an image. */
export function noAlias(name: string, value: string): Failure {
  return new Failure({
    summary: `The parameter "${name}" holds no ID of an image`,
    detail: `Its value is "${value.slice(0, 100)}". It must be such as ami-0123456789abcdef0.`,
  });
}

/** Vault gave something else. */
export function noVaultKeys(path: string): Failure {
  return new Failure({
    summary: `Vault gives no credentials of AWS at "${path}"`,
    detail: 'Check "name" and "engine_name" in "vault_aws_engine".',
  });
}

/** Nobody says what address this machine has. */
export function noPublicAddress(place: string, reason: string): Failure {
  return new Failure({
    summary: `The public address of this machine cannot be had of ${place}: ${reason}`,
    detail:
      'Name the address in "temporary_security_group_source_cidrs", or set BAKE_PUBLIC_IP_URL to a server that answers with it.',
  });
}

/** Fast launch is for Windows. */
export function notWindows(image: string): Failure {
  return new Failure({
    summary: `The image ${image} is not one of Windows`,
    detail: 'AWS has fast launch for Windows only. Leave out "fast_launch".',
  });
}

/** AWS's program for sessions is not there, or too old. */
export function noSessionProgram(reason: string, cause: unknown): Failure {
  return new Failure({
    summary: `session-manager-plugin cannot be used: ${reason}`,
    detail:
      'ssh_interface = "session_manager" takes AWS\'s program session-manager-plugin, 1.2.497.0 or newer, in PATH.',
    cause,
  });
}

/** The way through the session is gone. */
export function sessionEnded(exitCode: number | undefined, complaint: string): Failure {
  return new Failure({
    summary: `session-manager-plugin has ended (${exitCode ?? 'killed'})${complaint ? `: ${complaint}` : ''}`,
    detail: 'Without it there is no way to the instance.',
  });
}

/** The surrogate cannot take the place of the root volume. */
export function otherRoot(wanted: string, actual: string): Failure {
  return new Failure({
    summary: `The root of the instance is ${actual}, not ${wanted}`,
    detail: `With "use_create_image = true" the volume takes the place of the instance's root: set "device_name" in "ami_root_device" to "${actual}".`,
  });
}

/** The artifact has no file to import. */
export function noFile(format: string, files: readonly string[]): Failure {
  const names = files.slice(0, 10).map((one) => `"${one}"`);
  return new Failure({
    summary: `The artifact has no file that ends with ".${format}"`,
    detail:
      files.length === 0
        ? 'It has no files at all. Put amazon-import after a builder of disk images.'
        : `It has ${names.join(', ')}. Set "format" to ova, raw, vmdk, vhd or vhdx as it is; AWS imports nothing else (a qcow2 file is converted with \`qemu-img convert -O raw\`).`,
  });
}

/** The artifact has more than one. */
export function severalFiles(format: string, files: readonly string[]): Failure {
  return new Failure({
    summary: `The artifact has ${files.length} files that end with ".${format}"`,
    detail: `One becomes the image: ${files.map((one) => `"${one}"`).join(', ')}. Let the post-processor artifice choose.`,
  });
}

/** bake does not run on an instance. */
export function noInstance(reason: string): Failure {
  return new Failure({
    summary: `This machine is no instance of EC2: ${reason}`,
    detail:
      'amazon-chroot attaches a volume to the instance that it runs on. Elsewhere use amazon-ebssurrogate; in a container the metadata may take a hop limit of 2.',
  });
}

/** The instance is elsewhere. */
export function otherRegion(id: string, region: string): Failure {
  return new Failure({
    summary: `There is no instance ${id} in ${region}`,
    detail: 'bake runs on it. Set "region" to the region of this machine.',
  });
}

/** A volume of less than what is to be in it. */
export function tooSmall(size: number | undefined, least: number | undefined): Failure {
  return new Failure({
    summary: `A root volume of ${size ?? 0} GiB is smaller than that of the source, ${least} GiB`,
    detail: 'Set "root_volume_size" to as much or more, or leave it out.',
  });
}

/** All names for devices are in use. */
export function noDevice(instance: string): Failure {
  return new Failure({
    summary: `${instance} has no free name for a device`,
    detail: 'It has volumes at /dev/sdf to /dev/sdp. Detach one, or set "device_path".',
  });
}

/** Something keeps it busy. */
export function stillMounted(path: string, reason: string): Failure {
  return new Failure({
    summary: `${path} cannot be unmounted: ${reason}`,
    detail: `Something that a provisioner has started may still run in it: \`fuser -vm ${path}\` shows what.`,
  });
}

/** What is to be uploaded is not there. */
export function noFolder(path: string): Failure {
  return new Failure({
    summary: `"${path}" is no folder`,
    detail: 'Check its name.',
  });
}

/** Files could not be packed or unpacked on this machine. */
export function tarFailed(said: string): Failure {
  return new Failure({
    summary: `tar has failed on this machine: ${said}`,
    detail: 'The builder amazon-chroot copies folders by tar, here and within the volume.',
  });
}
