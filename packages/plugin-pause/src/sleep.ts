import { setTimeout as wait } from 'node:timers/promises';
import { defineProvisioner, duration, timerDelay } from '@bake/plugin-sdk';

export default defineProvisioner({
  name: 'sleep',
  doc: 'Waits.',
  config: {
    duration: duration('How long.', { example: '"5m"' }),
  },
  inputs: () => ({}),
  async provision({ duration: milliseconds = 0 }, _machine, { signal }) {
    await wait(timerDelay(milliseconds), undefined, { signal });
  },
});
