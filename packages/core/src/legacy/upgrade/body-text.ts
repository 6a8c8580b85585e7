import {
  compareText,
  isIdentifier,
  type JsonObject,
  type JsonProperty,
  type JsonValue,
} from '@bake/hcl';
import type { ConfigSchema, Option } from '@bake/plugin-sdk';

import { type OptionTexts, optionOf, optionText } from './option-text.ts';

/** How a body is written. */
export interface BodyWriting {
  readonly texts: OptionTexts;
  /** Called with what HCL cannot say: its arguments have names without spaces and the like. */
  readonly refuse: (property: JsonProperty) => void;
}

/** Objects that are blocks though nothing in them shows it, where no schema is known. */
const knownBlocks = ['linux_options', 'network_interface', 'shared_image_gallery'];

/** The name of an argument or block and the lines of HCL that it takes. */
export type BodyEntry = readonly [name: string, text: string];

/**
 * Arguments and blocks for the properties of a component. What is a block the schema tells; without one it
 * is guessed from the value, as Packer does.
 */
export function bodyEntries(
  properties: readonly JsonProperty[],
  schema: ConfigSchema | undefined,
  writing: BodyWriting,
): readonly BodyEntry[] {
  return properties.map((property) => {
    const { value: name } = property.name;
    return [name, propertyText(property, optionOf(schema, name), writing)];
  });
}

/** The lines of a body, sorted by name. */
export function bodyText(entries: readonly BodyEntry[]): string {
  return entries
    .toSorted(([one], [other]) => compareText(one, other))
    .map(([, text]) => text)
    .join('');
}

function propertyText(
  property: JsonProperty,
  option: Option | undefined,
  writing: BodyWriting,
): string {
  const { name, value } = property;
  if (!isIdentifier(name.value)) {
    writing.refuse(property);
    return '';
  }
  const bodies = option === undefined ? guessedBodies(name.value, value) : bodiesOf(option, value);
  if (bodies === undefined) {
    return `${name.value} = ${optionText(value, option, writing.texts)}\n`;
  }
  return bodies
    .map(({ properties }) => bodyText(bodyEntries(properties, option?.body, writing)))
    .map((body) => `${name.value} {\n${body}}\n`)
    .join('');
}

/** The objects in the value when the option is a block. */
function bodiesOf({ kind }: Option, value: JsonValue): readonly JsonObject[] | undefined {
  if (kind !== 'block' && kind !== 'blocks') return undefined;
  const items = value.kind === 'array' ? value.items : [value];
  const objects = items.filter((item): item is JsonObject => item.kind === 'object');
  if (objects.length === items.length) return objects;
  return value.kind === 'literal' && value.value === null ? [] : undefined;
}

/** Objects with something more in them than plain values are blocks, and so are arrays of objects. */
function guessedBodies(name: string, value: JsonValue): readonly JsonObject[] | undefined {
  if (value.kind === 'object') {
    const values = value.properties.map((property) => property.value);
    const isBlock = knownBlocks.includes(name) || values.length === 0 || !values.every(isPlain);
    return isBlock ? [value] : undefined;
  }
  if (value.kind !== 'array') return undefined;
  const objects = value.items.filter((item): item is JsonObject => item.kind === 'object');
  return objects.length === value.items.length ? objects : undefined;
}

function isPlain({ kind }: JsonValue): boolean {
  return kind === 'string' || kind === 'number' || kind === 'literal';
}
