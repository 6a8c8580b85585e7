import type { ComponentReference } from './component-reference.ts';
import type { OptionReference } from './option-reference.ts';

/** A JSON Schema (2020-12), or a part of one. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/**
 * The schema of a component's body in the JSON spelling of templates, for editors. Any value may also be a text,
 * since that is how expressions are written there: `"${var.size}"`.
 */
export function jsonSchemaOf(component: ComponentReference): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: component.name,
    description: component.doc,
    ...bodySchema([...component.options, ...component.communicatorOptions]),
  };
}

function bodySchema(options: readonly OptionReference[]): JsonSchema {
  const required = options.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(options.map((option) => [option.name, optionSchema(option)])),
    ...(required.length > 0 && { required }),
  };
}

/** The schema of an option's value. */
export function optionSchema(option: OptionReference): JsonSchema {
  const { doc, unit, deprecated, notYet } = option;
  const notes = [doc, unit && `In ${unit}.`, deprecated, notYet].filter(Boolean);
  return {
    description: notes.join(' '),
    ...valueSchema(option),
    ...(deprecated !== undefined && { deprecated: true }),
  };
}

const text = { type: 'string' };
const texts = { type: 'array', items: text };

function valueSchema({ type, choices, body = [] }: OptionReference): JsonSchema {
  if (type === 'any') return {};
  if (type === 'type') return text;
  if (type === 'string' || type === 'duration') {
    return choices === undefined ? text : { anyOf: [{ enum: choices }, expression] };
  }
  if (type === 'number' || type === 'bool') {
    return { type: [type === 'bool' ? 'boolean' : 'number', 'string'] };
  }
  if (type === 'block' || type === 'blocks') {
    const one = bodySchema(body);
    return { anyOf: [one, { type: 'array', items: one }] };
  }
  return { anyOf: [collectionSchema(type), text] };
}

function collectionSchema(type: string): JsonSchema {
  if (type === 'object') return { type };
  if (type === 'map(string)') return { type: 'object', additionalProperties: text };
  if (type === 'list(number)') return { type: 'array', items: { type: ['number', 'string'] } };
  return type === 'list(string)' ? texts : { type: 'array', items: texts };
}

/** A text that an expression stands in, where only some values are allowed otherwise. */
const expression = { type: 'string', pattern: '[$%]\\{' };
