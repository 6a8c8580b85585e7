import { containsSensitive, type ObjectValue, suggest, type Value } from '@bake/hcl';
import type { ConfigSchema, Option } from '@bake/plugin-sdk';
import * as messages from '../messages.ts';
import { rangeInText } from './range-in-text.ts';
import type { Report } from './read-options.ts';

/**
 * Warns of `{{ .Name }}` in options where it gives no value. Core expands most options before there is a
 * build, with nothing behind the dot; those that a component expands have its `fields` there, and `facts`:
 * the names behind `build.`, and are passed over if it does not say which. What is no template is not looked at.
 */
export async function checkFields(
  schema: ConfigSchema,
  value: ObjectValue,
  facts: readonly string[],
  report: Report,
): Promise<void> {
  const { fieldsIn } = await import('@bake/plugin-sdk/go-template');
  for (const { option, name, path, text } of templatesIn(schema, value, '')) {
    if (option.templating === 'component' && option.fields === undefined) continue;
    for (const field of fieldsOf(() => fieldsIn(text))) {
      const known = option.templating === 'component' ? [...(option.fields ?? []), ...facts] : [];
      if (known.includes(field.name)) continue;
      report(path, (at) => {
        const place = rangeInText(at, text, field);
        if (option.templating === 'component') {
          const similar = suggest(field.name, known);
          return messages.unknownField(name, field.name, option.fields ?? [], similar, place);
        }
        return messages.earlyField(name, field.name, facts.includes(field.name), place);
      });
    }
  }
}

interface TemplateText {
  readonly option: Option;
  /** Of the option. */
  readonly name: string;
  /** Leads to the text. */
  readonly path: string;
  readonly text: string;
}

function templatesIn(
  schema: ConfigSchema,
  { entries }: ObjectValue,
  prefix: string,
): readonly TemplateText[] {
  return Object.entries(schema).flatMap(([name, option]) => {
    const value = entries.get(name);
    const path = `${prefix}${name}`;
    // A warning would quote a word of a secret.
    if (value === undefined || containsSensitive(value)) return [];
    if (option.body === undefined) return textsIn(value, path, { option, name });
    const { body } = option;
    const items = value.kind === 'tuple' || value.kind === 'list' ? value.items : [value];
    return items.flatMap((item, index) =>
      item.kind === 'object' ? templatesIn(body, item, `${path}.${index}.`) : [],
    );
  });
}

function textsIn(
  value: Value,
  path: string,
  owner: Pick<TemplateText, 'option' | 'name'>,
): readonly TemplateText[] {
  switch (value.kind) {
    case 'string':
      return value.value.includes('{{') ? [{ ...owner, path, text: value.value }] : [];
    case 'list':
    case 'tuple':
      return value.items.flatMap((item, index) => textsIn(item, `${path}.${index}`, owner));
    case 'map':
    case 'object':
      return [...value.entries].flatMap(([key, item]) => textsIn(item, `${path}.${key}`, owner));
    default:
      return [];
  }
}

/** Mistakes in the template are told by whoever expands it. */
function fieldsOf<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read();
  } catch {
    return [];
  }
}
