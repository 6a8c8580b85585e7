import { parseFlags } from '../arguments/flags.ts';
import { pluginPlaces } from '../plugin-places.ts';
import type { Command } from './command.ts';

const flags = {
  stdio: { kind: 'bool', help: 'Speak on the standard streams, which is what it does anyway.' },
} as const;

/** `bake language-server`: for editors, which start it and speak with it. */
export const languageServerCommand: Command = {
  name: 'language-server',
  summary: 'Serves editors: mistakes as you type, completion, documentation, renaming.',
  operands: '',
  flags,
  async run(argv, terminal) {
    parseFlags(argv, flags);
    const { serve } = await import('@bake/language-server');
    serve({
      input: terminal.input,
      output: terminal.output,
      environment: terminal.environment,
      placesOf: (templateFolder) => pluginPlaces(templateFolder, terminal),
    });
    // The server ends the process when the editor says so or is gone.
    return new Promise(() => {});
  },
};
