import {
  type ComponentReference,
  kindTitles,
  type OptionReference,
  optionText,
  referenceKinds,
} from '@bake/core/reference';
import type { Theme } from './theme.ts';

const width = 100;

/** All components by kind, each with its sentence. */
export function componentList(components: readonly ComponentReference[]): string {
  const longest = Math.max(0, ...components.map(({ name }) => name.length));
  const parts = referenceKinds.flatMap((kind) => {
    const ofKind = components.filter((one) => one.kind === kind);
    const lines = ofKind.map(({ name, doc }) => `  ${name.padEnd(longest + 2)}${doc}\n`);
    return lines.length === 0 ? [] : [`${kindTitles[kind]}s:\n\n${lines.join('')}`];
  });
  return parts.join('\n');
}

/** A component and its options, for a terminal. */
export function referenceText(component: ComponentReference, theme: Theme): string {
  const { kind, name, doc, plugin, options, communicatorOptions, provides, result } = component;
  const title = `${kindTitles[kind]} "${name}"`;
  const parts = [
    `${theme.strong(title)}  ${theme.faint(`${plugin.name} ${plugin.version}`)}\n\n${wrap(doc, '')}`,
    ...section('Options', options, theme),
    ...section('Options of the connection', communicatorOptions, theme),
    ...section('What it gives', result, theme),
  ];
  if (provides.length > 0) {
    const names = provides.map((one) => `build.${one}`).join(', ');
    parts.push(`${theme.strong('What it gives')}\n\n${wrap(names, '  ')}`);
  }
  return parts.join('\n');
}

function section(
  title: string,
  options: readonly OptionReference[],
  theme: Theme,
): readonly string[] {
  if (options.length === 0) return [];
  return [`${theme.strong(title)}\n\n${optionLines(options, '  ', theme)}`];
}

function optionLines(options: readonly OptionReference[], indent: string, theme: Theme): string {
  return options.map((option) => optionLine(option, indent, theme)).join('');
}

function optionLine(option: OptionReference, indent: string, theme: Theme): string {
  const { name, type, unit, isRequired, default: value, body } = option;
  const facts = [type, unit, isRequired ? 'required' : value && `default ${value}`];
  const head = `${indent}${theme.strong(name)}  ${theme.faint(facts.filter(Boolean).join(', '))}\n`;
  const nested = body === undefined ? '' : optionLines(body, `${indent}    `, theme);
  return `${head}${wrap(optionText(option), `${indent}    `)}${nested}`;
}

/** Breaks between words, so that no line is wider than the page where that can be had. */
function wrap(text: string, indent: string): string {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    const longer = `${last} ${word}`;
    if (last === undefined || indent.length + longer.length > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines.map((line) => `${indent}${line}\n`).join('');
}
