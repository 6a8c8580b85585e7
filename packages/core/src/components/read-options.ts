import {
  ConversionFailure,
  containsSensitive,
  convert,
  type Diagnostic,
  elementsOf,
  isWhollyKnown,
  type ObjectValue,
  type Range,
  suggest,
  type Type,
  toDouble,
  type Value,
} from '@bake/hcl';
import { type ConfigSchema, messageOf, type Option, parseDuration } from '@bake/plugin-sdk';
import type { TemplateFailure } from '@bake/plugin-sdk/go-template';
import * as messages from '../messages.ts';
import { typeOfOption } from './body-schema.ts';
import { rangeInText } from './range-in-text.ts';

/** Expands `{{ ... }}` in a text; throws an error with a message when it cannot. */
export type Render = (text: string) => string;

/** Takes a mistake in an option: `path` is `name` or `block.0.name`, and `describe` makes the diagnostic for its place. */
export type Report = (path: string, describe: (subject: Range) => Diagnostic) => void;

/** A component's config as the component gets it. */
export interface OptionValues {
  readonly config: Readonly<Record<string, unknown>>;
  /** Paths of options whose value is not known yet; `config` has a placeholder there. */
  readonly unknown: ReadonlySet<string>;
  /** Paths of options whose value holds a secret. */
  readonly secret: ReadonlySet<string>;
  /** Some unknown option looks as if it were not set: what is said of the whole may be due to that. */
  readonly looksUnset: boolean;
}

/**
 * Turns an evaluated config into the JavaScript values that a component's schema promises: defaults,
 * durations, choices, `{{ }}`, and placeholders for what is unknown (as Packer has them: `<unknown>`,
 * 0, false, empty).
 */
export function readOptions(
  schema: ConfigSchema,
  value: ObjectValue,
  render: Render,
  report: Report,
): OptionValues {
  const reader = new OptionReader(render, report);
  const config = reader.body(schema, value, '');
  const { unknown, secret, looksUnset } = reader;
  return { config, unknown, secret, looksUnset };
}

class OptionReader {
  readonly unknown = new Set<string>();
  readonly secret = new Set<string>();
  looksUnset = false;
  readonly #render: Render;
  readonly #report: Report;

  constructor(render: Render, report: Report) {
    this.#render = render;
    this.#report = report;
  }

  body(schema: ConfigSchema, value: ObjectValue, prefix: string): Record<string, unknown> {
    this.#rejectStrangers(schema, value, prefix);
    return Object.fromEntries(
      Object.entries(schema).map(([name, option]) => [
        name,
        this.#option(option, value.entries.get(name), `${prefix}${name}`),
      ]),
    );
  }

