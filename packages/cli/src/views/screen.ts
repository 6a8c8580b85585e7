import type { Terminal } from '../terminal.ts';

/** What a text is to Packer's users: a step forward, output of a command, or something wrong. */
export type TextKind = 'say' | 'message' | 'error';

/** Where the view of a run shows its lines. */
export interface Screen {
  /** Shows whole lines, one or several, without the last line break. */
  print(kind: TextKind, text: string): void;
  /** Shows what only people read: advice, stacks. */
  explain(text: string): void;
  /** Asks for a line; until `endPrompt` nothing else is shown. */
  prompt(text: string): void;
  /** The line was typed, or nobody did. */
  endPrompt(isAnswered: boolean): void;
  /** Tells programs a fact, see `Terminal.record`. */
  record(type: string, args: readonly string[], target?: string): void;
}

/** A screen that writes down line after line. */
export function plainScreen(terminal: Terminal): Screen {
  const line = (text: string): void => terminal.write(`${text}\n`);
  return {
    print: (kind, text) =>
      kind === 'error' ? terminal.writeError(`${text}\n`) : terminal.write(`${text}\n`),
    explain: line,
    prompt: (text) => terminal.write(`${text} `),
    // Whoever typed an answer ended the line.
    endPrompt: (isAnswered) => (isAnswered ? undefined : line('')),
    record() {},
  };
}

/** A screen for programs. Nobody answers there, so that there are no prompts. */
export function machineScreen(terminal: Terminal): Screen {
  return {
    print: (kind, text) => terminal.record('ui', [kind, text]),
    explain() {},
    prompt() {},
    endPrompt() {},
    record: (type, args, target) => terminal.record(type, args, target),
  };
}
