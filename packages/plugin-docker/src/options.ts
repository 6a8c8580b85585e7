import { bool, type Complain, type ConfigSchema, type Infer, string } from '@bake/plugin-sdk';

/** The program to call, in the builder and every post-processor. */
export const programOptions = {
  docker_path: string(
    'The program to call: a name in PATH or a path. `podman` takes the same commands.',
    {
      default: 'docker',
    },
  ),
} satisfies ConfigSchema;

/** How to log in to a registry, in the builder and in `docker-push`. */
export const loginOptions = {
  login: bool('Log in to the registry for as long as it takes.', { default: false }),
  login_server: string('The registry to log in to; Docker Hub without.', {
    example: '"registry.example:5000"',
  }),
  login_username: string('User to log in as.'),
  login_password: string('Password to log in with.', { sensitive: true }),
  ecr_login: bool(
    'Log in to the Amazon registry `login_server` with a password that the program `aws` gets; `login`, `login_username` and `login_password` do not count then.',
    { default: false },
  ),
  aws_access_key: string('Access key for `ecr_login`; what the program `aws` finds without.'),
  aws_secret_key: string('Secret key that goes with it.', { sensitive: true }),
  aws_token: string('Session token that goes with them.', { sensitive: true }),
  aws_profile: string('Profile of the settings of `aws` to use.'),
  aws_force_use_public_ecr: bool('Log in to the public registry of Amazon.', { default: false }),
} satisfies ConfigSchema;

/** Decoded login options. */
export type LoginConfig = Infer<typeof loginOptions>;

/** Checks that there is somewhere to log in to. */
export function checkLogin(config: LoginConfig, complain: Complain): void {
  if (!config.ecr_login || config.login_server) return;
  complain('ecr_login', {
    summary: 'ECR login requires login server to be provided.',
    detail: 'Set "login_server" to ACCOUNT.dkr.ecr.REGION.amazonaws.com, or to public.ecr.aws.',
  });
}
