import { addAbortSignal } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import type { WithDiagnostics } from '@bake/hcl';
import { parseFlags } from '../arguments/flags.ts';
import { templateChoice, templateFlags } from '../arguments/template-flags.ts';
import { type Answer, type ConsoleSession, HclSession } from '../console/session.ts';
import type { Terminal } from '../terminal.ts';
import { type DiagnosticsView, diagnosticsView } from '../views/diagnostics.ts';
import { chooseTheme } from '../views/theme.ts';
import type { Command } from './command.ts';
import {
  evaluateOpened,
  type OpenedTemplate,
  openTemplate,
  optionalPath,
  type TemplateRequest,
} from './template-session.ts';

const flags = {
  ...templateFlags,
  'config-type': {
    kind: 'string',
    oneOf: ['json', 'hcl2'],
    help: 'What is evaluated without a template: HCL (default) or {{ }} of legacy templates.',
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
      ...templateChoice(given),
      warnUndeclared: false,
      ignorePrereleases: false,
    };
    const view = diagnosticsView(terminal, await chooseTheme(undefined, terminal));
    const opened = await openTemplate(request, terminal, view);
    if (opened.hasErrors) return 1;
    const { value: session, diagnostics } = await sessionFor(opened, request, terminal);
    if (!terminal.input.isTTY) return answerAll(session, terminal, view);
    // A person wants to know why a value is unknown; that they have not set it, they know.
    view.show(diagnostics.filter(({ code }) => code !== 'unset-variable'));
    const { converse } = await import('../console/conversation.ts');
    return converse(session, terminal, view);
  },
};

/**
 * What answers: the language of the template. Without one it is HCL unless the old language is asked for, and
 * lines that begin with braces are understood all the same.
 */
async function sessionFor(
  opened: OpenedTemplate,
  { path }: TemplateRequest,
  terminal: Terminal,
): Promise<WithDiagnostics<ConsoleSession>> {
  const isLegacy = opened.template.legacy !== undefined;
  if (path !== undefined && !isLegacy) return hclSession(opened, terminal);
  const { legacyConsole } = await import('@bake/core/legacy');
  const { LegacySession, TwofoldSession } = await import('../console/legacy-session.ts');
  const prepared = await legacyConsole(opened.template, opened.options, terminal.signal);
  const legacy = new LegacySession(prepared.value);
  if (isLegacy) return { value: legacy, diagnostics: prepared.diagnostics };
  const hcl = await hclSession(opened, terminal);
  return { ...hcl, value: new TwofoldSession(hcl.value, legacy) };
}

async function hclSession(
  opened: OpenedTemplate,
  terminal: Terminal,
): Promise<WithDiagnostics<ConsoleSession>> {
  const { value, diagnostics } = await evaluateOpened(opened, terminal);
  return { value: new HclSession(value), diagnostics };
}

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
