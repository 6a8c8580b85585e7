import {
  Diagnostics,
  type JsonObject,
  type JsonProperty,
  type JsonString,
  type JsonValue,
  type Range,
  readJson,
  type Source,
  suggest,
  type WithDiagnostics,
} from '@bake/hcl';
import {
  type LegacyComponent,
  type LegacyTemplate,
  type LegacyVariable,
  rawNameOf,
} from './legacy-template.ts';
import * as messages from './messages.ts';

const rootKeys = [
  'builders',
  'provisioners',
  'post-processors',
  'error-cleanup-provisioner',
  'variables',
  'sensitive-variables',
  'min_packer_version',
  'description',
  'push',
];

/**
 * Reads a template in the legacy JSON format (core-behaviour, section 6, "Legacy JSON templates"). What
 * could be read is returned together with everything that is wrong with its form.
 */
export function readLegacy(source: Source): WithDiagnostics<LegacyTemplate> {
  const diagnostics = new Diagnostics();
  const { value, problems } = readJson(source);
  const isJson = /^[\s\uFEFF]*[{[]/.test(source.text);
  if (!isJson) diagnostics.add(messages.notLegacyJson(source.name));
  diagnostics.add(...(isJson ? problems : problems.slice(0, 1)));
  // After a syntax error, much of what seems to be missing was only not read.
  const isWhole = problems.length === 0 && isJson;
  const tree: JsonValue = isWhole ? value : { kind: 'invalid', range: value.range };
  const template = new LegacyReader(diagnostics).template(tree, source);
  return { value: template, diagnostics: diagnostics.list };
}

class LegacyReader {
  readonly #diagnostics: Diagnostics;

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
  }

  template(value: JsonValue, source: Source): LegacyTemplate {
    this.#rejectDuplicates(value);
    const root = this.#root(value);
    const builders = this.#components(root.get('builders'), 'builder');
    this.#checkNames(builders);
    const cleanup = root.get('error-cleanup-provisioner');
    return {
      source,
      description: this.#text(root.get('description')),
      minVersion: this.#text(root.get('min_packer_version')),
      variables: this.#variables(root.get('variables'), root.get('sensitive-variables')),
      builders,
      buildersPlace:
        value.kind === 'invalid' ? undefined : (root.get('builders')?.name.range ?? startOf(value)),
      provisioners: this.#components(root.get('provisioners'), 'provisioner'),
      errorCleanup: cleanup && this.#component(cleanup.value, 'error-cleanup-provisioner'),
      sequences: this.#sequences(root.get('post-processors')),
    };
  }

  #rejectDuplicates(value: JsonValue): void {
    if (value.kind === 'array') for (const item of value.items) this.#rejectDuplicates(item);
    if (value.kind !== 'object') return;
    const seen = new Map<string, Range>();
    for (const { name, value: inner } of value.properties) {
      const first = seen.get(name.value);
      if (first === undefined) seen.set(name.value, name.range);
      else this.#diagnostics.add(messages.duplicateField(name.value, first, name.range));
      this.#rejectDuplicates(inner);
    }
  }

  #root(value: JsonValue): ReadonlyMap<string, JsonProperty> {
    const known = new Map<string, JsonProperty>();
    for (const property of this.#object(value, 'template')?.properties ?? []) {
      const { name } = property;
      // A null is nothing, to Go.
      if (rootKeys.includes(name.value)) {
        if (!isNull(property.value)) known.set(name.value, property);
      } else if (name.value.startsWith('_')) this.#text(property);
      else {
        const similar = suggest(name.value, rootKeys);
        this.#diagnostics.add(messages.unknownRootKey(name.value, similar, name.range));
      }
    }
    return known;
  }

  #variables(
    property: JsonProperty | undefined,
    sensitive: JsonProperty | undefined,
  ): ReadonlyMap<string, LegacyVariable> {
    const secrets = this.#array(sensitive).flatMap((item) =>
      item.kind === 'string' ? item : this.#wrong('sensitive variable', 'a name in quotes', item),
    );
    const isSecret = (name: string): boolean => secrets.some(({ value }) => value === name);
    const object = property && this.#object(property.value, '"variables"');
    const variables = new Map<string, LegacyVariable>();
    for (const { name, value } of object?.properties ?? []) {
      if (!isNull(value) && value.kind !== 'string') {
        this.#wrong(
          `variable "${name.value}"`,
          'its default as text in double quotes, or null',
          value,
        );
      }
      const text = { kind: 'string', value: '', range: value.range } as const;
      const initial = value.kind === 'string' ? value : isNull(value) ? null : text;
      const range = name.range;
      variables.set(name.value, { default: initial, sensitive: isSecret(name.value), range });
    }
    for (const { value, range } of secrets.filter((one) => !variables.has(one.value))) {
      this.#diagnostics.add(
        messages.unknownSensitive(value, suggest(value, [...variables.keys()]), range),
      );
    }
    return variables;
  }

  #components(property: JsonProperty | undefined, what: string): readonly LegacyComponent[] {
    return this.#array(property).flatMap((item) => this.#component(item, what) ?? []);
  }

  #sequences(property: JsonProperty | undefined): LegacyTemplate['sequences'] {
    return this.#array(property).flatMap((item) => {
      const members = item.kind === 'array' ? item.items : [item];
      const sequence = members.flatMap((member) => this.#postProcessor(member));
      return sequence.length === 0 ? [] : [sequence];
    });
  }

  #postProcessor(value: JsonValue): readonly LegacyComponent[] {
    if (value.kind === 'string') {
      return [{ type: value, name: undefined, properties: [], range: value.range }];
    }
    if (value.kind === 'array') {
      this.#diagnostics.add(messages.nestedSequence(value.range));
      return [];
    }
    const component = this.#component(value, 'post-processor');
    return component === undefined ? [] : [component];
  }

  #component(value: JsonValue, what: string): LegacyComponent | undefined {
    const object = this.#object(value, what);
    if (object === undefined) return undefined;
    const find = (key: string): JsonProperty | undefined =>
      object.properties.find(({ name }) => name.value === key);
    const type = this.#text(find('type'));
    if (type === undefined) {
      if (find('type') === undefined) {
        this.#diagnostics.add(messages.missingType(what, object.open));
      }
      return undefined;
    }
    // Provisioners have no names: one that has is told that there is no such option.
    const own = what.endsWith('provisioner') ? ['type'] : ['type', 'name'];
    // What stands there twice was reported; one of them is enough to go on with.
    const properties = object.properties.filter(
      ({ name }, index) =>
        !own.includes(name.value) &&
        object.properties.findIndex((other) => other.name.value === name.value) === index,
    );
    const name = own.includes('name') ? this.#name(find('name')) : undefined;
    return { type, name, properties, range: object.range };
  }

  /** A number is as good as text for a name, and an empty one is none. */
  #name(property: JsonProperty | undefined): JsonString | undefined {
    if (property === undefined || isNull(property.value)) return undefined;
    const { value } = property;
    if (value.kind === 'number') return { kind: 'string', value: value.text, range: value.range };
    const name = this.#text(property);
    return name?.value === '' ? undefined : name;
  }

  #checkNames(builders: readonly LegacyComponent[]): void {
    const names = new Set<string>();
    for (const builder of builders) {
      const name = rawNameOf(builder);
      const { range } = builder.name ?? builder.type;
      if (names.has(name)) this.#diagnostics.add(messages.duplicateBuilder(name, range));
      names.add(name);
    }
  }

  #text(property: JsonProperty | undefined): JsonString | undefined {
    if (property === undefined) return undefined;
    if (property.value.kind === 'string') return property.value;
    this.#wrong(`"${property.name.value}"`, 'text in double quotes', property.value);
    return undefined;
  }

  #array(property: JsonProperty | undefined): readonly JsonValue[] {
    if (property === undefined) return [];
    if (property.value.kind === 'array') return property.value.items;
    return this.#wrong(`"${property.name.value}"`, 'a JSON array', property.value);
  }

  #object(value: JsonValue, what: string): JsonObject | undefined {
    if (value.kind === 'object') return value;
    this.#wrong(what, 'a JSON object', value);
    return undefined;
  }

  #wrong(what: string, wanted: string, { kind, range }: JsonValue): readonly never[] {
    if (kind !== 'invalid') this.#diagnostics.add(messages.wrongKind(what, wanted, range));
    return [];
  }
}

function isNull(value: JsonValue): boolean {
  return value.kind === 'literal' && value.value === null;
}

function startOf({ range }: JsonValue): Range {
  return { ...range, end: Math.min(range.end, range.start + 1) };
}
