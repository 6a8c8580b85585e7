import type { ConfigSchema, Option, OptionKind } from '@bake/plugin-sdk';

/** What there is to say of one option of a component, in words and HCL. */
export interface OptionReference {
  readonly name: string;
  /** As a template's author would write a type constraint: `list(string)`; `duration`, `block`, `blocks` and `type` beside those. */
  readonly type: string;
  readonly isRequired: boolean;
  /** The default as it would stand in a template. */
  readonly default?: string;
  /** `MiB`, `seconds`. */
  readonly unit?: string;
  /** A value as it would stand in a template. */
  readonly example?: string;
  readonly doc: string;
  /** The only values allowed. */
  readonly choices?: readonly string[];
  readonly isSecret: boolean;
  /** What to use instead. */
  readonly deprecated?: string;
  /** Why the option cannot be used yet. */
  readonly notYet?: string;
  /** Options of a nested block. */
  readonly body?: readonly OptionReference[];
}

const types: Readonly<Record<OptionKind, string>> = {
  string: 'string',
  number: 'number',
  bool: 'bool',
  duration: 'duration',
  strings: 'list(string)',
  numbers: 'list(number)',
  'string-lists': 'list(list(string))',
  'string-map': 'map(string)',
  object: 'object',
  block: 'block',
  blocks: 'blocks',
};

/** Describes every option of a schema, in the order of the schema. */
export function describeOptions(schema: ConfigSchema): readonly OptionReference[] {
  return Object.entries(schema).map(([name, option]) => describeOption(name, option));
}

function describeOption(name: string, option: Option): OptionReference {
  const { doc, unit, example, deprecated, notYet, oneOf, body } = option;
  const value = option.default === undefined ? undefined : literal(option.kind, option.default);
  return {
    name,
    type: types[option.kind],
    isRequired: option.required === true,
    ...(value !== undefined && { default: value }),
    ...(unit !== undefined && { unit }),
    ...(example !== undefined && { example }),
    doc,
    ...(oneOf !== undefined && { choices: oneOf }),
    isSecret: option.sensitive === true,
    ...(deprecated !== undefined && { deprecated }),
    ...(notYet !== undefined && { notYet }),
    ...(body !== undefined && { body: describeOptions(body) }),
  };
}

function literal(kind: OptionKind, value: unknown): string {
  if (kind === 'duration') return `"${shortDuration(value as number)}"`;
  if (kind === 'string-map') {
    const entries = Object.entries(value as Readonly<Record<string, string>>);
    const fields = entries.map(([key, text]) => `${JSON.stringify(key)} = ${JSON.stringify(text)}`);
    return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
  }
  if (Array.isArray(value)) return `[${value.map((one) => JSON.stringify(one)).join(', ')}]`;
  return JSON.stringify(value);
}

/** `5m`, where Go would print `5m0s`: as people write it. */
function shortDuration(milliseconds: number): string {
  const units = [
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ] as const;
  const [unit, size] = units.find(([, size]) => milliseconds % size === 0) ?? ['ms', 1];
  return milliseconds === 0 ? '0s' : `${milliseconds / size}${unit}`;
}
