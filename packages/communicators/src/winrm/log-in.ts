import { messageOf } from '@bake/plugin-sdk';
import type { HttpAnswer, HttpConnection } from './http-connection.ts';
import { answerChallenge } from './ntlm/answer-challenge.ts';
import { channelBindings } from './ntlm/channel-bindings.ts';
import { ntlmCredentials } from './ntlm/credentials.ts';
import { negotiateMessage } from './ntlm/message.ts';
import { NtlmSecurity } from './ntlm/security.ts';
import type { WinrmSettings } from './settings.ts';
import { TryError } from './stage.ts';

/** Milliseconds that each of the two halves of a login may take. */
const patience = 30_000;

/** Logs a connection in by NTLM. Rejects with a `TryError`, or the signal's reason. */
export async function logIn(
  connection: HttpConnection,
  { username, password }: WinrmSettings,
  certificate: Buffer | undefined,
  signal: AbortSignal,
): Promise<NtlmSecurity> {
  const say = (message: Buffer): Promise<HttpAnswer> => {
    const headers = { Authorization: `Negotiate ${message.toString('base64')}` };
    return connection.post(Buffer.alloc(0), headers, patience, signal);
  };
  const negotiate = negotiateMessage();
  const challenge = challengeIn(await say(negotiate));
  const bindings = certificate === undefined ? undefined : channelBindings(certificate);
  const exchange = {
    negotiate,
    challenge,
    ...(bindings === undefined ? {} : { channelBindings: bindings }),
  };
  const { message, sessionKey } = answered(exchange, ntlmCredentials(username, password));
  const end = await say(message);
  if (end.status === 401) throw refusal(end, 'ntlm');
  return new NtlmSecurity(sessionKey, 'client');
}

/** The challenge that an answer of status 401 carries. */
function challengeIn(answer: HttpAnswer): Buffer {
  const [, token] = /^(?:Negotiate|NTLM)\s+([A-Za-z0-9+/=]+)/im.exec(offered(answer)) ?? [];
  if (token !== undefined) return Buffer.from(token, 'base64');
  if (answer.status === 401) throw refusal(answer, 'ntlm');
  throw new TryError('answer', `HTTP status ${answer.status} where NTLM was to begin`);
}

function answered(
  exchange: Parameters<typeof answerChallenge>[0],
  credentials: Parameters<typeof answerChallenge>[1],
): ReturnType<typeof answerChallenge> {
  try {
    return answerChallenge(exchange, credentials);
  } catch (error) {
    throw new TryError('login', messageOf(error));
  }
}

/** What an answer of status 401 means, with the kinds of login that the machine would take. */
export function refusal(answer: HttpAnswer, login: 'basic' | 'ntlm'): TryError {
  const names = offered(answer).match(/\b(?:Basic|Negotiate|NTLM|Kerberos|CredSSP)\b/gi) ?? [];
  const kinds = [...new Set(names)];
  const wanted = login === 'basic' ? /^basic$/i : /^(?:negotiate|ntlm)$/i;
  if (kinds.length === 0 || kinds.some((kind) => wanted.test(kind))) {
    return new TryError('login', 'it does not take the user and password');
  }
  const ours = login === 'basic' ? 'Basic' : 'NTLM';
  return new TryError('login', `it does not take ${ours} but ${kinds.join(', ')}`);
}

/** Each kind of login on a line of its own. */
function offered({ headers }: HttpAnswer): string {
  return (headers['www-authenticate'] ?? '').replaceAll(', ', '\n');
}
