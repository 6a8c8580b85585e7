import type { LegacyConsole } from '@bake/core/legacy';
import { type Completion, consoleWords } from './complete.ts';
import { cannotExpand } from './messages.ts';
import { type Answer, type ConsoleSession, nothing, say } from './session.ts';

/** Expands lines as texts of a legacy template: what is outside of `{{ }}` stays as it is. */
export class LegacySession implements ConsoleSession {
  readonly #console: LegacyConsole;

  constructor(console: LegacyConsole) {
    this.#console = console;
  }

  async answer(line: string): Promise<Answer> {
    switch (line.trim()) {
      case '':
        return nothing;
      case 'exit':
        return { ...nothing, isExit: true };
      case 'help':
        return say(help);
      case 'variables':
        return say(
          [...this.#console.variables].map(([name, value]) => `${name}: ${value}`).join('\n'),
        );
      default:
        return this.#expand(line.trim());
    }
  }

  complete(line: string): Completion {
    return [consoleWords.filter((word) => word.startsWith(line)), line];
  }

  #expand(line: string): Answer {
    try {
      return say(this.#console.expand(line));
    } catch (error) {
      return { ...nothing, diagnostics: [cannotExpand(line, error, this.#console.hide)] };
    }
  }
}

/** Answers in HCL, and to lines that begin with `{{`, which no expression does, as a legacy template would. */
export class TwofoldSession implements ConsoleSession {
  readonly #hcl: ConsoleSession;
  readonly #legacy: ConsoleSession;

  constructor(hcl: ConsoleSession, legacy: ConsoleSession) {
    this.#hcl = hcl;
    this.#legacy = legacy;
  }

  answer(line: string, signal?: AbortSignal): Promise<Answer> {
    return (line.trim().startsWith('{{') ? this.#legacy : this.#hcl).answer(line, signal);
  }

  complete(line: string): Completion {
    return this.#hcl.complete(line);
  }
}

const help = `Type a text and press Enter to see what a template in the legacy JSON format makes of it.
What is in {{ }} is expanded:

  {{timestamp}}
  {{ user \`name\` | upper }}

"variables" lists all variables. Values of sensitive variables show as <sensitive>.
"exit", Ctrl-D or Ctrl-C leaves.

For expressions in HCL start the console with -config-type=hcl2.`;
