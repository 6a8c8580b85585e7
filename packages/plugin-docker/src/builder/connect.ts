import { type Communicator, defineStep, type Machine, type MachineFacts } from '@bake/plugin-sdk';
import { DockerCommunicator } from '../communicator/communicator.ts';
import { WindowsCommunicator } from '../communicator/windows-communicator.ts';
import type { DockerConfig } from './component.ts';
import type { Container } from './start-container.ts';

/** Whom to talk to, and as whom. */
export interface Reach {
  readonly config: DockerConfig;
  readonly container: Container;
}

/** Makes a machine of a container. There is nothing to wait for: it runs. */
export const connectStep = defineStep<Reach, Machine>({
  name: 'connect',
  async run({ config, container }) {
    return { communicator: communicatorOf(config, container), facts: containerFacts(config) };
  },
});

/** The part of `build.*` that is the same for all containers that are reached through the engine. */
export function containerFacts({ windows_container }: DockerConfig): MachineFacts {
  const ConnType = windows_container ? 'dockerWindowsContainer' : 'docker';
  return { Host: '', Port: 0, User: '', Password: '', ConnType };
}

function communicatorOf(
  config: DockerConfig,
  { docker, engine, id, shared, facts }: Container,
): Communicator {
  const target = {
    engine,
    docker,
    container: id,
    user: config.exec_user || undefined,
    pty: config.pty,
  };
  if (config.windows_container && shared !== undefined) {
    return new WindowsCommunicator(
      { ...target, shell: (command) => ['powershell', command] },
      shared,
    );
  }
  const owner = config.fix_upload_owner ? facts.user : undefined;
  const shell = (command: string): readonly string[] => ['/bin/sh', '-c', `(${command})`];
  return new DockerCommunicator({ ...target, shell, uploadOwner: owner });
}
