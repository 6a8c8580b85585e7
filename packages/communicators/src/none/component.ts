import { type CommunicatorComponent, defineCommunicator } from '@bake/plugin-sdk';
import { NoCommunicator } from './communicator.ts';

const none: CommunicatorComponent = defineCommunicator({
  name: 'none',
  doc: 'Talks to no machine: commands count as run, transfers fail.',
  async connect() {
    return new NoCommunicator();
  },
});
export default none;
