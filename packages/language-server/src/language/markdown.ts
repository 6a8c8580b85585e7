import type { RootValues, Template } from '@bake/core';
import { type BlockReference, type OptionReference, optionText } from '@bake/core/reference';
import { containsSensitive, type HclFunction, renderShort, typeText, type Value } from '@bake/hcl';
import type { Name } from './names.ts';

/** Type and default of an option, in one line. */
export function optionFacts({ type, unit, isRequired, default: value }: OptionReference): string {
  const need = isRequired ? 'required' : value && `default ${value}`;
  return [type, unit, need].filter(Boolean).join(', ');
}

/** An option, as its reference page has it. */
export function optionPage(option: OptionReference): string {
  return `**${option.name}** (${optionFacts(option)})\n\n${optionText(option)}`;
}

/** A block of the language. */
export function blockPage({
  name,
  labels,
  doc,
}: Pick<BlockReference, 'name' | 'labels' | 'doc'>): string {
  return `${code([name, ...labels.map((label) => `"${label.toUpperCase()}"`)].join(' '))}\n\n${doc}`;
}

/** How a function is called: `join(separator: string, lists: list(string)...) -> string`. */
export function callText({ name, parameters, variadic, result }: HclFunction): string {
  const fixed = parameters.map((one) => `${one.name}: ${typeText(one.type)}`);
  const rest = variadic === undefined ? [] : [`${variadic.name}: ${typeText(variadic.type)}...`];
  const gives = typeof result === 'function' ? '' : ` -> ${typeText(result)}`;
  return `${name}(${[...fixed, ...rest].join(', ')})${gives}`;
}

/** A function. */
export function functionPage(called: HclFunction): string {
  return `${code(callText(called))}\n\n${called.doc}`;
}

/** What is known of something that the template declares. */
export function namePage(
  { kind, key }: Name,
  template: Template,
  values: RootValues | undefined,
): string {
  if (kind === 'variable') {
    const variable = template.variables.get(key);
    const type = variable && typeText(variable.type);
    const value = valueLine(values?.variables.get(key));
    return [
      code(`var.${key}${type === undefined ? '' : `: ${type}`}`),
      variable?.description,
      value,
    ]
      .filter(Boolean)
      .join('\n\n');
  }
  if (kind === 'local') {
    const value = valueLine(values?.locals.get(key));
    return [code(`local.${key}`), value].filter(Boolean).join('\n\n');
  }
  return code(
    `${kind} ${key
      .split('.')
      .map((part) => `"${part}"`)
      .join(' ')}`,
  );
}

function valueLine(value: Value | undefined): string | undefined {
  const text = value && valueText(value);
  return text === undefined ? undefined : `Value here: ${code(text)}`;
}

/** A value in a few words, and nothing of a secret; `undefined` when it is not known. */
export function valueText(value: Value): string | undefined {
  if (value.kind === 'unknown') return undefined;
  return containsSensitive(value) ? '(sensitive)' : renderShort(value);
}

/** Text in backticks, whatever is in it. */
function code(text: string): string {
  const fence = text.includes('`') ? '``' : '`';
  return `${fence}${text}${fence}`;
}