  /** Only `override` can bring names that no body schema has seen. */
  #rejectStrangers(schema: ConfigSchema, value: ObjectValue, prefix: string): void {
    for (const name of value.entries.keys()) {
      if (Object.hasOwn(schema, name)) continue;
      const similar = suggest(name, Object.keys(schema));
      this.#report(`${prefix}${name}`, (at) => messages.unknownOverride(name, similar, at));
    }
  }

  #option(option: Option, value: Value | undefined, path: string): unknown {
    if (value === undefined || value.kind === 'null' || isEmptyBlocks(option, value)) {
      return this.#absent(option, path);
    }
    this.#remark(option, path);
    if (option.kind === 'block' || option.kind === 'blocks') {
      return this.#blocks(option, value, path);
    }
    if (!isWhollyKnown(value)) this.unknown.add(path);
    if (containsSensitive(value)) this.secret.add(path);
    const converted = this.#converted(option, value, path);
    if (converted.kind === 'unknown' && placeholderOf(converted.type) !== unknownText) {
      this.looksUnset = true;
    }
    if (option.kind !== 'object' && elementsOf(converted).some(isNull)) {
      this.#report(path, (at) => messages.nullElement(nameOf(path), at));
    }
    return this.#attribute(option, converted, path);
  }

  #absent(option: Option, path: string): unknown {
    if (option.required) this.#report(path, (at) => messages.missingOption(nameOf(path), at));
    return option.kind === 'blocks' ? [] : option.default;
  }

  #remark(option: Option, path: string): void {
    const { notYet, deprecated } = option;
    if (notYet !== undefined) this.#report(path, (at) => messages.notYet(nameOf(path), notYet, at));
    if (deprecated === undefined) return;
    this.#report(path, (at) => messages.deprecated(nameOf(path), deprecated, at));
  }

  #blocks(option: Option, value: Value, path: string): unknown {
    if (value.kind === 'unknown') {
      this.unknown.add(path);
      this.looksUnset = true;
      return option.kind === 'blocks' ? [] : undefined;
    }
    const items = value.kind === 'tuple' || value.kind === 'list' ? value.items : [value];
    const bodies = items.map((item, index) =>
      item.kind === 'object' ? this.body(option.body ?? {}, item, `${path}.${index}.`) : {},
    );
    return option.kind === 'blocks' ? bodies : bodies[0];
  }

  /** Values of `override` come unconverted. */
  #converted(option: Option, value: Value, path: string): Value {
    try {
      if (option.kind === 'object' && !mayBeObject(value))
        throw new ConversionFailure('object required', []);
      return convert(value, typeOfOption(option) as Type);
    } catch (error) {
      if (!(error instanceof ConversionFailure)) throw error;
      this.#report(path, (at) => messages.wrongOptionType(nameOf(path), error.message, at));
      this.unknown.add(path);
      return { kind: 'unknown', type: typeOfOption(option) as Type };
    }
  }

  #attribute(option: Option, value: Value, path: string): unknown {
    const plain = this.#plain(value, option, path);
    // Packer's components are structs of Go, which cannot tell an empty text from none.
    if (plain === '' && option.default !== undefined) return option.default;
    if (option.kind === 'duration') return this.#duration(plain as string, path);
    if (option.oneOf === undefined) return plain;
    const choice = option.anyCase ? choiceLike(plain as string, option.oneOf) : (plain as string);
    this.#choice(option.oneOf, choice, path);
    return choice;
  }

  /** `place` leads to the part of the option at `path` that the value is. */
  #plain(value: Value, option: Option, path: string, place = path): unknown {
    switch (value.kind) {
      case 'string':
        return this.#text(value.value, option, path, place);
      case 'number':
        return toDouble(value.value);
      case 'bool':
        return value.value;
      case 'set':
        return value.items.map((item) => this.#plain(item, option, path, place));
      case 'list':
      case 'tuple':
        return value.items.map((item, index) =>
          this.#plain(item, option, path, `${place}.${index}`),
        );
      case 'map':
      case 'object':
        return Object.fromEntries(
          [...value.entries].map(([key, item]) => [
            key,
            this.#plain(item, option, path, `${place}.${key}`),
          ]),
        );
      case 'null':
        return option.kind === 'object' ? null : undefined;
      case 'unknown':
        return placeholderOf(value.type);
    }
  }

  #text(text: string, option: Option, path: string, place: string): string {
    if (option.templating === 'component' || !text.includes('{{')) return text;
    try {
      return this.#render(text);
    } catch (error) {
      // What is said of a template quotes words of it, and a word of a secret is one too.
      const why = this.secret.has(path) ? messages.hidden : messageOf(error);
      const { place: part = { start: 0, end: 0 }, similar } = error as Partial<TemplateFailure>;
      this.#report(place, (at) =>
        messages.invalidTemplate(nameOf(path), why, similar, rangeInText(at, text, part)),
      );
      return text;
    }
  }

  #duration(text: string, path: string): number | undefined {
    if (this.unknown.has(path)) return 0;
    const milliseconds = parseDuration(text);
    if (milliseconds === undefined) {
      this.#report(path, (at) => messages.invalidDuration(nameOf(path), text, at));
    }
    return milliseconds;
  }

  #choice(choices: readonly string[], text: string, path: string): void {
    if (choices.includes(text) || this.unknown.has(path)) return;
    const similar = suggest(text, choices);
    this.#report(path, (at) => messages.notOneOf(nameOf(path), text, choices, similar, at));
  }
}

function isEmptyBlocks(option: Option, value: Value): boolean {
  return option.kind === 'blocks' && value.kind === 'tuple' && value.items.length === 0;
}

function nameOf(path: string): string {
  return path.split('.').at(-1) as string;
}

function mayBeObject(value: Value): boolean {
  return ['object', 'map', 'unknown'].includes(value.kind);
}

/** The choice that is the text in other letter case, or the text. */
function choiceLike(text: string, choices: readonly string[]): string {
  return choices.find((choice) => choice.toLowerCase() === text.toLowerCase()) ?? text;
}

const unknownText = '<unknown>';

function isNull(value: Value): boolean {
  return value.kind === 'null' || elementsOf(value).some(isNull);
}

function placeholderOf(type: Type): unknown {
  switch (type.kind) {
    case 'number':
      return 0;
    case 'bool':
      return false;
    case 'list':
    case 'set':
    case 'tuple':
      return [];
    case 'map':
    case 'object':
      return {};
    default:
      return unknownText;
  }
}
