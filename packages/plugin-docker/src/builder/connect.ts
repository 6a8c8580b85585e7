import { defineStep, type Machine } from '@bake/plugin-sdk';
import { DockerCommunicator } from '../communicator/communicator.ts';
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
    const communicator = new DockerCommunicator({
      docker: container.docker,
      container: container.id,
      shell: ['/bin/sh', '-c'],
      user: config.exec_user || undefined,
      pty: config.pty,
      uploadOwner: config.fix_upload_owner ? container.user : undefined,
    });
    const facts = { Host: '', Port: 0, User: '', Password: '', ConnType: config.communicator };
    return { communicator, facts };
  },
});
