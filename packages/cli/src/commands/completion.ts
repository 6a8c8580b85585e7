import { ArgumentError, parseFlags } from '../arguments/flags.ts';
import { completionScript, shells } from '../completion/completion-script.ts';
import type { Command } from './command.ts';

/** `bake completion`: what a shell has to know to complete the commands that `all` gives. */
export function completionCommand(all: () => Promise<readonly Command[]>): Command {
  return {
    name: 'completion',
    summary: 'Prints a script that teaches a shell to complete what is typed.',
    operands: shells.join('|'),
    words: shells,
    flags: {},
    more: 'bash: source <(bake completion bash)\nzsh:  source <(bake completion zsh)\nfish: bake completion fish | source\n',
    async run(argv, terminal) {
      const { operands } = parseFlags(argv, {});
      const shell = shells.find((one) => one === operands[0]);
      if (shell === undefined || operands.length > 1) {
        throw new ArgumentError(`Say which shell: ${shells.join(', ')}.`);
      }
      terminal.writeData(completionScript(shell, await all()));
      return 0;
    },
  };
}
