import type { ComponentReference, ReferenceKind } from './component-reference.ts';
import type { OptionReference } from './option-reference.ts';

/** What a component of a kind is called. */
export const kindTitles: Readonly<Record<ReferenceKind, string>> = {
  builders: 'Builder',
  'data-sources': 'Data source',
  provisioners: 'Provisioner',
  'post-processors': 'Post-processor',
};

/** The reference page of a component, in Markdown. */
export function markdownPage(component: ComponentReference): string {
  const { kind, name, doc, plugin, options, communicatorOptions, provides, result } = component;
  const parts = [
    `# ${kindTitles[kind]} \`${name}\``,
    doc,
    `It is in the package \`${plugin.name}\`.`,
    ...section('Options', options),
    ...section('Options of the connection', communicatorOptions),
    ...section('What it gives', result),
    ...(provides.length > 0
      ? ['## What it gives', `Provisioners find ${provides.map(variable).join(', ')}.`]
      : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function variable(name: string): string {
  return `\`build.${name}\``;
}

function section(title: string, options: readonly OptionReference[]): readonly string[] {
  if (options.length === 0) return [];
  const nested = options.flatMap(({ name, body }) =>
    body === undefined ? [] : [`### Block \`${name}\``, optionTable(body)],
  );
  return [`## ${title}`, optionTable(options), ...nested];
}

/** A table of options, in Markdown. */
function optionTable(options: readonly OptionReference[]): string {
  const rows = options.map((option) => {
    const need = option.isRequired ? 'required' : code(option.default);
    const type = option.unit === undefined ? option.type : `${option.type}, ${option.unit}`;
    return `| \`${option.name}\` | ${type} | ${cell(need)} | ${cell(optionText(option))} |`;
  });
  return ['| option | type | default | |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** All that is said of an option beside its type and default, in sentences. */
export function optionText(option: OptionReference): string {
  const { doc, choices, example, isSecret, deprecated, notYet } = option;
  return [
    doc,
    choices && `One of ${choices.map(code).join(', ')}.`,
    example && `Example: ${code(example)}.`,
    isSecret && 'A secret.',
    deprecated && `Deprecated: ${deprecated}`,
    notYet && `Not yet: ${notYet}`,
  ]
    .filter(Boolean)
    .join(' ');
}

function code(text: string | undefined): string {
  if (text === undefined) return '';
  const fence = text.includes('`') ? '``' : '`';
  return `${fence}${text}${fence}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
