import { graphOf, type TemplateGraph } from '@bake/core';
import { ArgumentError, parseFlags } from '../arguments/flags.ts';
import { templateChoice, templateFlags } from '../arguments/template-flags.ts';
import { diagnosticsView } from '../views/diagnostics.ts';
import { chooseTheme } from '../views/theme.ts';
import type { Command } from './command.ts';
import { evaluateOpened, openTemplate, templatePath } from './template-session.ts';

const formats = ['text', 'mermaid', 'dot', 'svg'] as const;
type Format = (typeof formats)[number];

const { only: _, except: __, ...valueFlags } = templateFlags;

const flags = {
  ...valueFlags,
  format: {
    kind: 'string',
    oneOf: formats,
    help: 'Text (default), a language for drawing programs, or a picture.',
  },
} as const;

/** `bake graph`: how values flow through a template and what its builds do in which order. Nothing is read or built. */
export const graphCommand: Command = {
  name: 'graph',
  summary: 'Draws how values flow through a template, and what its builds do.',
  operands: 'PATH',
  flags,
  async run(argv, terminal) {
    const { flags: given, operands } = parseFlags(argv, flags);
    const path = templatePath(operands);
    const view = diagnosticsView(terminal, await chooseTheme(undefined, terminal));
    const choice = templateChoice({ ...given, only: [], except: [] });
    const request = { path, ...choice, warnUndeclared: false, ignorePrereleases: false };
    const opened = await openTemplate(request, terminal, view);
    if (opened.hasErrors) return 1;
    if (opened.template.legacy !== undefined) {
      throw new ArgumentError(
        'A template in the legacy JSON format has no graph. "bake hcl2_upgrade" writes it in HCL.',
      );
    }
    const { value } = await evaluateOpened(opened, terminal, { readData: false });
    const graph = await graphOf(opened.template, value);
    terminal.writeData(await draw(graph, given.format ?? 'text'));
    return 0;
  },
};

async function draw(graph: TemplateGraph, format: Format): Promise<string> {
  switch (format) {
    case 'text':
      return (await import('../graph/graph-text.ts')).graphText(graph);
    case 'mermaid':
      return (await import('../graph/graph-languages.ts')).graphMermaid(graph);
    case 'dot':
      return (await import('../graph/graph-languages.ts')).graphDot(graph);
    case 'svg':
      return (await import('../graph/graph-svg.ts')).graphSvg(graph);
  }
}
