import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildContext, defineStep, messageOf, type Ui } from '@bake/plugin-sdk';
import type { Docker } from '../engine/docker.ts';
import { findImage } from '../engine/inspect.ts';
import { loggedIn } from '../engine/login.ts';
import { buildFailure } from '../messages.ts';
import type { DockerConfig } from './component.ts';
import { StepContainer } from './step-container.ts';

/** Which image to start from, and whom to ask for it. */
export interface ImageWish {
  readonly docker: Docker;
  readonly config: DockerConfig;
}

/** Pulls the image, or builds it of a Dockerfile; gives its name or ID. */
export const baseImage = defineStep<ImageWish, string>({
  name: 'base-image',
  async run({ docker, config }, context) {
    if (config.build) return buildImage(docker, config, config.build, context);
    const { image = '' } = config;
    if (config.pull) await pull(docker, config, image, context);
    return image;
  },
});

async function pull(
  docker: Docker,
  config: DockerConfig,
  image: string,
  context: BuildContext,
): Promise<void> {
  const { ui, signal } = context;
  ui.say(`Pulling Docker image: ${image}`);
  const platform = config.platform ? ['--platform', config.platform] : [];
  await loggedIn(docker, config, context, (own) =>
    own.run(['pull', ...platform, '--', image], {
      signal,
      onStdout: (chunk) => ui.output('stdout', chunk),
    }),
  );
}

type Dockerfile = NonNullable<DockerConfig['build']>;

/** Gives the ID of the image, which goes away if the build fails or only threw its container away. */
async function buildImage(
  docker: Docker,
  config: DockerConfig,
  dockerfile: Dockerfile,
  context: BuildContext,
): Promise<string> {
  const { ui, onCleanup } = context;
  ui.say('Building base image...');
  const { args, env } = buildArguments(dockerfile);
  let id = '';
  const options = config.discard ? ({ always: true } as const) : ({ onFailureOnly: true } as const);
  onCleanup('remove the base image', (later) => removeBase(docker, id, ui, later), options);
  await withIdFile(context, async (idFile) => {
    try {
      await loggedIn(docker, config, context, (own) =>
        runBuild(own, ['--iidfile', idFile, ...args], env, context),
      );
    } finally {
      // When a cancel comes, the engine may be done already.
      id = (await readFile(idFile, 'utf8').catch(() => '')).trim();
    }
  });
  ui.say(`Finished building base image "${id}"`);
  return id;
}

async function removeBase(docker: Docker, id: string, ui: Ui, signal: AbortSignal): Promise<void> {
  const found = id === '' ? undefined : await findImage(docker, id, signal);
  // The engine gives the same image for the same Dockerfile, and for one of FROM alone the image that it names.
  if (found === undefined || found.isNamed) return;
  // Other images may be made of it; then the engine keeps it.
  const { complaint, exitCode } = await docker.attempt(['rmi', id], { signal });
  if (exitCode !== 0) ui.say(`The base image ${id} stays: ${messageOf(complaint)}`);
}

/** Shows both streams: BuildKit tells on the one for errors how far it is. */
async function runBuild(
  docker: Docker,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { ui, signal, onCleanup }: BuildContext,
): Promise<void> {
  const step = new StepContainer();
  onCleanup('wait for the container of the step to go', (later) => step.gone(docker, later), {
    always: true,
    onFailureOnly: true,
  });
  const end = await docker.attempt(['build', ...args], {
    signal,
    env,
    onStdout: (chunk) => {
      step.read(chunk);
      ui.output('stdout', chunk);
    },
    onStderr: (chunk) => ui.output('stderr', chunk),
  });
  if (end.exitCode !== 0) throw buildFailure(`${docker.program} build`, end);
}

/** Gives `work` the path of a file to write the ID of an image to. */
async function withIdFile(
  { journal, onCleanup }: BuildContext,
  work: (path: string) => Promise<void>,
): Promise<void> {
  const path = join(tmpdir(), `bake-docker-${randomUUID()}.id`);
  const entry = journal({ kind: 'path', label: path, traces: { path } });
  const remove = (): Promise<void> => rm(path, { force: true });
  const cleanup = onCleanup(`remove ${path}`, remove, { always: true, entry });
  try {
    await work(path);
  } finally {
    await cleanup.now();
  }
}

/** Variables that mean something to the program itself and so cannot carry a value for the Dockerfile. */
const taken = /^(PATH|HOME|TMPDIR|NO_PROXY|HTTPS?_PROXY|ALL_PROXY|DOCKER_\w*|BUILDKIT_\w*)$/i;

/** Values go by the environment, so that secrets among them do not show in the list of processes. */
function buildArguments({ path, build_dir, arguments: values = {}, pull, compress }: Dockerfile): {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
} {
  const entries = Object.entries(values);
  const flags = entries.flatMap(([name, value]) => [
    '--build-arg',
    taken.test(name) ? `${name}=${value}` : name,
  ]);
  // Without BuildKit, the container of a step that fails stays unless this is said.
  const removing = '--force-rm';
  const options = [removing, ...(pull ? ['--pull'] : []), ...(compress ? ['--compress'] : [])];
  return {
    args: ['-f', path, ...options, ...flags, '--', build_dir],
    env: Object.fromEntries(entries.filter(([name]) => !taken.test(name))),
  };
}
