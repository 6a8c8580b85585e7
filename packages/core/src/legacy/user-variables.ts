import {
  type Diagnostic,
  Diagnostics,
  type JsonProperty,
  type Range,
  readJson,
  suggest,
} from '@bake/hcl';
import { messageOf } from '@bake/plugin-sdk';
import { readSource } from '../files/read-file.ts';
import * as coreMessages from '../messages.ts';
import { unreadableVariables, withoutSource } from '../values/value-text.ts';
import type { VariableInputs } from '../values/variable-sources.ts';
import type { LegacyTemplate } from './legacy-template.ts';
import * as messages from './messages.ts';
import { isUnknownText, UnknownText } from './unknown-text.ts';

/** Expands `{{ }}` in the value of a variable, where `user`, `env` and `vault` and its like may be called. */
export type ExpandVariable = (text: string, user: (name: string) => string) => string;

/** The values of user variables by name; `undefined` for what depends on a service's answer that is not known. */
export type UserValues = ReadonlyMap<string, string | undefined>;

type DeclaredVariables = Pick<LegacyTemplate, 'variables'>;

/** A value as it is given. */
export interface Given {
  readonly text: string;
  readonly range: Range | undefined;
}

/**
 * The values of the user variables: defaults, then `-var-file`, then `-var`; each may use others, and
 * the environment. What is wrong is reported, and the value then the text as written.
 */
export function userVariables(
  template: DeclaredVariables,
  inputs: VariableInputs,
  expand: ExpandVariable,
  diagnostics: Diagnostics,
): UserValues {
  const given = givenVariables(template, inputs, diagnostics);
  for (const [name, { range }] of template.variables) {
    if (!given.has(name)) diagnostics.add(messages.requiredVariable(name, range));
  }
  return new VariableExpander(given, template, expand, diagnostics).all();
}

/** Values as they are given, nothing in them expanded. */
export function givenVariables(
  template: DeclaredVariables,
  inputs: VariableInputs,
  diagnostics: Diagnostics,
): ReadonlyMap<string, Given> {
  const given = new Map<string, Given>();
  for (const [name, { default: initial }] of template.variables) {
    if (initial !== null) given.set(name, { text: initial.value, range: initial.range });
  }
  for (const path of inputs.files) readFile(path, template, inputs, given, diagnostics);
  for (const text of inputs.assignments) readArgument(text, given, diagnostics);
  return given;
}

function readArgument(text: string, given: Map<string, Given>, diagnostics: Diagnostics): void {
  const equals = text.indexOf('=');
  if (equals < 0) diagnostics.add(coreMessages.malformedVarArgument(text));
  else given.set(text.slice(0, equals), { text: text.slice(equals + 1), range: undefined });
}

function readFile(
  path: string,
  template: DeclaredVariables,
  inputs: VariableInputs,
  given: Map<string, Given>,
  diagnostics: Diagnostics,
): void {
  for (const { name, value } of propertiesIn(path, template, diagnostics)) {
    const isSecret = template.variables.get(name.value)?.sensitive === true;
    const isNull = value.kind === 'literal' && value.value === null;
    if (value.kind !== 'string' && !isNull) {
      const said = messages.malformedVariableFile(path, value.range);
      diagnostics.add(isSecret ? withoutSource(said) : said);
      continue;
    }
    const text = value.kind === 'string' ? value.value : '';
    given.set(name.value, { text, range: isSecret ? undefined : value.range });
    if (!template.variables.has(name.value) && inputs.warnUndeclared) {
      const similar = suggest(name.value, [...template.variables.keys()]);
      diagnostics.add(coreMessages.undefinedVariable(name.value, similar, name.range));
    }
  }
}

/** What the file sets. Where the template has secrets, no text of a file that cannot be read is shown. */
function propertiesIn(
  path: string,
  { variables }: DeclaredVariables,
  diagnostics: Diagnostics,
): readonly JsonProperty[] {
  const found = new Diagnostics();
  const source = readSource(path, found);
  const read = source && readJson(source);
  found.add(...(read?.problems ?? []));
  if (read !== undefined && read.value.kind !== 'object' && !found.hasErrors) {
    found.add(messages.malformedVariableFile(path, read.value.range));
  }
  const hasSecrets = [...variables.values()].some(({ sensitive }) => sensitive);
  const shown = (said: Diagnostic): Diagnostic =>
    hasSecrets ? withoutSource(said, unreadableVariables) : said;
  diagnostics.add(...found.list.map(shown));
  return read?.value.kind === 'object' && !found.hasErrors ? read.value.properties : [];
}

/** Expands variables, each after those that it uses. */
class VariableExpander {
  readonly #given: ReadonlyMap<string, Given>;
  readonly #template: DeclaredVariables;
  readonly #expand: ExpandVariable;
  readonly #diagnostics: Diagnostics;
  readonly #done = new Map<string, string | undefined>();
  readonly #underway: string[] = [];

  constructor(
    given: ReadonlyMap<string, Given>,
    template: DeclaredVariables,
    expand: ExpandVariable,
    diagnostics: Diagnostics,
  ) {
    this.#given = given;
    this.#template = template;
    this.#expand = expand;
    this.#diagnostics = diagnostics;
  }

  all(): UserValues {
    return new Map([...this.#given].map(([name, value]) => [name, this.#value(name, value)]));
  }

  #value(name: string, { text, range }: Given): string | undefined {
    if (this.#done.has(name)) return this.#done.get(name);
    this.#underway.push(name);
    let value: string | undefined = text;
    try {
      value = expandActions(text, (part) => this.#expand(part, (other) => this.#user(other)));
    } catch (error) {
      if (isUnknownText(error)) value = undefined;
      else this.#diagnostics.add(messages.invalidVariable(name, messageOf(error), range));
    }
    this.#underway.pop();
    this.#done.set(name, value);
    return value;
  }

  #user(name: string): string {
    if (this.#underway.includes(name)) {
      const path = [...this.#underway.slice(this.#underway.indexOf(name)), name];
      throw new Error(`the variables refer to one another in a circle: ${path.join(' -> ')}`);
    }
    const given = this.#given.get(name);
    if (given !== undefined) {
      const value = this.#value(name, given);
      if (value === undefined) throw new UnknownText();
      return value;
    }
    if (this.#template.variables.has(name)) return '';
    const similar = suggest(name, [...this.#template.variables.keys()]);
    const advice = similar === undefined ? '' : `; did you mean "${similar}"?`;
    throw new Error(`variable not set: ${name}${advice}`);
  }
}

/** `{{ .Name }}` is meant for a component: with one of those in the text, the others are expanded one by one. */
function expandActions(text: string, expand: (part: string) => string): string {
  if (!/\{\{-?\s*\./.test(text)) return expand(text);
  return text.replaceAll(/\{\{-?\s*[^\s.}][^}]*\}\}/g, expand);
}
