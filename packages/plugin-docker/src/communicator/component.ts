import { type CommunicatorComponent, defineCommunicator } from '@bake/plugin-sdk';
import { foreignBuilder } from '../messages.ts';

const docker: CommunicatorComponent = defineCommunicator({
  name: 'docker',
  doc: 'Talks to the container of the builder docker by `docker exec` and `docker cp`.',
  // The builder docker makes it itself, as only it knows the container.
  async connect() {
    throw foreignBuilder('docker');
  },
});
export default docker;
