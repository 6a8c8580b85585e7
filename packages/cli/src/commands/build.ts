import { run } from '@bake/core';
import { parseFlags } from '../arguments/flags.ts';
import { templateChoice, templateFlags } from '../arguments/template-flags.ts';
import { diagnosticsView } from '../views/diagnostics.ts';
import { runView } from '../views/run-view.ts';
import { chooseTheme } from '../views/theme.ts';
import type { Command } from './command.ts';
import { planTemplate, templatePath } from './template-session.ts';

const flags = {
  ...templateFlags,
  color: {
    kind: 'bool',
    help: 'Colours; by default only on a terminal. -color=false turns them off.',
  },
  force: { kind: 'bool', help: 'Replace artifacts of an earlier build.' },
  'on-error': {
    kind: 'string',
    oneOf: ['cleanup', 'abort'],
    help: 'After an error: clean up (default), or leave the machine as it is.',
  },
  'parallel-builds': {
    kind: 'integer',
    value: 'n',
    help: 'Builds at a time; 0 is any number (default).',
  },
  'timestamp-ui': { kind: 'bool', help: 'Put the time in front of every line.' },
  'warn-on-undeclared-var': {
    kind: 'bool',
    help: 'Warn about values for variables that the template does not declare.',
  },
} as const;

/** `bake build`: makes the images that a template describes. */
export const buildCommand: Command = {
  name: 'build',
  summary: 'Builds images from a template.',
  operands: 'PATH',
  flags,
  async run(argv, terminal) {
    const { flags: given, operands } = parseFlags(argv, flags);
    const request = {
      path: templatePath(operands),
      ...templateChoice(given),
      warnUndeclared: given['warn-on-undeclared-var'] === true,
      readData: true,
    };
    const theme = await chooseTheme(given.color, terminal);
    const planned = await planTemplate(request, terminal, diagnosticsView(terminal, theme));
    if (planned.hasErrors) return 1;
    const result = await run(planned.plan, {
      registry: planned.registry,
      parallelBuilds: given['parallel-builds'] ?? 0,
      onError: given['on-error'] === 'abort' ? 'abort' : 'cleanup',
      force: given.force === true,
      debug: false,
      signal: terminal.signal,
      environment: terminal.environment,
      listener: runView(terminal, theme, { timestamps: given['timestamp-ui'] === true }),
    });
    return result.outcome === 'ok' ? 0 : 1;
  },
};
