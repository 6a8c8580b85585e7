import type { RunContext } from '@bake/plugin-sdk';
import { networkProblem, proxyFor, sendRequest } from '@bake/plugin-sdk/http';
import { noAnswer, refused } from '../messages.ts';
import type { RegistryAccess } from './access.ts';

/** Milliseconds before its end from which on a token is not used any more. */
const margin = 60_000;

/**
 * Gives a token of the service, a new one when the last is about to expire (OAuth 2.0, "Client Credentials Grant").
 * Nothing without a client ID: a service of one's own may want no token.
 */
export function tokenSource(
  { auth, clientId, clientSecret }: RegistryAccess,
  isInsecure: boolean,
  context: Pick<RunContext, 'protect'>,
): (signal: AbortSignal) => Promise<string | undefined> {
  let token: string | undefined;
  let end = 0;
  if (clientSecret !== '') context.protect(clientSecret);
  return async (signal) => {
    if (clientId === '') return undefined;
    if (token !== undefined && Date.now() < end) return token;
    const given = await requestToken(new URL(`${auth}/oauth2/token`), signal);
    ({ token } = given);
    end = Date.now() + given.lifetime - margin;
    context.protect(token);
    return token;
  };

  async function requestToken(url: URL, signal: AbortSignal) {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      audience: 'https://api.hashicorp.cloud',
    });
    const response = await sendRequest({
      method: 'POST',
      url,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: body.toString(),
      signal,
      timeout: 60_000,
      proxy: (to) => proxyFor(to, process.env),
      ...(isInsecure ? { tls: { rejectUnauthorized: false } } : {}),
    }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw noAnswer(url, networkProblem(error));
    });
    const { access_token: text, expires_in: seconds } = parse(response.body);
    if (response.status !== 200 || typeof text !== 'string') {
      throw refused('logging in', response.status === 400 ? 401 : response.status, '');
    }
    const lifetime = typeof seconds === 'number' ? seconds * 1000 : 2 * margin;
    return { token: text, lifetime };
  }
}

function parse(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(body.toString());
  } catch {
    return {};
  }
}
