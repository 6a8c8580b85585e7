import { homedir } from 'node:os';
import { join } from 'node:path';
import type { RunContext } from '@bake/plugin-sdk';
import { renderForBuild } from '@bake/plugin-sdk/go-template';
import type { DockerConfig } from './component.ts';

/** What `docker run` is to be told beside the template's options. */
export interface RunWish {
  readonly image: string;
  /** What the container is called if the run command does not name it. */
  readonly name: string;
  /** Local folder to mount, and where. */
  readonly shared: readonly [local: string, inside: string] | undefined;
}

/** The arguments of `docker run`, and the name that the container gets by them. */
export interface RunArguments {
  readonly args: readonly string[];
  readonly name: string;
}

/** Puts them together, in Packer's order. */
export function runArguments(
  config: DockerConfig,
  { image, name, shared }: RunWish,
  context: Pick<RunContext, 'build' | 'data'>,
): RunArguments {
  const given = config.run_command?.length ? config.run_command : defaultCommand(config);
  const words = given.map((word) => renderForBuild(word, context, { Image: image }));
  const theirs = nameIn(words);
  const volumes = [
    ...Object.entries(config.volumes ?? {}),
    ...(shared === undefined ? [] : [shared]),
  ];
  const args = [
    'run',
    ...flags('--device', config.device),
    ...flags('--cap-add', config.cap_add),
    ...flags('--cap-drop', config.cap_drop),
    ...(config.privileged ? ['--privileged'] : []),
    ...(config.runtime ? ['--runtime', config.runtime] : []),
    ...(config.platform ? ['--platform', config.platform] : []),
    ...flags('--tmpfs', config.tmpfs),
    ...flags(
      '--volume',
      volumes.map(([host, guest]) => `${homePath(host)}:${guest}`),
    ),
    ...(theirs === undefined ? ['--name', name] : []),
    ...words,
  ];
  return { args, name: theirs ?? name };
}

/** Makes a container that is not started. What it would start is not what the image is to start, which says so itself. */
export function idleArguments({ image, name }: Pick<RunWish, 'image' | 'name'>): RunArguments {
  const flags = ['--network=none', '--entrypoint=/bin/sh', '--name', name];
  return { args: ['create', ...flags, '--', image], name };
}

function defaultCommand({ windows_container }: DockerConfig): readonly string[] {
  const shell = windows_container ? 'powershell' : '/bin/sh';
  return ['-d', '-i', '-t', `--entrypoint=${shell}`, '--', '{{.Image}}'];
}

function flags(flag: string, values: readonly string[] = []): readonly string[] {
  return values.flatMap((value) => [flag, value]);
}

/** The name that a run command gives, before the image and its own arguments. */
function nameIn(words: readonly string[]): string | undefined {
  const options = words.includes('--') ? words.slice(0, words.indexOf('--')) : words;
  for (const [index, word] of options.entries()) {
    if (word.startsWith('--name=')) return word.slice('--name='.length);
    if (word === '--name') return options[index + 1];
  }
  return undefined;
}

function homePath(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}
