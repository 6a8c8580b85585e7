import type { ReclaimContext, Traces } from '@bake/plugin-sdk';
import { stillPublished } from '../messages.ts';
import { Api, type ApiOptions, complaintOf } from './api.ts';

/**
 * Removes what a run that was killed has left at a service. `login` says which variables of the environment hold what it
 * takes: nothing of that is written down.
 */
export async function removePublished(
  { service, path }: Traces,
  token: ApiOptions['token'],
  login: string,
  context: ReclaimContext,
): Promise<void> {
  const api = new Api({ base: String(service), token, isInsecure: false }, context);
  const answer = await api.request('DELETE', String(path));
  if (answer.isOk || answer.status === 404) return;
  throw stillPublished(complaintOf(answer) || `HTTP status ${answer.status}`, login);
}
