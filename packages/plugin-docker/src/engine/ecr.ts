import { Failure } from '@bake/plugin-sdk';
import { runProcess } from '@bake/plugin-sdk/process';
import type { LoginConfig } from '../options.ts';

/** `ACCOUNT.dkr.ecr.REGION.amazonaws.com`. */
const privateRegistry = /^(?:https?:\/\/)?\d+\.dkr\.ecr(?:-fips)?\.([\w-]+)\.amazonaws\.com/;

/** The one region that public registries ask for passwords in. */
const publicRegion = 'us-east-1';

/** Asks Amazon for a password to its registry, through the program `aws`. Throws a `Failure` if there is none. */
export async function ecrPassword(config: LoginConfig, signal: AbortSignal): Promise<string> {
  const server = config.login_server ?? '';
  const isPublic =
    config.aws_force_use_public_ecr || /^(https?:\/\/)?public\.ecr\.aws/.test(server);
  const region = isPublic ? publicRegion : privateRegistry.exec(server)?.[1];
  if (region === undefined) throw notEcr(server);
  const chunks: Uint8Array[] = [];
  let complaint = '';
  const { exitCode } = await runProcess({
    program: 'aws',
    args: [isPublic ? 'ecr-public' : 'ecr', 'get-login-password', '--region', region],
    env: environment(config),
    signal,
    onStdout: (chunk) => void chunks.push(chunk),
    onStderr: (chunk) => {
      complaint += Buffer.from(chunk).toString('utf8');
    },
  });
  const password = Buffer.concat(chunks).toString('utf8').trim();
  if (exitCode === 0 && password !== '') return password;
  throw new Failure({
    summary: `Error fetching ECR credentials: ${complaint.trim() || `aws ended with ${exitCode}`}`,
    detail:
      'Check that `aws ecr get-login-password` works for this user, or set "aws_access_key" and "aws_secret_key".',
  });
}

function environment(config: LoginConfig): Readonly<Record<string, string>> {
  const entries = Object.entries({
    AWS_ACCESS_KEY_ID: config.aws_access_key,
    AWS_SECRET_ACCESS_KEY: config.aws_secret_key,
    AWS_SESSION_TOKEN: config.aws_token,
    AWS_PROFILE: config.aws_profile,
  });
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}

function notEcr(server: string): Failure {
  return new Failure({
    summary: `Not a registry of Amazon: ${server}`,
    detail:
      '"ecr_login" takes ACCOUNT.dkr.ecr.REGION.amazonaws.com or public.ecr.aws as "login_server". For another registry set "login".',
  });
}
