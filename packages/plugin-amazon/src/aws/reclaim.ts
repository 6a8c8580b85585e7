import { type ReclaimContext, type Traces, withDefaults } from '@bake/plugin-sdk';
import { accessOptions } from '../options/access.ts';
import type { RemainKind } from '../remains.ts';
import { openCloud } from './cloud.ts';
import { removers } from './removers.ts';

/** Removes what a run left, with the credentials of the environment or of the profile that the run had. */
export async function reclaim(
  kind: RemainKind,
  traces: Traces,
  { signal }: ReclaimContext,
): Promise<void> {
  const config = withDefaults(accessOptions, {
    region: String(traces['region']),
    profile: textOf(traces['profile']),
    shared_credentials_file: textOf(traces['credentialsFile']),
    custom_endpoint_ec2: textOf(traces['endpoint']),
    insecure_skip_tls_verify: traces['insecure'] === true,
    vault_aws_engine: traces['vaultRole'] === undefined ? undefined : vaultOf(traces),
    assume_role: traces['role'] === undefined ? undefined : roleOf(String(traces['role'])),
  });
  const cloud = await openCloud(config, { signal });
  try {
    await removers[kind](cloud.ec2(), traces, { signal, pace: {} });
  } finally {
    cloud.close();
  }
}

function textOf(value: Traces[string] | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

function vaultOf(traces: Traces) {
  return {
    name: textOf(traces['vaultRole']),
    role_arn: textOf(traces['vaultRoleArn']),
    engine_name: textOf(traces['vaultEngine']),
    ttl: undefined,
  };
}

function roleOf(arn: string) {
  return {
    role_arn: arn,
    duration_seconds: undefined,
    external_id: undefined,
    policy: undefined,
    policy_arns: undefined,
    session_name: undefined,
    tags: undefined,
    transitive_tag_keys: undefined,
  };
}
