import { addAbortSignal } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import { parseFlags } from '../arguments/flags.ts';
import { templateFlags } from '../arguments/template-flags.ts';
import { type Answer, ConsoleSession } from '../console/session.ts';
import type { Terminal } from '../terminal.ts';
import { type DiagnosticsView, diagnosticsView } from '../views/diagnostics.ts';
import { chooseTheme } from '../views/theme.ts';
import type { Command } from './command.ts';
import { evaluateOpened, openTemplate, optionalPath } from './template-session.ts';

const flags = {
  ...templateFlags,
  'config-type': {
    kind: 'string',
    oneOf: ['hcl2'],
    help: 'Accepted as in Packer; the console always speaks HCL.',
  },
} as const;

/** `bake console`: evaluates expressions, typed or piped in, with the values of a template or without one. */
export const consoleCommand: Command = {
  name: 'console',
  summary: 'Evaluates expressions with the values of a template.',
  operands: '[PATH]',
  flags,
  async run(argv, terminal) {
    const { flags: given, operands } = parseFlags(argv, flags);
    const request = {
      path: optionalPath(operands),
      assignments: given.var,
      variableFiles: given['var-file'],
      warnUndeclared: false,
      sequential: given['use-sequential-evaluation'] === true,
      ignorePrereleases: false,
    };
    const view = diagnosticsView(terminal, await chooseTheme(undefined, terminal));
    const opened = await openTemplate(request, terminal, view);
    if (opened.hasErrors) return 1;
    const evaluated = await evaluateOpened(opened, terminal);
    const session = new ConsoleSession(evaluated.value);
    if (!terminal.input.isTTY) return answerAll(session, terminal, view);
    // A person wants to know why a value is unknown; that they have not set it, they know.
    view.show(evaluated.diagnostics.filter(({ code }) => code !== 'unset-variable'));
    const { converse } = await import('../console/conversation.ts');
    return converse(session, terminal, view);
  },
};

/** Evaluates every line that is piped in and prints the last result, as Packer does: `$(echo ... | bake console)`. */
async function answerAll(
  session: ConsoleSession,
  terminal: Terminal,
  view: DiagnosticsView,
): Promise<number> {
  const input = await readInput(terminal);
  if (input === undefined) return 1;
  const lines = input.replace(/\r?\n$/, '').split('\n');
  const answers: Answer[] = [];
  for (const line of lines) answers.push(await session.answer(line));
  for (const { diagnostics } of answers) view.show(diagnostics);
  terminal.write(`${answers.at(-1)?.text ?? ''}\n`);
  const hasErrors = answers.some(({ diagnostics }) =>
    diagnostics.some(({ severity }) => severity === 'error'),
  );
  return hasErrors ? 1 : 0;
}

/** All that is piped in; `undefined` when an interrupt comes first. */
async function readInput({ input, signal }: Terminal): Promise<string | undefined> {
  try {
    return await readAll(addAbortSignal(signal, input));
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}
