import Sequencer from '@jest/test-sequencer';

/** Files of tests that take minutes, which would have the others' processors wait if they came last. */
const long = [
  ...[
    'vagrant-debian',
    'ssh-faults',
    'ssh-large',
    'qemu-debian',
    'docker-cache',
    'packed',
    'killed',
  ],
  ...['docker-example', 'tool-examples', 'ansible-puppet', 'amazon-leftovers'],
];

/** The order of tests on a machine that has never run them: those that take long first, and then as jest has it. */
export default class LongFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const place = long.findIndex((name) => path.endsWith(`/${name}.test.ts`));
      return place < 0 ? long.length : place;
    };
    return [...super.sort(tests)].sort((one, other) => rank(one) - rank(other));
  }
}
