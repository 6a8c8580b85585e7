/**
 * Options describe one attribute or nested block of a component: what it means, its type, default and
 * limits. They are plain data. From them come the TypeScript type of the decoded config (`Infer`), the
 * HCL body schema, the reference page and JSON Schema for editors.
 */
export type OptionKind =
  | 'string'
  | 'number'
  | 'bool'
  | 'duration'
  | 'strings'
  | 'numbers'
  | 'string-lists'
  | 'string-map'
  | 'object'
  | 'block'
  | 'blocks';

/** What can be said of any option beside its doc sentence. */
export interface OptionSettings<T> {
  /** The template must set it (in the body itself; use `check` where one of several will do). */
  readonly required?: true;
  /** Used when the template leaves it out. Durations in milliseconds. */
  readonly default?: T;
  /** Shown in the reference page: `MiB`, `seconds`. */
  readonly unit?: string;
  /** Shown in the reference page, as it would stand in a template. */
  readonly example?: string;
  /** The value is a secret: it is redacted wherever it shows up. */
  readonly sensitive?: true;
  /** Says what to use instead; a template that sets the option gets this as a warning. */
  readonly deprecated?: string;
  /**
   * `component` keeps core from expanding `{{ ... }}` in the value when it is decoded, because the
   * component does it later with data of its own (`{{ .Path }}`).
   */
  readonly templating?: 'component';
  /** With `templating`: what the component adds to the values of the build (`Path`); another name gets a warning, if it is said. */
  readonly fields?: readonly string[];
  /** Packer has the option, bake does not do it yet: setting it is an error that says this sentence. */
  readonly notYet?: string;
}

/** One option. `T` is the type of its decoded value; `undefined` is part of it unless the option always has a value. */
export interface Option<T = unknown> extends OptionSettings<unknown> {
  readonly kind: OptionKind;
  readonly doc: string;
  /** The only values allowed, for strings. */
  readonly oneOf?: readonly string[];
  /** With `oneOf`: letter case does not matter in the template. The component gets the value as it is there. */
  readonly anyCase?: true;
  /** Options of a nested block. */
  readonly body?: ConfigSchema;
  /** Never present: carries the type for inference. */
  readonly [inferred]?: T;
}

declare const inferred: unique symbol;

/** Options of a component by name, spelled as in templates (snake_case). */
export interface ConfigSchema {
  readonly [name: string]: Option;
}

/** The type of a decoded config. */
export type Infer<S extends ConfigSchema> = {
  readonly [K in keyof S]: S[K] extends Option<infer T> ? T : never;
};

type Present<S, T> = S extends { readonly required: true } | { readonly default: unknown }
  ? T
  : T | undefined;

type Choice<S> = S extends { readonly oneOf: readonly (infer C extends string)[] } ? C : string;

type StringSettings = OptionSettings<string> & Pick<Option, 'oneOf' | 'anyCase'>;

/** Text. */
export function string<const S extends StringSettings = Record<never, never>>(
  doc: string,
  settings?: S,
): Option<Present<S, Choice<S>>> {
  return { kind: 'string', doc, ...settings };
}

/** A number; decoded to a JavaScript number. */
export function number<const S extends OptionSettings<number> = Record<never, never>>(
  doc: string,
  settings?: S,
): Option<Present<S, number>> {
  return { kind: 'number', doc, ...settings };
}

/** `true` or `false`; without a default, `undefined` tells unset from false (Packer's trilean). */
export function bool<const S extends OptionSettings<boolean> = Record<never, never>>(
  doc: string,
  settings?: S,
): Option<Present<S, boolean>> {
  return { kind: 'bool', doc, ...settings };
}

/** A length of time, written as Go does (`"1h30m"`); decoded to milliseconds. */
export function duration<const S extends OptionSettings<number> = Record<never, never>>(
  doc: string,
  settings?: S,
): Option<Present<S, number>> {
  return { kind: 'duration', doc, ...settings };
}

/** `list(string)`; a single string with commas is taken apart, as Packer does. */
export function strings<const S extends OptionSettings<readonly string[]> = Record<never, never>>(
  doc: string,
  settings?: S,
): Option<Present<S, readonly string[]>> {
  return { kind: 'strings', doc, ...settings };
}

/** `list(number)` */
export function numbers<const S extends OptionSettings<readonly number[]> = Record<never, never>>(
  doc: string,
  settings?: S,
): Option<Present<S, readonly number[]>> {
  return { kind: 'numbers', doc, ...settings };
}

/** `list(list(string))` */
export function stringLists<
  const S extends OptionSettings<readonly (readonly string[])[]> = Record<never, never>,
>(doc: string, settings?: S): Option<Present<S, readonly (readonly string[])[]>> {
  return { kind: 'string-lists', doc, ...settings };
}

/** `map(string)` */
export function stringMap<
  const S extends OptionSettings<Readonly<Record<string, string>>> = Record<never, never>,
>(doc: string, settings?: S): Option<Present<S, Readonly<Record<string, string>>>> {
  return { kind: 'string-map', doc, ...settings };
}

/** An object with whatever is in it, as another program takes it; decoded to what `JSON.parse` would give. */
export function object<
  const S extends OptionSettings<Readonly<Record<string, unknown>>> = Record<never, never>,
>(doc: string, settings?: S): Option<Present<S, Readonly<Record<string, unknown>>>> {
  return { kind: 'object', doc, ...settings };
}

/** A nested block that may stand once. */
export function block<
  const B extends ConfigSchema,
  const S extends Pick<OptionSettings<never>, 'required' | 'deprecated' | 'notYet'> = Record<
    never,
    never
  >,
>(doc: string, body: B, settings?: S): Option<Present<S, Infer<B>>> {
  return { kind: 'block', doc, body, ...settings };
}

/** A nested block that may be repeated; decoded to an array, empty when there is none. */
export function blocks<const B extends ConfigSchema>(
  doc: string,
  body: B,
  settings?: Pick<OptionSettings<never>, 'required' | 'deprecated' | 'notYet'>,
): Option<readonly Infer<B>[]> {
  return { kind: 'blocks', doc, body, ...settings };
}
