import type { EvaluatedTemplate } from '@bake/core';
import {
  type Diagnostic,
  Diagnostics,
  evaluate,
  parseExpression,
  renderValue,
  type Scope,
} from '@bake/hcl';
import { valuesText } from '../views/values-text.ts';
import { type Completion, complete } from './complete.ts';

/** What the console says to one line. */
export interface Answer {
  /** `undefined` when there is nothing to say. */
  readonly text: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** The line asks to leave. */
  readonly isExit: boolean;
}

/** Something that answers lines. */
export interface ConsoleSession {
  /** The answer to a line. The signal ends the waiting for a service. */
  answer(line: string, signal?: AbortSignal): Promise<Answer>;
  /** What could stand at the end of the line. */
  complete(line: string): Completion;
}

/** Evaluates lines as HCL, with a template's values. */
export class HclSession implements ConsoleSession {
  readonly #scope: Scope;
  readonly #evaluated: EvaluatedTemplate;

  constructor(evaluated: EvaluatedTemplate) {
    this.#evaluated = evaluated;
    this.#scope = withoutData(evaluated.scope);
  }

  complete(line: string): Completion {
    return complete(line, this.#scope);
  }

  /** The answer to a line: a console word, or else an expression. The signal ends the waiting for a service. */
  async answer(line: string, signal?: AbortSignal): Promise<Answer> {
    switch (line.trim()) {
      case '':
        return nothing;
      case 'exit':
        return { ...nothing, isExit: true };
      case 'help':
        return say(help);
      case 'variables':
        return say(valuesText(this.#evaluated.values));
      default:
        return this.#evaluate(line.trim(), signal);
    }
  }

  async #evaluate(expression: string, signal?: AbortSignal): Promise<Answer> {
    const parsed = parseExpression({ name: '<console-input>', text: expression });
    const diagnostics = new Diagnostics();
    diagnostics.add(...parsed.diagnostics);
    if (diagnostics.hasErrors) return { ...nothing, diagnostics: diagnostics.list };
    const { answers } = this.#evaluated;
    // Whoever asks once more has perhaps set right what was wrong.
    answers.forgetFailures();
    const value = await answers.settled(
      diagnostics,
      (found) => evaluate(parsed.value, this.#scope, found),
      signal,
    );
    const text = diagnostics.hasErrors ? undefined : renderValue(value);
    return { ...nothing, text, diagnostics: diagnostics.list };
  }
}

/** Packer's console knows no `data`; what locals have made of it is there. */
function withoutData(scope: Scope): Scope {
  return {
    ...scope,
    variables: new Map([...scope.variables].filter(([name]) => name !== 'data')),
  };
}

/** The answer to an empty line. */
export const nothing: Answer = { text: undefined, diagnostics: [], isExit: false };

/** An answer in words. */
export function say(text: string): Answer {
  return { ...nothing, text };
}

const help = `Type an expression and press Enter to see its value. It can use all functions, and of the
template that the console was started with: var.NAME, local.NAME, path.root, path.cwd and
packer.version. For instance:

  upper(var.name)
  [for name, size in local.disks : name if size > 10]

"variables" lists all variables and locals. A value that nobody has set is <unknown>, and so
is everything made from it. Values of sensitive variables show as <sensitive>.

Tab completes names. The arrow keys bring earlier lines back; a line that begins with a space
is not kept in the history file. "exit", Ctrl-D or Ctrl-C leaves.

Templates of the older kind, such as {{timestamp}}, are not expressions: use timestamp().`;
