import type { ComponentReference } from './component-reference.ts';
import { type JsonSchema, jsonSchemaOf, optionSchema } from './json-schema.ts';
import { type BlockReference, templateBlocks } from './template-blocks.ts';

/**
 * The schema of a whole template in its JSON spelling (`*.pkr.json`), for editors: all blocks, with the options of
 * these components.
 */
export function templateSchema(components: readonly ComponentReference[]): JsonSchema {
  const writer = new SchemaWriter(components);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Packer template',
    ...closed(writer.blocks(templateBlocks, 'block')),
    $defs: writer.definitions,
  };
}

/** Writes what may stand once or several times as a definition, so that it is in the schema only once. */
class SchemaWriter {
  readonly definitions: Record<string, JsonSchema> = {};
  readonly #components: readonly ComponentReference[];

  constructor(components: readonly ComponentReference[]) {
    this.#components = components;
    for (const component of components) {
      const { $schema: _, ...body } = jsonSchemaOf(component);
      this.definitions[nameOf(component)] = body;
    }
  }

  /** Properties for blocks; `place` is what their definitions are called. */
  blocks(blocks: readonly BlockReference[], place: string): JsonSchema {
    return Object.fromEntries(
      blocks.map((block) => [block.name, this.#block(block, `${place}.${block.name}`)]),
    );
  }

  #block(block: BlockReference, place: string): JsonSchema {
    const { labels, component, doc } = block;
    if (component === undefined) {
      return { description: doc, ...this.#labelled(labels, this.#body(block, place), place) };
    }
    const types = this.#components
      .filter(({ kind }) => kind === component)
      .map((one) => {
        const own = `${place}.${one.name}`;
        const body = this.#labelled(labels.slice(1), componentBody(block, one), own);
        return [one.name, { description: one.doc, ...body }] as const;
      });
    return { description: doc, ...this.#several(closed(Object.fromEntries(types)), place) };
  }

  /** Objects within objects, one for each label. */
  #labelled(labels: readonly string[], body: JsonSchema, place: string): JsonSchema {
    return labels.reduceRight<JsonSchema>(
      (inner, label) =>
        this.#several({ type: 'object', additionalProperties: inner }, `${place}.${label}`),
      this.#several(body, `${place}.body`),
    );
  }

  /** One, or several in a list. */
  #several(one: JsonSchema, name: string): JsonSchema {
    this.definitions[name] = one;
    const reference = { $ref: `#/$defs/${name}` };
    return { anyOf: [reference, { type: 'array', items: reference }] };
  }

  #body({ arguments: own, blocks, isOpen }: BlockReference, place: string): JsonSchema {
    const properties = {
      ...Object.fromEntries(own.map((one) => [one.name, optionSchema(one)])),
      ...this.blocks(blocks, place),
    };
    const required = own.filter(({ isRequired }) => isRequired).map(({ name }) => name);
    return {
      ...(isOpen ? { type: 'object', properties } : closed(properties)),
      ...(required.length > 0 && { required }),
    };
  }
}

function nameOf({ kind, name }: Pick<ComponentReference, 'kind' | 'name'>): string {
  return `${kind}.${name}`;
}

/** A component's options with the arguments that its block takes beside them. */
function componentBody(block: BlockReference, component: ComponentReference): JsonSchema {
  const own = block.arguments.map((argument) => [argument.name, optionSchema(argument)] as const);
  return {
    type: 'object',
    $ref: `#/$defs/${nameOf(component)}`,
    properties: { ...Object.fromEntries(own), ...everywhere },
    unevaluatedProperties: false,
  };
}

/** No other properties than these. */
function closed(properties: JsonSchema): JsonSchema {
  return {
    type: 'object',
    properties: { ...properties, ...everywhere },
    additionalProperties: false,
  };
}

/** A comment may stand in any object, and `dynamic` for any block. */
const everywhere: JsonSchema = { '//': {}, dynamic: {} };
