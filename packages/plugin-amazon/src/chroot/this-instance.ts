import type { Instance } from '@aws-sdk/client-ec2';
import { defineStep } from '@bake/plugin-sdk';
import { networkProblem, sendRequest } from '@bake/plugin-sdk/http';
import type { Ec2 } from '../aws/ec2.ts';
import * as messages from '../messages.ts';
import { describeInstance } from '../steps/run-instance.ts';

/** The instance that bake runs on, by its metadata (version 2). */
export const thisInstance = defineStep<Ec2, Instance>({
  name: 'instance',
  async run(ec2, { ui, signal }) {
    const token = await metadata('PUT', '/latest/api/token', signal, {
      'x-aws-ec2-metadata-token-ttl-seconds': '60',
    });
    const headers = { 'x-aws-ec2-metadata-token': token };
    const id = await metadata('GET', '/latest/meta-data/instance-id', signal, headers);
    const instance = await describeInstance(ec2, id, signal);
    if (instance === undefined) throw messages.otherRegion(id, ec2.region);
    ui.say(`This is the instance ${id}`);
    return instance;
  },
});

async function metadata(
  method: 'GET' | 'PUT',
  path: string,
  signal: AbortSignal,
  headers: Readonly<Record<string, string>>,
): Promise<string> {
  const place = process.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] || 'http://169.254.169.254';
  const request = { method, url: new URL(path, place), headers, signal, timeout: 5000 };
  const { status, body } = await sendRequest(request).catch((error: unknown) => {
    signal.throwIfAborted();
    throw messages.noInstance(networkProblem(error));
  });
  if (status !== 200) throw messages.noInstance(`its metadata answer with status ${status}`);
  return body.toString().trim();
}
