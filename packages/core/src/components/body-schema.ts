import {
  type AttributeSchema,
  anyType,
  type BlockSchema,
  type BodySchema,
  boolType,
  listOf,
  mapOf,
  numberType,
  stringType,
  type Type,
} from '@bake/hcl';
import type { ConfigSchema, Option, OptionKind } from '@bake/plugin-sdk';

type AttributeKind = Exclude<OptionKind, 'block' | 'blocks'>;

const types: Readonly<Record<AttributeKind, Type>> = {
  string: stringType,
  number: numberType,
  bool: boolType,
  duration: stringType,
  strings: listOf(stringType),
  numbers: listOf(numberType),
  'string-lists': listOf(listOf(stringType)),
  'string-map': mapOf(stringType),
  object: anyType,
};

const cache = new WeakMap<ConfigSchema, BodySchema>();

/**
 * The HCL body schema of a component's options. Nothing in it is required: what is missing is found
 * when the config is read, after `override` had its say.
 */
export function bodySchemaOf(config: ConfigSchema): BodySchema {
  const known = cache.get(config);
  if (known !== undefined) return known;
  const schema = buildSchema(config);
  cache.set(config, schema);
  return schema;
}

/** The HCL type of an option's value; `undefined` for nested blocks. */
export function typeOfOption(option: Option): Type | undefined {
  return isBlock(option.kind) ? undefined : types[option.kind];
}

function buildSchema(config: ConfigSchema): BodySchema {
  const attributes: Record<string, AttributeSchema> = {};
  const blocks: Record<string, BlockSchema> = {};
  for (const [name, option] of Object.entries(config)) {
    if (isBlock(option.kind)) {
      const body = bodySchemaOf(option.body ?? {});
      blocks[name] = { labels: [], body, ...(option.kind === 'block' && { max: 1 }) };
    } else attributes[name] = { type: types[option.kind] };
  }
  return { attributes, blocks };
}

function isBlock(kind: OptionKind): kind is 'block' | 'blocks' {
  return kind === 'block' || kind === 'blocks';
}
