import { messageOf } from '@bake/plugin-sdk';
import type { Docker } from './docker.ts';

/** What is known of an image. */
export interface ImageFacts {
  /** `sha256:` and 64 hexadecimal digits. */
  readonly id: string;
  /** `NAME@sha256:...`, when a registry knows it. */
  readonly digest: string | undefined;
  /** Somebody knows it by a tag or digest. */
  readonly isNamed: boolean;
  /** Bytes of all its layers. */
  readonly size: number;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

/** What is known of a container. */
export interface ContainerFacts {
  readonly isRunning: boolean;
  /** As in the image or the run command: a name or number, with or without a group; empty for root. */
  readonly user: string;
  /** Address in the first network that it is in; empty without one. */
  readonly address: string;
  readonly hasEntrypoint: boolean;
  /** Places in it whose content is in no image that is made of it: volumes, shared folders, file systems in memory. */
  readonly outside: readonly string[];
}

interface InspectedConfig {
  readonly User?: string;
  readonly Entrypoint?: readonly string[] | string | null;
  readonly Cmd?: readonly string[] | null;
}

/** Looks an image up in the engine; throws a `Failure` if it is not there. */
export async function inspectImage(
  docker: Docker,
  image: string,
  signal: AbortSignal,
): Promise<ImageFacts> {
  const found = (await inspect(docker, 'image', image, signal)) as {
    readonly Id: string;
    readonly RepoTags?: readonly string[] | null;
    readonly RepoDigests?: readonly string[] | null;
    readonly Size?: number;
    readonly Config?: InspectedConfig | null;
  };
  return {
    id: found.Id.includes(':') ? found.Id : `sha256:${found.Id}`,
    digest: found.RepoDigests?.[0],
    isNamed: (found.RepoTags?.length ?? 0) + (found.RepoDigests?.length ?? 0) > 0,
    size: found.Size ?? 0,
    entrypoint: wordsOf(found.Config?.Entrypoint),
    command: wordsOf(found.Config?.Cmd),
  };
}

/** Looks an image up that may not be there. Throws a `Failure` if the engine cannot be asked. */
export async function findImage(
  docker: Docker,
  image: string,
  signal: AbortSignal,
): Promise<ImageFacts | undefined> {
  try {
    return await inspectImage(docker, image, signal);
  } catch (error) {
    if (/no such image|image not known/i.test(messageOf(error))) return undefined;
    throw error;
  }
}

/** Looks a container up in the engine; throws a `Failure` if it is not there. */
export async function inspectContainer(
  docker: Docker,
  container: string,
  signal: AbortSignal,
): Promise<ContainerFacts> {
  return factsOf((await inspect(docker, 'container', container, signal)) as InspectedContainer);
}

/** What the engine knows of a container, as far as it matters here. */
export interface InspectedContainer {
  readonly State: { readonly Running: boolean };
  readonly Config: InspectedConfig;
  readonly Mounts?: readonly { readonly Destination: string }[] | null;
  readonly HostConfig?: { readonly Tmpfs?: Readonly<Record<string, string>> | null };
  readonly NetworkSettings?: {
    readonly IPAddress?: string;
    readonly Networks?: Readonly<Record<string, { readonly IPAddress?: string }>> | null;
  };
}

/** Takes from it what builds want to know. */
export function factsOf(found: InspectedContainer): ContainerFacts {
  const { IPAddress, Networks } = found.NetworkSettings ?? {};
  const addresses = [IPAddress, ...Object.values(Networks ?? {}).map((one) => one.IPAddress)];
  return {
    isRunning: found.State.Running,
    user: found.Config.User ?? '',
    address: addresses.find((address) => address !== undefined && address !== '') ?? '',
    hasEntrypoint: wordsOf(found.Config.Entrypoint).length > 0,
    outside: [
      ...(found.Mounts ?? []).map(({ Destination }) => Destination),
      ...Object.keys(found.HostConfig?.Tmpfs ?? {}),
    ],
  };
}

async function inspect(
  docker: Docker,
  kind: 'image' | 'container',
  name: string,
  signal: AbortSignal,
): Promise<unknown> {
  const text = await docker.text([kind, 'inspect', '--', name], { signal });
  return (JSON.parse(text) as readonly unknown[])[0];
}

/** Podman gives an entrypoint as one text. `[""]` is how an image says that it has none. */
function wordsOf(words: readonly string[] | string | null | undefined): readonly string[] {
  const list = typeof words === 'string' ? words.split(' ') : (words ?? []);
  return list.length === 1 && list[0] === '' ? [] : list;
}
