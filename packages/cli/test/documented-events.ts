import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const page = join(import.meta.dirname, '..', '..', '..', 'docs', 'events.md');

/** A field as docs/events.md has it. */
interface Field {
  readonly isOptional: boolean;
  /** `string`, `"a" | "b"`, `name[]`, or the name of a section below "Values". */
  readonly value: string;
}

type Fields = ReadonlyMap<string, Field>;

/** What docs/events.md says of events, and which of it was seen. */
export class DocumentedEvents {
  readonly #types = new Map<string, Fields>();
  readonly #values = new Map<string, Fields | string>();
  readonly #common: Fields;
  readonly #seen = new Set<string>();

  constructor() {
    const [head = '', types = '', values = ''] = readFileSync(page, 'utf8').split(
      /^## (?:Types|Values)$/m,
    );
    this.#common = fieldsOf(head);
    for (const [name, text] of sectionsOf(types)) this.#types.set(name, fieldsOf(text));
    for (const [name, text] of sectionsOf(values)) {
      const fields = fieldsOf(text);
      const alias = /^`(.+)`$/m.exec(text)?.[1] ?? '';
      this.#values.set(name, fields.size > 0 ? fields : alias);
    }
  }

  /** What of an event is not as documented. */
  complaints(event: Readonly<Record<string, unknown>>): readonly string[] {
    const type = String(event['type']);
    const fields = this.#types.get(type);
    if (fields === undefined) return [`there is no event ${type}`];
    this.#seen.add(type);
    return this.#object(type, event, new Map([...this.#common, ...fields]));
  }

  /** Events and optional fields that are documented and were not seen. */
  get unseen(): readonly string[] {
    const sections = [...this.#types, ...this.#values];
    const optional = sections.flatMap(([name, fields]) =>
      typeof fields === 'string'
        ? []
        : [...fields].flatMap(([field, { isOptional }]) => (isOptional ? `${name}.${field}` : [])),
    );
    return [...this.#types.keys(), ...optional].filter((name) => !this.#seen.has(name));
  }

  #object(
    name: string,
    record: Readonly<Record<string, unknown>>,
    fields: Fields,
  ): readonly string[] {
    const unknown = Object.keys(record).filter((key) => !fields.has(key));
    return [
      ...unknown.map((key) => `${name}.${key} is not documented`),
      ...[...fields].flatMap(([key, { isOptional, value }]) => {
        if (record[key] === undefined) return isOptional ? [] : [`${name}.${key} is missing`];
        this.#seen.add(`${name}.${key}`);
        return this.#value(`${name}.${key}`, record[key], value);
      }),
    ];
  }

  #value(place: string, given: unknown, wanted: string): readonly string[] {
    if (wanted.endsWith('[]')) {
      if (!Array.isArray(given)) return [`${place} is no list`];
      return given.flatMap((item) => this.#value(place, item, wanted.slice(0, -2)));
    }
    const section = this.#values.get(wanted);
    if (typeof section === 'string') return this.#value(place, given, section);
    if (section !== undefined) {
      return this.#object(wanted, given as Readonly<Record<string, unknown>>, section);
    }
    return isPlain(given, wanted) ? [] : [`${place} is ${JSON.stringify(given)}, not ${wanted}`];
  }
}

function isPlain(given: unknown, wanted: string): boolean {
  switch (wanted) {
    case 'string':
    case 'name':
      return typeof given === 'string';
    case 'time':
      return typeof given === 'string' && new Date(given).toISOString() === given;
    case 'integer':
      return Number.isInteger(given);
    case 'number':
      return Number.isFinite(given);
    case 'boolean':
      return typeof given === 'boolean';
    default:
      return wanted.split(' | ').includes(JSON.stringify(given));
  }
}

function sectionsOf(text: string): readonly (readonly [name: string, text: string])[] {
  const [, ...parts] = text.split(/^### `(\w[\w-]*)`$/m);
  return parts.flatMap((name, index) =>
    index % 2 === 0 ? [[name, parts[index + 1] as string] as const] : [],
  );
}

/** The rows of the tables in a text whose first cell is a field and whose second one a type. */
function fieldsOf(text: string): Fields {
  const rows = text.matchAll(/^\| `([\w]+)(\??)` *\| `((?:\\\||[^|`])+)` *\|/gm);
  return new Map(
    [...rows].map(([, name = '', mark, value = '']) => [
      name,
      { isOptional: mark === '?', value: value.replaceAll('\\|', '|') },
    ]),
  );
}
