import { bool, type ConfigSchema, defineProvisioner, Failure, string } from '@bake/plugin-sdk';

const config = {
  text: string('What the greeting says.', { required: true, example: '"Hello"' }),
  path: string('The file on the machine.', { default: 'greeting.txt' }),
  shout: bool('Write it in capital letters.', { default: false }),
} satisfies ConfigSchema;

export default defineProvisioner({
  name: '%NAME%',
  doc: 'Writes a greeting into a file on the machine.',
  config,
  check({ text }, complain) {
    if (text.includes('\n')) {
      complain('text', { summary: 'The greeting has several lines', detail: 'Write one line.' });
    }
  },
  // What the work depends on beside the config: with -cache it need not be done again.
  inputs: () => ({}),
  async provision({ text, path, shout }, { communicator }, { signal, ui }) {
    ui.say(`Writing ${path}`);
    const greeting = shout ? text.toUpperCase() : text;
    await communicator.upload({ data: `${greeting}\n` }, path, signal);
    const { exitCode } = await communicator.run({ command: `test -s '${path}'`, signal });
    if (exitCode === 0) return;
    throw new Failure({
      summary: `${path} is not on the machine`,
      detail: 'Choose a "path" that the user can write to.',
    });
  },
});
