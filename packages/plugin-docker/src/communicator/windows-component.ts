import { type CommunicatorComponent, defineCommunicator } from '@bake/plugin-sdk';
import { foreignBuilder } from '../messages.ts';

const windows: CommunicatorComponent = defineCommunicator({
  name: 'dockerWindowsContainer',
  doc: 'Talks to a Windows container of the builder docker by `docker exec` and a shared folder.',
  // The builder docker makes it itself, as only it knows the container.
  async connect() {
    throw foreignBuilder('dockerWindowsContainer');
  },
});
export default windows;
