import type { Traces } from '@bake/plugin-sdk';
import { Docker } from '../engine/docker.ts';

/** Variables that say which engine the program talks to; none is a secret. */
const variables = [
  'DOCKER_HOST',
  'DOCKER_CONTEXT',
  'DOCKER_CONFIG',
  'DOCKER_TLS_VERIFY',
  'DOCKER_CERT_PATH',
];

/** What another process needs to reach the same engine. */
export function tracesOf(docker: Docker): Traces {
  const set = variables.flatMap((name) => {
    const value = process.env[name];
    return value ? [[name, value] as const] : [];
  });
  return { program: docker.program, ...Object.fromEntries(set) };
}

/** The program as the run used it that left the traces. */
export function dockerOf(traces: Traces): Docker {
  const set = variables.flatMap((name) => {
    const value = traces[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return new Docker(String(traces['program']), Object.fromEntries(set));
}
