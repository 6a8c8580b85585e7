import { bool, defineProvisioner, string } from '@bake/plugin-sdk';

export default defineProvisioner({
  name: 'breakpoint',
  doc: 'Stops the build until someone presses enter, to have a look at the machine.',
  config: {
    note: string('What to tell whoever is to press it.', { example: '"before the cleanup"' }),
    disable: bool('Do not stop; say only that this is the place.', { default: false }),
  },
  // Whoever is waited for may change the machine.
  inputs: ({ disable }) => (disable ? {} : { unkept: 'it waits for a person' }),
  async provision({ note, disable }, _machine, { ui, ask }) {
    const withNote = note ? ` with note "${note}"` : '';
    if (disable) {
      ui.say(`Breakpoint provisioner${withNote} disabled; continuing...`);
      return;
    }
    ui.say(`Pausing at breakpoint provisioner${withNote}.`);
    await ask('Press enter to continue.');
  },
});
