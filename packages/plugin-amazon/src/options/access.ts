import {
  block,
  bool,
  type Complain,
  type ConfigSchema,
  type Infer,
  number,
  string,
  stringMap,
  strings,
} from '@bake/plugin-sdk';

/** How to reach AWS and as whom, in every component. */
export const accessOptions = {
  access_key: string('Access key; what the chain of the AWS SDK finds without.', {
    sensitive: true,
  }),
  secret_key: string('Secret key that goes with it.', { sensitive: true }),
  token: string('Session token that goes with them.', { sensitive: true }),
  profile: string('Profile of the shared config and credentials files; `AWS_PROFILE` without.'),
  shared_credentials_file: string(
    'Credentials file; `AWS_SHARED_CREDENTIALS_FILE` or `~/.aws/credentials` without.',
  ),
  mfa_code: string('Code of the MFA device, for a profile with `mfa_serial`. Asked for without.'),
  assume_role: block('Role to take on with these credentials.', {
    role_arn: string('ARN of the role.'),
    duration_seconds: number('How long the session is good.', { unit: 'seconds' }),
    external_id: string('External ID that the role asks for.'),
    policy: string('Policy in JSON that narrows what the session may do.'),
    policy_arns: strings('Managed policies that narrow what the session may do.'),
    session_name: string('Name of the session; `bake` and a number without.'),
    tags: stringMap('Tags of the session.'),
    transitive_tag_keys: strings('Keys among them that go along when roles are chained.'),
  }),
  vault_aws_engine: block(
    'Gets credentials from the AWS engine of HashiCorp Vault, which `VAULT_ADDR`, `VAULT_TOKEN` and so on say how to reach.',
    {
      name: string('Role of the engine.'),
      role_arn: string('ARN of the role to take on, if the role of the engine leaves a choice.'),
      ttl: string('How long the credentials are good, if they are of a session.', {
        example: '"3600s"',
      }),
      engine_name: string('Where the engine is mounted; `aws` without.'),
    },
  ),
  region: string('Region to build in; `AWS_REGION` or that of the profile without.', {
    example: '"eu-central-1"',
  }),
  custom_endpoint_ec2: string(
    'Address of another server in place of AWS, for all services but STS.',
    {
      example: '"http://127.0.0.1:5000"',
    },
  ),
  insecure_skip_tls_verify: bool('Do not check the certificate of that server.', {
    default: false,
  }),
  max_retries: number('How often to repeat a call that was throttled or got no answer.', {
    default: 10,
  }),
  skip_credential_validation: bool(
    'Do not ask AWS (STS) at the start whether it knows the credentials. Nor is it asked with `custom_endpoint_ec2`.',
    { default: false },
  ),
  skip_metadata_api_check: bool('Do not look for credentials in the metadata of this machine.', {
    default: false,
  }),
  decode_authorization_messages: bool(
    'Have AWS decode what it says about missing permissions; takes the permission `sts:DecodeAuthorizationMessage`.',
    { default: false },
  ),
} satisfies ConfigSchema;

/** Options of waiting, where nothing is waited for. */
export const idlePollingOptions = {
  aws_polling: block(
    'Of no meaning here.',
    { max_attempts: number('Of no meaning here.'), delay_seconds: number('Of no meaning here.') },
    { deprecated: 'It has no effect: nothing is waited for here. Leave it out.' },
  ),
} satisfies ConfigSchema;

/** How to reach services of AWS that are not EC2. */
export const serviceAccessOptions = {
  ...accessOptions,
  decode_authorization_messages: bool('Of no meaning here.', {
    default: false,
    deprecated: 'It has no effect: only EC2 encodes such messages. Leave it out.',
  }),
} satisfies ConfigSchema;

/** How long and how often to look whether something has come about, in builders. */
export const pollingOptions = {
  aws_polling: block('How to wait for instances, images and snapshots.', {
    max_attempts: number('How often to look; `AWS_MAX_ATTEMPTS` without.'),
    delay_seconds: number('How long to wait in between; `AWS_POLL_DELAY_SECONDS` without.', {
      unit: 'seconds',
    }),
  }),
} satisfies ConfigSchema;

/** Decoded access options. */
export type AccessConfig = Infer<typeof accessOptions>;

/** Decoded polling options. */
export type PollingConfig = Infer<typeof pollingOptions>;

type CheckedAccess = Pick<
  AccessConfig,
  'access_key' | 'secret_key' | 'assume_role' | 'vault_aws_engine'
> &
  PollingConfig;

/** Checks access options without looking for credentials. */
export function checkAccess(config: CheckedAccess, complain: Complain): void {
  if (Boolean(config.access_key) !== Boolean(config.secret_key)) {
    const [missing, set] = config.access_key
      ? (['secret_key', 'access_key'] as const)
      : (['access_key', 'secret_key'] as const);
    complain(set, {
      summary: 'Half a pair of keys',
      detail: `"${set}" is set and "${missing}" is not. Set both, or neither and let the AWS SDK find credentials.`,
    });
  }
  if (config.assume_role !== undefined && !config.assume_role.role_arn) {
    complain('assume_role', {
      summary: 'Which role to assume',
      detail: 'Set "role_arn" in "assume_role".',
    });
  }
  if (config.vault_aws_engine !== undefined) checkVault(config, complain);
  const { max_attempts = 0, delay_seconds = 0 } = config.aws_polling ?? {};
  if (max_attempts < 0) complain('aws_polling.0.max_attempts', negative('max_attempts'));
  if (delay_seconds < 0) complain('aws_polling.0.delay_seconds', negative('delay_seconds'));
}

function checkVault(
  { vault_aws_engine: engine, ...config }: CheckedAccess,
  complain: Complain,
): void {
  if (!engine?.name) {
    complain('vault_aws_engine', {
      summary: 'Which credentials to get from Vault',
      detail: 'Set "name" in "vault_aws_engine" to a role of the engine.',
    });
  }
  if (config.access_key || config.secret_key) {
    complain('vault_aws_engine', {
      summary: 'Two sources of credentials',
      detail: 'Keep the keys or "vault_aws_engine", not both.',
    });
  }
}

function negative(option: string) {
  return { summary: 'Not below zero', detail: `"${option}" is 0 (the default) or more.` };
}
