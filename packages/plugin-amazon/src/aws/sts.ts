import { randomUUID } from 'node:crypto';
import type { STSClient } from '@aws-sdk/client-sts';
import { messageOf } from '@bake/plugin-sdk';
import * as messages from '../messages.ts';
import type { AccessConfig } from '../options/access.ts';
import type { ClientSettings } from './client-settings.ts';
import type { CredentialSource } from './credentials.ts';

type AssumeRole = NonNullable<AccessConfig['assume_role']>;

/** AWS's service for who somebody is. The client is made when it is needed. */
export class Sts {
  readonly #settings: ClientSettings;
  #client: STSClient | undefined;

  constructor(settings: ClientSettings) {
    this.#settings = settings;
  }

  /** Credentials of a role, taken on with others. */
  async roleSource(role: AssumeRole): Promise<CredentialSource> {
    const { AssumeRoleCommand } = await import('@aws-sdk/client-sts');
    const client = await this.#open();
    const arn = role.role_arn ?? '';
    return async () => {
      const command = new AssumeRoleCommand({
        RoleArn: arn,
        RoleSessionName: role.session_name || `bake-${randomUUID()}`,
        DurationSeconds: role.duration_seconds,
        ExternalId: role.external_id || undefined,
        Policy: role.policy || undefined,
        PolicyArns: role.policy_arns?.map((one) => ({ arn: one })),
        Tags: Object.entries(role.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
        TransitiveTagKeys: role.transitive_tag_keys?.slice(),
      });
      const { Credentials: given } = await client.send(command).catch((error: unknown) => {
        throw messages.cannotAssume(arn, error);
      });
      return {
        accessKeyId: given?.AccessKeyId ?? '',
        secretAccessKey: given?.SecretAccessKey ?? '',
        sessionToken: given?.SessionToken ?? '',
        ...(given?.Expiration === undefined ? {} : { expiration: given.Expiration }),
      };
    };
  }

  /** Asks AWS whether it knows the credentials. Gives the ARN that they stand for. */
  async identity(signal: AbortSignal): Promise<string> {
    const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
    const client = await this.#open();
    const answer = await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
    return answer.Arn ?? '';
  }

  /** What AWS meant by an encoded message about missing permissions, or why that cannot be had. */
  async decode(message: string, signal: AbortSignal): Promise<string> {
    const { DecodeAuthorizationMessageCommand } = await import('@aws-sdk/client-sts');
    const client = await this.#open();
    const command = new DecodeAuthorizationMessageCommand({ EncodedMessage: message });
    try {
      const { DecodedMessage = '' } = await client.send(command, { abortSignal: signal });
      return DecodedMessage;
    } catch (error) {
      return `It could not be decoded: ${messageOf(error)}`;
    }
  }

  close(): void {
    this.#client?.destroy();
  }

  async #open(): Promise<STSClient> {
    const { STSClient: Client } = await import('@aws-sdk/client-sts');
    this.#client ??= new Client(this.#settings);
    return this.#client;
  }
}
