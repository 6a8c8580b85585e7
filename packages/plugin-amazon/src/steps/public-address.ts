import { isIP } from 'node:net';
import { networkProblem, proxyFor, sendRequest } from '@bake/plugin-sdk/http';
import * as messages from '../messages.ts';

/**
 * The public address of this machine as a block of addresses: what AWS says who asks, or the server in
 * `BAKE_PUBLIC_IP_URL`. Rejects with a `Failure`.
 */
export async function publicCidr(signal: AbortSignal): Promise<string> {
  const place = process.env['BAKE_PUBLIC_IP_URL'] || 'https://checkip.amazonaws.com/';
  if (!URL.canParse(place)) throw messages.noPublicAddress(place, 'that is no URL');
  const url = new URL(place);
  const proxy = (to: URL) => proxyFor(to, process.env);
  const answer = await sendRequest({ url, signal, timeout: 30_000, proxy, redirects: 3 }).catch(
    (error: unknown) => {
      signal.throwIfAborted();
      throw messages.noPublicAddress(place, networkProblem(error));
    },
  );
  const address = answer.body.toString().trim();
  const version = isIP(address);
  if (answer.status !== 200 || version === 0) {
    throw messages.noPublicAddress(place, `it answers with status ${answer.status} and no address`);
  }
  return `${address}/${version === 4 ? 32 : 128}`;
}
