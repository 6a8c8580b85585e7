import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { DataContext } from '@bake/plugin-sdk';
import { openCloud } from '../aws/cloud.ts';
import * as messages from '../messages.ts';
import type { ParameterQuery } from './parameter-store.ts';

/** Reads the parameter. */
export async function readParameter(query: ParameterQuery, { signal }: DataContext) {
  const access = { ...query, decode_authorization_messages: false };
  const cloud = await openCloud(access, { signal });
  const client = new SSMClient(cloud.settings);
  try {
    const command = new GetParameterCommand({
      Name: query.name,
      WithDecryption: query.with_decryption,
    });
    const { Parameter: found } = await client.send(command, { abortSignal: signal });
    return {
      value: found?.Value ?? '',
      version: String(found?.Version ?? ''),
      arn: found?.ARN ?? '',
    };
  } catch (error) {
    signal.throwIfAborted();
    throw messages.asFailure('GetParameter', cloud.region, error);
  } finally {
    client.destroy();
    cloud.close();
  }
}
