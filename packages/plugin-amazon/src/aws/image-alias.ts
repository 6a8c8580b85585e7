import * as messages from '../messages.ts';
import type { Ec2 } from './ec2.ts';

const prefix = 'resolve:ssm:';

/**
 * The ID of an image that is named in place of its ID by a parameter of Systems Manager, as AWS writes it:
 * `resolve:ssm:NAME`, also with `:VERSION` or `:LABEL`. Any other text stays.
 */
export async function resolveAlias(ec2: Ec2, text: string, signal: AbortSignal): Promise<string> {
  if (!text.startsWith(prefix)) return text;
  const name = text.slice(prefix.length);
  const { GetParameterCommand, SSMClient } = await import('@aws-sdk/client-ssm');
  const client = new SSMClient(ec2.settings);
  try {
    const command = new GetParameterCommand({ Name: name });
    const { Parameter } = await client.send(command, { abortSignal: signal });
    const id = Parameter?.Value ?? '';
    if (!/^ami-\w+$/.test(id)) throw messages.noAlias(name, id);
    return id;
  } catch (error) {
    signal.throwIfAborted();
    throw messages.asFailure('GetParameter', ec2.region, error);
  } finally {
    client.destroy();
  }
}
